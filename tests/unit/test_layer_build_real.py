"""The real layer, downloaded and built twice: the bytes are the same, and its scikit-learn predicts."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from layer_build.build import LOCK, tree_hash
from layer_build.checks import UNPACKED_LIMIT, check_machine_code, check_size

ROOT = Path(__file__).parents[2]

PREDICT = """
import json, sys
sys.path.append(sys.argv[1])
import sklearn
from importlib.metadata import version
from sklearn.linear_model import LogisticRegression

model = LogisticRegression().fit([[0.0], [1.0], [9.0], [10.0]], [0, 0, 1, 1])
print(json.dumps({
    "file": sklearn.__file__,
    "predictions": model.predict([[0.5], [9.5]]).tolist(),
    "even": float(model.predict_proba([[5.0]])[0, 1]),
    "versions": {name: version(name) for name in sys.argv[2:]},
}))
"""


def run_build(out, *how, cwd):
    subprocess.run([sys.executable, *how, "--out", out], cwd=cwd, check=True, capture_output=True)
    return out / "python"


@pytest.fixture(scope="module")
def layer(tmp_path_factory):
    """Build as a user does."""
    return run_build(tmp_path_factory.mktemp("layer"), "-m", "layer_build", "build", cwd=ROOT)


def test_layer_built_as_a_file_is_the_same_byte_by_byte(layer, tmp_path):
    """CDK and its container run build.py by its path, with nothing of the project importable."""
    again = run_build(tmp_path, "-B", str(ROOT / "layer_build" / "build.py"), cwd=tmp_path)
    assert tree_hash(again) == tree_hash(layer)


def test_layer_fits_lambda_and_its_machine_code_loads_on_amazon_linux_2(layer):
    assert 100_000_000 < check_size(layer) < UNPACKED_LIMIT
    assert check_machine_code(layer) == len([path for path in layer.rglob("*.so*") if path.is_file()])


def test_scikit_learn_of_the_layer_alone_fits_and_predicts(layer):
    locked = dict(re.findall(r"^([\w.-]+)==(\S+)", LOCK.read_text(), re.MULTILINE))
    # -I and -S: neither this environment's packages nor the project's are on the path.
    process = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", PREDICT, layer, *locked],
        check=True,
        capture_output=True,
        text=True,
    )
    answer = json.loads(process.stdout)
    assert Path(answer["file"]).is_relative_to(layer)
    assert answer["predictions"] == [0, 1]
    assert answer["even"] == pytest.approx(0.5, abs=1e-3)
    assert answer["versions"] == locked


def test_licences_are_kept(layer):
    for package in layer.glob("*.dist-info"):
        assert [*package.rglob("LICEN[CS]E*"), *package.rglob("COPYING*")], package.name
