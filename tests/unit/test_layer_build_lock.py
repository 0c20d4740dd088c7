"""Locks: what they pin, for which target, and that models are trained with the same."""

import re
import shutil
import tomllib
from pathlib import Path

import pytest

from layer_build import commands, lock, targets
from layer_build.__main__ import main
from layer_build.errors import LayerError
from layer_build.layers import JOBS, LAKE, LAYERS, ML, ONNX
from layer_build.targets import ARCHITECTURES, find_target, targets_of
from layer_build.versions import check_versions, read_lock, training_pins
from tests.layers import TARGETS
from tests.unit.tiny_wheel import make_wheel

ROOT = Path(__file__).parents[2]
PYPROJECT = ROOT / "pyproject.toml"
HASHED = re.compile(r"^([\w.-]+)==(\S+) \\\n    --hash=(sha256:[0-9a-f]{64})$", re.MULTILINE)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Copy locks and requirements to where a test may change them."""
    shutil.copytree(ROOT / "layer_build" / "locks", tmp_path / "locks")
    for path in (ROOT / "layer_build").glob("*.in"):
        shutil.copy(path, tmp_path)
    monkeypatch.setattr(targets, "FOLDER", tmp_path)
    return tmp_path


def entry(name, version, sha256):
    """Return what pip reports of a wheel that it installed."""
    hashes = {"hashes": {"sha256": sha256}}
    return {"metadata": {"name": name, "version": version}, "download_info": {"archive_info": hashes}}


@pytest.mark.parametrize(
    ("runtime", "arch", "problem"),
    [
        ("python3.10", "x86_64", "runtime python3.10 is unknown; choose one of python3.11, "),
        ("python3.11", "aarch64", "architecture aarch64 is unknown; choose one of x86_64, arm64"),
    ],
)
def test_unknown_target_is_refused_with_the_known_ones(runtime, arch, problem):
    with pytest.raises(LayerError, match=problem):
        find_target(runtime, arch)


@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_layer_whose_wheels_need_a_newer_system_is_refused_with_the_runtimes_that_have_it(
    arch, tmp_path, capsys
):
    target = ["--layer=onnx", "--runtime=python3.11", f"--arch={arch}"]
    for command in (
        ["build", f"--out={tmp_path / 'out'}"],
        ["lock"],
        ["download", f"--out={tmp_path / 'out'}"],
    ):
        assert main([*command, *target]) == 2
        assert capsys.readouterr().err == (
            "error: the ONNX layer needs glibc 2.27, and Amazon Linux 2 of python3.11 has 2.26; choose one "
            "of python3.12, python3.13, python3.14\n"
        )
    assert not (tmp_path / "out").exists()


def test_platforms_are_every_tag_that_the_system_can_load():
    al2, al2023 = find_target("python3.11", "arm64"), find_target("python3.12", "x86_64")
    assert al2.platforms[0] == "manylinux_2_26_aarch64"
    assert {"manylinux_2_17_aarch64", "manylinux2014_aarch64"} < set(al2.platforms)
    assert al2023.platforms[0] == "manylinux_2_34_x86_64"
    assert "manylinux_2_28_x86_64" in al2023.platforms


def test_committed_locks_have_one_hash_for_each_package_and_all_requirements():
    for target in TARGETS:
        text, locked = target.lock.read_text(), read_lock(target)
        assert {name: version for name, version, _ in HASHED.findall(text)} == locked, target.name
        assert text.count("--hash=") == len(locked), target.name
        assert {*ML.same_as_training, "joblib", "threadpoolctl", "packaging"} <= set(locked), target.name
        assert not {"pandas", "prettytable"} & set(locked), target.name
        assert f"{target.runtime} on {target.arch} ({target.system.name}" in text.splitlines()[0]


def test_layers_and_training_use_the_same_wheels():
    """What is trained with one estimator is served with it: the layers' hashes are those of uv.lock."""
    project = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    wheels = {(p["name"], p["version"]): {w["hash"] for w in p.get("wheels", ())} for p in project}
    for target in TARGETS:
        for name, version, sha256 in HASHED.findall(target.lock.read_text()):
            assert sha256 in wheels[name, version], (target.name, name)


