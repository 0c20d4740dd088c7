"""The layout that the docstring of `model_training` draws is the one of its imports."""

import ast
import re
from pathlib import Path

import pytest

import model_training

ROOT = Path(model_training.__file__).parent
PACKAGES = re.findall(r"^    (\w+)/", model_training.__doc__, re.MULTILINE)


def imported_packages(package):
    """Return the packages of `model_training` that one of them imports from, itself left out."""
    nodes = (
        node
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
    )
    modules = (node.module.split(".") for node in nodes)
    return {parts[1] for parts in modules if parts[0] == "model_training" and len(parts) > 1} - {package}


def test_docstring_draws_every_package():
    assert sorted(PACKAGES) == sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))


@pytest.mark.parametrize("package", PACKAGES)
def test_package_imports_only_those_above_it(package):
    above = PACKAGES[: PACKAGES.index(package)]
    assert imported_packages(package) <= {*above, "progress", "cli"}
