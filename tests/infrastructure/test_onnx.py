"""`onnx` and `ephemeral_storage_mb`: which functions get them, and which stay as they are."""

import pytest

from layer_build.layers import ML, ONNX
from layer_build.targets import find_target
from layer_build.versions import read_lock
from tests.infrastructure.conftest import only
from tests.infrastructure.variants import EVERYTHING, variant

SERVING = ["Ml", "Onnx"]


@pytest.mark.parametrize(
    ("stack", "function", "layers", "disk_mb"),
    [
        ("Inference", "InferenceFunction", SERVING, 2048),
        ("Inference", "CanaryFunction", SERVING, None),
        ("Memory", "MemoryFunction", SERVING, 2048),
        # Judges a challenger against the model that is live.
        ("Learning", "TrainingJobsFunction", [*SERVING, "Jobs"], 4096),
        ("Learning", "LakeJobsFunction", ["Lake"], 4096),
        ("Learning", "LoaderFunction", ["Lake"], None),
    ],
)
def test_functions_that_load_models_have_the_onnx_layer_and_those_that_serve_them_the_disk(
    stack, function, layers, disk_mb
):
    properties = only(variant("lambda")[stack], "AWS::Lambda::Function", function)

    assert [layer["Ref"].partition("LayerVersion")[0] for layer in properties["Layers"]] == layers
    assert properties.get("EphemeralStorage") == (disk_mb and {"Size": disk_mb})


def test_canary_has_to_find_what_both_locks_pin():
    canary = only(variant("lambda")["Inference"], "AWS::Lambda::Function", "Canary")
    ml, onnx = (read_lock(find_target(EVERYTHING["runtime"], "x86_64", layer)) for layer in (ML, ONNX))

    told = dict(pin.split("==") for pin in canary["Environment"]["Variables"]["LOCKED"].split())

    assert told == ml | onnx
    assert "onnxruntime" in onnx