@pytest.mark.parametrize(
    ("layer", "has", "lacks"),
    [
        # Too large, or only needed on a terminal: what jobs import doesn't import them.
        (JOBS, {"click", "fastparquet", "matplotlib", "pandas"}, {"duckdb", "pyarrow", "tqdm", "anki"}),
        # pyarrow would import numpy and pandas if they were there; PyIceberg needs no fsspec for S3.
        (LAKE, {"click", "duckdb", "pyarrow", "pyiceberg"}, {"numpy", "pandas", "fsspec", "pygments"}),
        # Its tools are left out, and with them what they import.
        (ONNX, {"onnxruntime"}, {"flatbuffers", "protobuf"}),
    ],
)
def test_other_layers_pin_what_their_functions_need_and_nothing_of_the_layer_beneath(layer, has, lacks):
    for target in targets_of(layer):
        text, locked = target.lock.read_text(), read_lock(target)
        assert {name: version for name, version, _ in HASHED.findall(text)} == locked, target.name
        assert text.count("--hash=") == len(locked), target.name
        assert has <= locked.keys(), target.name
        beneath = read_lock(target.beneath).keys() if target.beneath else set()
        assert locked.keys() & (lacks | beneath) == set(), target.name
        assert f"{layer.title} for Lambda's {target.runtime} on {target.arch} (" in text.splitlines()[0]


def test_committed_versions_are_those_of_training():
    for layer in LAYERS.values():
        for target in targets_of(layer):
            check_versions(target, PYPROJECT)
            pins, same = training_pins(PYPROJECT, target), layer.same_as_training
            assert {name: pins[name] for name in same}.items() <= read_lock(target).items(), target.name


def test_training_pins_follow_the_markers(tmp_path):
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text(
        "[dependency-groups]\ntraining = [\n"
        "\"a==1; python_version < '3.12'\", \"a==2; python_version >= '3.12'\","
        "\"d==5; python_version < '3.12' and platform_machine != 'aarch64'\","
        "\"d==4; python_version < '3.12' and platform_machine == 'aarch64'\","
        "\"b==3; sys_platform != 'darwin' or platform_machine != 'x86_64'\","
        ' "c>=4", {include-group = "other"}]\nother = []\n'
    )
    assert training_pins(pyproject, find_target("python3.11", "x86_64")) == {"a": "1", "b": "3", "d": "5"}
    assert training_pins(pyproject, find_target("python3.11", "arm64")) == {"a": "1", "b": "3", "d": "4"}
    assert training_pins(pyproject, find_target("python3.12", "x86_64")) == {"a": "2", "b": "3"}


def test_other_version_than_training_is_refused_with_what_to_do(tmp_path):
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text(PYPROJECT.read_text().replace("scikit-learn==1.7.2", "scikit-learn==1.7.1"))
    with pytest.raises(LayerError) as refusal:
        check_versions(find_target("python3.11", "x86_64"), pyproject)
    assert str(refusal.value) == (
        "scikit-learn: locks/python3.11-x86_64.txt has 1.7.2, the training environment 1.7.1: "
        "write one version into layer_build/requirements-al2-x86_64.in and pyproject.toml, "
        "then run `python -m layer_build lock` and `make lock`"
    )


def test_target_without_a_lock_is_refused_with_the_command(folder):
    target = find_target("python3.13", "arm64")
    target.lock.unlink()
    with pytest.raises(
        LayerError, match=r"^locks/python3\.13-arm64\.txt is missing: run `python -m layer_build lock "
    ):
        read_lock(target)


def test_lock_older_than_its_requirements_is_refused_with_what_it_lacks(folder):
    target = find_target("python3.12", "x86_64")
    with target.requirements.open("a") as file:
        file.write("lightgbm==4.6.0\n")
    with pytest.raises(
        LayerError, match=r"lacks lightgbm==4\.6\.0, which requirements-al2023\.in requires: run "
    ):
        read_lock(target)


