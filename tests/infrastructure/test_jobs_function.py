"""The jobs functions: made where reviews are collected, with room to work; what runs every night."""

import ast
import json

import pytest

from stacks.function_package import JOBS_SRC, LAMBDA_SRC
from tests.infrastructure.conftest import PROJECT, STAGES, only, resources


def test_learning_stack_is_there_where_reviews_are_kept_and_nowhere_else(templates):
    assert [stage for stage in STAGES if "Learning" in templates(stage)] == ["local"]


@pytest.mark.parametrize(
    ("name", "memory_mb", "layers", "own"),
    [
        ("LakeJobs", 4096, ["Lake"], {"TABLE_BUCKET_ARN": "TableBucket", "LEARNERS_TABLE": "Learners"}),
        ("TrainingJobs", 2048, ["Ml", "Jobs"], {"TABLE_BUCKET_ARN": "TableBucket"}),
    ],
)
def test_function_has_the_longest_time_its_layers_and_room_to_work(learning, name, memory_mb, layers, own):
    function = only(learning, "AWS::Lambda::Function", name)

    assert (function["Timeout"], function["MemorySize"]) == (900, memory_mb)
    assert function["EphemeralStorage"] == {"Size": 4096}
    assert [layer["Ref"].partition("LayerVersion")[0] for layer in function["Layers"]] == layers
    variables = dict(function["Environment"]["Variables"])
    for variable, names in (own | {"LAKE_BUCKET": "LakeBucket"}).items():
        assert names in json.dumps(variables.pop(variable))
    assert variables == {
        "METRICS_NAMESPACE": "Recall",
        "STAGE": "prod",
        "HOME": "/tmp",  # noqa: S108 - the value that is expected
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


@pytest.mark.parametrize(
    ("name", "has"),
    [
        ("JobsLayer", {"fastparquet 2026.9.0", "pandas 2.3.3", "matplotlib 3.11.2"}),
        ("LakeLayer", {"duckdb 1.5.6", "pyarrow 20.0.0", "pyiceberg 0.12.0"}),
    ],
)
def test_layer_is_of_what_its_lock_pins(learning, name, has):
    description = only(learning, "AWS::Lambda::LayerVersion", name)["Description"]

    assert has <= set(description.split(", "))
    assert "numpy" not in description
    assert len(description) <= 256  # Lambda's limit


def imported(path):
    """Return the names that a file imports, anywhere in it; each may be a module or something in one."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))


def file_of(module):
    """Return the file of a module of the project's own, or None."""
    parts = module.split(".")
    root = PROJECT if parts[0] == "model_training" else LAMBDA_SRC
    found = [root.joinpath(*parts).with_suffix(".py"), root.joinpath(*parts, "__init__.py")]
    return next((path for path in found if path.is_file()), None)


def test_package_has_all_of_the_project_that_the_training_side_imports():
    reached, left = set(), set((PROJECT / "model_training").rglob("*.py"))
    while left:
        path = left.pop()
        reached.add(path)
        left |= {file for file in map(file_of, imported(path)) if file} - reached

    folders = [PROJECT / folder for folder in JOBS_SRC]
    assert PROJECT / "lambda_src" / "recall" / "history.py" in reached
    assert [path for path in reached if not any(path.is_relative_to(folder) for folder in folders)] == []


def test_jobs_run_every_night_the_others_after_the_expiry(learning):
    rules = resources(learning, "AWS::Events::Rule", "LakeJobs")
    nightly = {}
    for rule in rules:
        (target,) = rule["Targets"]
        nightly[rule["ScheduleExpression"], *json.loads(target["Input"])["command"]] = target["Arn"]

    assert set(nightly) == {
        ("cron(17 3 * * ? *)", "expire", "--retention-days", "400"),
        ("cron(47 3 * * ? *)", "due"),
        ("cron(47 3 * * ? *)", "calibrate"),
    }
    assert all("LakeJobsFunction" in json.dumps(called) for called in nightly.values())
