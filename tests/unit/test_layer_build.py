"""Building from a lock: real pip and real uv, and a small wheel made here, so that no network is needed."""

import shutil
import stat
import subprocess
import sys
import zipfile

import pytest

from layer_build import build, checks, commands, install, targets, tree
from layer_build.__main__ import main
from layer_build.archive import write_zip
from layer_build.errors import LayerError
from layer_build.slim import STEPS
from layer_build.targets import find_target
from tests.layers import PROJECT
from tests.unit.tiny_wheel import make_wheel

TARGET = find_target("python3.11", "x86_64")
AS_INSTALLED = [f"--without={step}" for step in STEPS]

INSTALLED = {
    "python/tiny/__init__.py",
    "python/tiny-1.0.dist-info/METADATA",
    "python/tiny-1.0.dist-info/WHEEL",
    "python/tiny-1.0.dist-info/LICENSE",
}


@pytest.fixture
def wheelhouse(tmp_path):
    return tmp_path / "wheels"


@pytest.fixture
def locked(tmp_path, wheelhouse, monkeypatch):
    """Lock the small wheel alone; the fixture's value writes another lock."""
    monkeypatch.setattr(targets, "FOLDER", tmp_path)
    monkeypatch.setattr(commands, "PYPROJECT", tmp_path / "there is no project around the package")
    TARGET.lock.parent.mkdir()

    def write(sha256, version="1.0"):
        TARGET.requirements.write_text(f"tiny=={version}\n")
        TARGET.lock.write_text(f"tiny=={version} --hash=sha256:{sha256}\n")

    write(make_wheel(wheelhouse))
    return write


def run_build(out, wheelhouse, *options, installer="uv"):
    """Build with the faster installer, unless the test is about the other one."""
    source = [f"--wheelhouse={wheelhouse}", f"--installer={installer}"]
    return main(["build", f"--out={out}", *source, *AS_INSTALLED, *options])


def files(root):
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


@pytest.mark.usefixtures("locked")
def test_pip_and_uv_give_the_same_bytes_without_their_traces(tmp_path, wheelhouse):
    hashes = set()
    for installer in install.INSTALLERS:
        out = tmp_path / installer
        assert run_build(out, wheelhouse, installer=installer) == 0
        assert files(out) == INSTALLED
        hashes.add(tree.tree_hash(out / "python"))
    assert len(hashes) == 1


@pytest.mark.usefixtures("locked")
def test_build_reports_its_steps_size_and_hash_on_stderr(tmp_path, wheelhouse, capsys):
    assert run_build(tmp_path / "out", wheelhouse) == 0
    printed = capsys.readouterr()
    assert printed.out == ""
    first, seen, left, last = printed.err.splitlines()
    assert first == "ML layer: installing the wheels of locks/python3.11-x86_64.txt"
    assert seen.startswith(
        "ML layer: 1 packages with their licences, 0 binaries that load on Amazon Linux 2, 0.0"
    )
    assert left == "ML layer: 262.1 MB of 262.1 MB are left for the function"
    assert last == f"ML layer: done, tree sha256 {tree.tree_hash(tmp_path / 'out' / 'python')}"


@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_wheel_that_is_not_the_locked_one_is_refused_and_leaves_nothing(
    tmp_path, wheelhouse, locked, capsys, installer
):
    locked("0" * 64)
    assert run_build(tmp_path / "out", wheelhouse, installer=installer) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith(f"error: {installer} failed (")
    assert last.endswith("run `python -m layer_build lock`")
    assert files(tmp_path / "out") == set()


@pytest.mark.usefixtures("locked")
def test_wheelhouse_that_is_not_there_is_refused_with_the_command_that_makes_one(tmp_path, capsys):
    assert run_build(tmp_path / "out", tmp_path / "nowhere") == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.endswith("nowhere: no such folder; `layer_build download` makes one")


@pytest.mark.usefixtures("locked")
def test_uv_that_is_not_installed_is_refused_with_the_way_out(tmp_path, wheelhouse, monkeypatch, capsys):
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert run_build(tmp_path / "out", wheelhouse) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == "error: uv isn't installed: run `python -m pip install uv`, or choose --installer pip"


@pytest.mark.usefixtures("locked")
def test_layer_that_fails_a_check_leaves_nothing(tmp_path, wheelhouse, monkeypatch, capsys):
    monkeypatch.setattr(checks, "UNZIPPED_LIMIT", 10)
    assert run_build(tmp_path / "out", wheelhouse) == 2
    assert "over Lambda's 10: " in capsys.readouterr().err
    assert list((tmp_path / "out").iterdir()) == []