def test_rendered_lock_has_one_line_and_hash_per_package_in_order():
    installs = [
        entry("Scikit_Learn", "1.7.0", "b" * 64),
        entry("prettytable", "3.18.0", "c" * 64),
        entry("numpy", "2.2.6", "a" * 64),
    ]
    text = lock.render(installs, find_target("python3.11", "arm64"))
    hashes = [("numpy", "2.2.6", f"sha256:{'a' * 64}"), ("scikit-learn", "1.7.0", f"sha256:{'b' * 64}")]
    assert HASHED.findall(text) == hashes
    assert text.startswith(
        "# Every wheel of the ML layer for Lambda's python3.11 on arm64 (Amazon Linux 2, glibc 2.26)"
    )
    assert "requirements-al2-arm64.in" in text.splitlines()[1]


def test_lock_command_pins_what_pip_resolves_for_the_target(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(commands, "PYPROJECT", folder / "no project")
    target = find_target("python3.14", "arm64")
    others = {other.name: other.lock.read_text() for other in TARGETS if other != target}
    sha256 = make_wheel(tmp_path / "wheels")
    target.requirements.write_text(f"--no-index\n--find-links {tmp_path / 'wheels'}\ntiny>=0.9\n")
    assert main(["lock", "--layer=ml", "--runtime=python3.14", "--arch=arm64"]) == 0
    assert capsys.readouterr().out == f"{target.lock}\n"
    assert HASHED.findall(target.lock.read_text()) == [("tiny", "1.0", f"sha256:{sha256}")]
    assert {other.name: other.lock.read_text() for other in TARGETS if other != target} == others


def test_lock_of_the_upper_layer_keeps_to_the_versions_beneath_and_leaves_them_there(
    folder, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(commands, "PYPROJECT", folder / "no project")
    target = find_target("python3.14", "arm64", JOBS)
    make_wheel(tmp_path / "wheels")
    source = f"--no-index\n--find-links {tmp_path / 'wheels'}\n"
    target.requirements.write_text(f"{source}tiny>=0.9\n")
    target.beneath.requirements.write_text("tiny==1.0\n")
    arguments = ["lock", "--layer=jobs", "--runtime=python3.14", "--arch=arm64"]

    target.beneath.lock.write_text("tiny==1.0 --hash=sha256:00\n")
    assert main(arguments) == 0
    assert HASHED.findall(target.lock.read_text()) == []

    target.beneath.requirements.write_text("tiny==0.9\n")
    target.beneath.lock.write_text("tiny==0.9 --hash=sha256:00\n")
    assert main(arguments) == 2
    assert "pip failed (ResolutionImpossible" in capsys.readouterr().err.splitlines()[-1]


def test_requirement_without_a_wheel_fails_in_one_line_and_keeps_the_lock(folder, monkeypatch, capsys):
    monkeypatch.setattr(commands, "PYPROJECT", folder / "no project")
    target = find_target("python3.11", "arm64")
    before = target.lock.read_text()
    target.requirements.write_text("--no-index\nnothing-like-this==1.0\n")
    assert main(["lock", "--layer=ml", "--runtime=python3.11", "--arch=arm64"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "nothing-like-this==1.0" in line
    assert "choose versions in requirements-al2-arm64.in that have wheels for python3.11-arm64" in line
    assert target.lock.read_text() == before


@pytest.mark.slow
def test_version_whose_wheels_need_a_newer_system_fails_at_lock_with_the_package(folder):
    target = find_target("python3.11", "x86_64")
    wanted = "numpy==2.3.5"  # needs glibc 2.27
    target.requirements.write_text(f"{wanted}\n")
    before = target.lock.read_text()
    with pytest.raises(LayerError) as refusal:
        lock.lock(target)
    assert str(refusal.value) == (
        f"pip failed (No matching distribution found for {wanted}): choose versions in "
        f"{target.requirements.name} that have wheels for {target.name}, or check the network"
    )
    assert target.lock.read_text() == before
