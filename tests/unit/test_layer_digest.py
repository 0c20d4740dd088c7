"""A layer's digest changes with everything that decides its bytes, and with nothing else."""

import ast
import os
import shutil
from pathlib import Path

import pytest

from layer_build import targets
from layer_build.digest import digest, sources
from layer_build.layers import JOBS
from layer_build.targets import find_target

LAYER_BUILD = targets.FOLDER
ML = find_target("python3.11", "x86_64")
LOCK = "locks/python3.11-x86_64.txt"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Copy the layer builder to where a test may change it."""
    shutil.copytree(LAYER_BUILD, tmp_path / "layer_build", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(targets, "FOLDER", tmp_path / "layer_build")
    return tmp_path / "layer_build"


def imports_of(module, seen):
    """Collect the files of the package that a module's import runs."""
    path = LAYER_BUILD.parent / (module.replace(".", "/") + ".py")
    if path.exists() and path not in seen:
        seen.add(path)
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                for name in [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]:
                    imports_of(name, seen)
    return seen


def test_every_module_that_a_build_imports_is_a_source():
    modules = {path.relative_to(LAYER_BUILD).as_posix() for path in imports_of("layer_build.build", set())}

    assert "steps/strip.py" in modules
    assert modules | {"keep.toml", LOCK} <= set(sources(ML))


@pytest.mark.parametrize(
    ("target", "name"),
    [
        *((ML, name) for name in ("slim.py", "keep.toml", "steps/compiler.py", LOCK)),
        (find_target("python3.11", "x86_64", JOBS), LOCK),  # it is installed without what that has
    ],
)
def test_changed_source_changes_the_digest(folder, target, name):
    before = digest(target)
    with (folder / name).open("a") as file:
        file.write("# changed\n")

    assert digest(target) != before


def test_tools_other_locks_bytecode_and_times_do_not_change_the_digest(folder):
    before = digest(ML)
    for name in ("lock.py", "sbom.py", "locks/python3.11-arm64.txt", "locks/jobs-python3.11-x86_64.txt"):
        with (folder / name).open("a") as file:
            file.write("# changed\n")
    (folder / "__pycache__").mkdir()
    Path(folder, "__pycache__", "build.cpython-311.pyc").write_bytes(b"bytecode")
    for path in folder.rglob("*.py"):
        os.utime(path, (1, 1))

    assert digest(ML) == before