def test_layer_of_an_older_lock_is_refused(tmp_path, wheelhouse, locked, capsys):
    run_build(tmp_path / "out", wheelhouse)
    locked("0" * 64, version="1.1")
    assert main(["check", str(tmp_path / "out")]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == ("error: tiny: the layer has 1.0, locks/python3.11-x86_64.txt 1.1: build the layer again")


@pytest.mark.usefixtures("locked")
def test_layer_for_an_image_has_no_limit(tmp_path, wheelhouse, monkeypatch, capsys):
    monkeypatch.setattr(checks, "UNZIPPED_LIMIT", 10)
    assert run_build(tmp_path / "out", wheelhouse, "--image") == 0
    assert "left" not in capsys.readouterr().err
    assert files(tmp_path / "out") == INSTALLED


@pytest.mark.usefixtures("locked")
def test_existing_folder_is_refused_and_kept(tmp_path):
    (tmp_path / "out" / "python").mkdir(parents=True)
    (tmp_path / "out" / "python" / "mine").write_text("keep me")
    with pytest.raises(LayerError, match="exists already"):
        build.build(tmp_path / "out", TARGET)
    assert (tmp_path / "out" / "python" / "mine").read_text() == "keep me"


def test_command_line_needs_the_standard_library_only():
    """Lambda's build image has nothing else; -S leaves this environment's packages out."""
    command = [sys.executable, "-S", "-B", "-m", "layer_build", "--help"]
    done = subprocess.run(command, cwd=PROJECT, env={}, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("usage: python -m layer_build")


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
        "p-1.dist-info/uv_cache.json",
    }
    root = tmp_path / "python"
    for name in keep | drop:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch(mode=0o777)
    (root / "empty" / "nested").mkdir(parents=True)
    root.chmod(0o700)
    tree.normalise(root)
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


def test_tree_hash_is_of_names_modes_and_contents_only(tmp_path):
    folder = tmp_path / "a"
    (folder / "p").mkdir(parents=True)
    (folder / "p" / "x").write_text("1")
    original = tree.tree_hash(folder)
    shutil.copytree(folder, tmp_path / "b", copy_function=shutil.copy)
    assert tree.tree_hash(tmp_path / "b") == original
    changed = set()
    (folder / "p" / "x").write_text("2")
    changed.add(tree.tree_hash(folder))
    (folder / "p" / "x").chmod(0o600)
    changed.add(tree.tree_hash(folder))
    (folder / "p" / "x").rename(folder / "p" / "y")
    changed.add(tree.tree_hash(folder))
    assert len(changed | {original}) == 4


def test_zip_depends_on_names_and_contents_only(tmp_path):
    zips = []
    for number, names in enumerate([("a", "b"), ("b", "a")]):
        folder = tmp_path / str(number)
        for name in names:
            (folder / name).mkdir(parents=True)
            (folder / name / "x.py").write_text(name * 1000)
            (folder / name / "x.py").chmod(0o644 - number * 0o44)
        zips.append(tmp_path / f"{number}.zip")
        assert write_zip(folder, zips[-1]) == zips[-1].stat().st_size < 1000
    assert zips[0].read_bytes() == zips[1].read_bytes()
    with zipfile.ZipFile(zips[0]) as archive:
        assert archive.namelist() == ["a/x.py", "b/x.py"]
        assert archive.read("a/x.py") == b"a" * 1000
        assert {stat.filemode(i.external_attr >> 16) for i in archive.infolist()} == {"-rw-r--r--"}


@pytest.mark.usefixtures("locked")
def test_zip_of_a_build_is_the_layer_and_its_size_is_printed(tmp_path, wheelhouse, capsys):
    assert run_build(tmp_path / "out", wheelhouse, f"--zip={tmp_path / 'layer.zip'}") == 0
    assert "layer.zip: 0.0 MB compressed" in capsys.readouterr().err.splitlines()[-1]
    assert set(zipfile.ZipFile(tmp_path / "layer.zip").namelist()) == INSTALLED


@pytest.mark.usefixtures("locked")
def test_check_of_a_built_layer_reports_and_of_no_layer_is_refused(tmp_path, wheelhouse, capsys):
    run_build(tmp_path / "out", wheelhouse)
    capsys.readouterr()
    assert main(["check", str(tmp_path / "out")]) == 0
    assert "262.1 MB of 262.1 MB are left for the function" in capsys.readouterr().err
    assert main(["check", str(tmp_path)]) == 2
    assert "python: there is no layer; make one with" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["build"], "the following arguments are required: --out"),
        (["check", "out", "--runtime=python2.7"], "argument --runtime: invalid choice: 'python2.7'"),
    ],
)
def test_wrong_arguments_are_one_line_with_the_way_to_help(arguments, problem, capsys):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    (line,) = capsys.readouterr().err.splitlines()
    assert end.value.code == 2
    assert line.startswith(f"error: {problem}")
    assert line.endswith("--help")
