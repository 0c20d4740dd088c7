"""One exception tree, and a serving side that can't load the training libraries."""

import json
import subprocess
import sys

import pytest

import recall.errors
from recall.errors import (
    ArtifactError,
    DamagedArtifactError,
    InvalidInputError,
    RecallError,
    ReviewLogError,
    UnsupportedArtifactError,
)

IMPORT_EVERYTHING = """
import importlib, json, pkgutil, sys
for name in ("recall", "inference"):
    package = importlib.import_module(name)
    for module in pkgutil.iter_modules(package.__path__, name + "."):
        importlib.import_module(module.name)
print(json.dumps(sorted(sys.modules)))
"""
HEAVY = {"numpy", "scipy", "sklearn", "pandas", "pyarrow", "boto3", "botocore", "tqdm", "model_training"}


@pytest.mark.parametrize(
    ("error", "parent"),
    [
        (RecallError, Exception),
        (InvalidInputError, RecallError),
        (ReviewLogError, RecallError),
        (ArtifactError, RecallError),
        (DamagedArtifactError, ArtifactError),
        (UnsupportedArtifactError, ArtifactError),
    ],
)
def test_error_hangs_where_the_drawn_tree_says(error, parent):
    assert error.__base__ is parent
    assert error.__name__ in recall.errors.__doc__


def test_invalid_input_names_field_and_problem():
    error = InvalidInputError("cards[3].difficulty", "must be 1 to 10")
    assert str(error) == "cards[3].difficulty: must be 1 to 10"
    assert (error.field, error.problem) == ("cards[3].difficulty", "must be 1 to 10")


def test_importing_the_serving_side_loads_no_training_library():
    finished = subprocess.run(
        [sys.executable, "-c", IMPORT_EVERYTHING], capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in json.loads(finished.stdout)}
    assert {"recall", "inference"} <= loaded
    assert loaded & HEAVY == set()


def test_the_pure_core_loads_neither_typing_nor_dataclasses():
    # -S: without the start-up files of site-packages, which may load anything
    code = f"""
import sys
sys.path[:0] = {sys.path!r}
import recall.artifact, recall.curve, recall.errors, recall.features
print(*sys.modules)
"""
    finished = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True)
    loaded = set(finished.stdout.split())
    assert "recall.artifact" in loaded
    assert loaded & {"typing", "dataclasses"} == set()
