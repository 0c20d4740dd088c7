"""Building from a lock: real pip, and a small wheel made here, so that no network is needed."""

import hashlib
import re
import shutil
import tomllib
import zipfile
from pathlib import Path

import pytest

from layer_build import build, lock
from layer_build.checks import LayerError

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"^([\w.-]+)==(\S+)(?: \\\n    --hash=sha256:([0-9a-f]{64}))?$", re.MULTILINE)

WHEEL = {
    "tiny/__init__.py": "answer = 42\n",
    "tiny-1.0.data/scripts/tiny": "#!python\nprint(42)\n",
    "tiny-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
    "tiny-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "tiny-1.0.dist-info/LICENSE": "BSD-3-Clause\n",
    "tiny-1.0.dist-info/RECORD": "",
}


@pytest.fixture
def wheel(tmp_path):
    path = tmp_path / "wheels" / "tiny-1.0-py3-none-any.whl"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in WHEEL.items():
            archive.writestr(name, text)
    return path


@pytest.fixture
def locked(tmp_path, wheel, monkeypatch):
    """Write a lock of the wheel alone; the fixture's value writes it with another hash."""
    path = tmp_path / "lock.txt"

    def write(sha256):
        path.write_text(f"--no-index\n--find-links {wheel.parent}\ntiny==1.0 --hash=sha256:{sha256}\n")

    write(hashlib.sha256(wheel.read_bytes()).hexdigest())
    monkeypatch.setattr(build, "LOCK", path)
    return write


def files(root):
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


@pytest.mark.usefixtures("locked")
def test_build_holds_the_wheel_without_the_installers_traces(tmp_path):
    build.build(tmp_path / "out")
    assert files(tmp_path / "out") == {
        "python/tiny/__init__.py",
        "python/tiny-1.0.dist-info/METADATA",
        "python/tiny-1.0.dist-info/WHEEL",
        "python/tiny-1.0.dist-info/LICENSE",
    }


@pytest.mark.usefixtures("locked")
def test_build_reports_its_steps_size_and_hash_on_stderr(tmp_path, capsys):
    assert build.main(["--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.splitlines()) == 4
    assert build.tree_hash(tmp_path / "out" / "python") in printed.err


def test_wheel_that_is_not_the_locked_one_is_refused_and_leaves_nothing(tmp_path, locked, capsys):
    locked("0" * 64)
    assert build.main(["--out", str(tmp_path / "out")]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("error: pip install failed (THESE PACKAGES DO NOT MATCH THE HASHES")
    assert last.endswith("run `python -m layer_build lock`")
    assert files(tmp_path / "out") == set()


@pytest.mark.usefixtures("locked")
def test_layer_that_fails_a_check_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("layer_build.checks.UNPACKED_LIMIT", 10)
    with pytest.raises(LayerError, match="over Lambda's limit of 10"):
        build.build(tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.usefixtures("locked")
def test_existing_folder_is_refused_and_kept(tmp_path):
    (tmp_path / "out" / "python").mkdir(parents=True)
    (tmp_path / "out" / "python" / "mine").write_text("keep me")
    with pytest.raises(LayerError, match="exists already"):
        build.build(tmp_path / "out")
    assert (tmp_path / "out" / "python" / "mine").read_text() == "keep me"


def test_normalise_removes_what_installers_leave_and_sets_modes(tmp_path):
    keep = {
        "p/module.py",
        "p/lib.so",
        "p/bin/data",  # only the bin/ at the top is the installer's
        "p/RECORD",  # only in a dist-info it is the installer's
        "p-1.dist-info/METADATA",
        "p-1.dist-info/licenses/LICENSE",
    }
    drop = {
        "bin/tool",
        ".lock",
        "p/__pycache__/module.cpython-311.pyc",
        "p/legacy.pyc",
        *(f"p-1.dist-info/{name}" for name in ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")),
    }
    root = tmp_path / "python"
    for name in keep | drop:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch(mode=0o777)
    (root / "empty" / "nested").mkdir(parents=True)
    root.chmod(0o700)
    build.normalise(root)
    assert files(root) == keep
    folders = {path for path in root.rglob("*") if path.is_dir()}
    assert {path.relative_to(root).as_posix() for path in folders} == {
        "p",
        "p/bin",
        "p-1.dist-info",
        "p-1.dist-info/licenses",
    }
    assert {path.stat().st_mode & 0o777 for path in folders | {root}} == {0o755}
    assert {(root / name).stat().st_mode & 0o777 for name in keep} == {0o644}


def test_tree_hash_follows_names_modes_and_contents_only(tmp_path):
    tree = tmp_path / "a"
    (tree / "p").mkdir(parents=True)
    (tree / "p" / "x").write_text("1")
    original = build.tree_hash(tree)
    shutil.copytree(tree, tmp_path / "b", copy_function=shutil.copy)
    assert build.tree_hash(tmp_path / "b") == original
    changed = set()
    (tree / "p" / "x").write_text("2")
    changed.add(build.tree_hash(tree))
    (tree / "p" / "x").chmod(0o600)
    changed.add(build.tree_hash(tree))
    (tree / "p" / "x").rename(tree / "p" / "y")
    changed.add(build.tree_hash(tree))
    assert len(changed | {original}) == 4


def test_platforms_are_every_tag_that_glibc_2_26_can_load():
    assert build.PLATFORMS[0] == "manylinux_2_26_x86_64"
    assert {"manylinux_2_24_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"} < set(build.PLATFORMS)
    assert "manylinux_2_27_x86_64" not in build.PLATFORMS


def test_lock_has_one_line_and_hash_per_package_in_order():
    def entry(name, version, sha256):
        return {
            "metadata": {"name": name, "version": version},
            "download_info": {"archive_info": {"hashes": {"sha256": sha256}}},
        }

    text = lock.render([entry("Scikit_Learn", "1.7.2", "b" * 64), entry("numpy", "2.2.6", "a" * 64)])
    assert PIN.findall(text) == [("numpy", "2.2.6", "a" * 64), ("scikit-learn", "1.7.2", "b" * 64)]
    assert "python -m layer_build lock" in text.splitlines()[1]


@pytest.mark.usefixtures("locked")
def test_lock_command_that_cannot_resolve_fails_in_one_line_and_keeps_the_lock(tmp_path, monkeypatch, capsys):
    before = build.LOCK.read_text()
    requirements = tmp_path / "requirements.in"
    requirements.write_text("--no-index\nnothing-like-this==1.0\n")
    monkeypatch.setattr(lock, "REQUIREMENTS", requirements)
    assert lock.main([]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "nothing-like-this==1.0" in line
    assert build.LOCK.read_text() == before


def test_committed_lock_holds_every_requirement_in_the_version_asked_for():
    asked = PIN.findall(lock.REQUIREMENTS.read_text())
    pinned = {name: version for name, version, sha256 in PIN.findall(build.LOCK.read_text()) if sha256}
    assert {name: version for name, version, _ in asked}.items() <= pinned.items()
    assert {"scikit-learn", "numpy", "scipy", "joblib", "threadpoolctl"} <= set(pinned)
    assert "pandas" not in pinned


def test_layer_and_training_use_the_same_wheels():
    """What is trained with one estimator is served with it: the layer's hashes are those of uv.lock."""
    project = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    wheels = {package["name"]: {w["hash"] for w in package.get("wheels", ())} for package in project}
    for name, _, sha256 in PIN.findall(build.LOCK.read_text()):
        assert f"sha256:{sha256}" in wheels[name], name
