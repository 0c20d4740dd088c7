"""The types that skops trusts, without importing all of scikit-learn at every start to list them.

skops imports every module of scikit-learn to collect its estimators' names, and looks for numpy's and scipy's
ufuncs in every module that is loaded. Here the estimators are listed once, from the sources, and the ufuncs
when a model has one. `layer_build.verify` compares the list with what skops itself would have found.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from abc import ABCMeta, abstractmethod
from collections.abc import Iterator
from pathlib import Path

from layer_build.steps.modules import absolute, find_modules

TRUSTED_TYPES = "skops/io/_trusted_types.py"
ESTIMATORS, UFUNCS = "SKLEARN_ESTIMATOR_TYPE_NAMES", ("SCIPY_UFUNC_TYPE_NAMES", "NUMPY_UFUNC_TYPE_NAMES")
# As in sklearn.utils.discovery.all_estimators, which skops calls.
IGNORED = {"tests", "externals", "setup", "conftest", "experimental", "estimator_checks"}

# As without this: skops names a ufunc after the first loaded module that has it.
UFUNCS_FIRST = """
__import__("scipy.special")
"""

LATER = """

def _find_ufuncs():
{body}
    return {{name: value for name, value in locals().items() if name in {names!r}}}


def __getattr__(name):
    if name not in {names!r}:
        raise AttributeError(f"module {{__name__!r}} has no attribute {{name!r}}")
    globals().update(_find_ufuncs())
    return globals()[name]
"""


def list_trusted_types(root: Path) -> None:
    """Write the estimators' names into skops, and let it look for ufuncs on first use."""
    path = root / TRUSTED_TYPES
    if not path.exists():
        return
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines(keepends=True)
    ufuncs: list[str] = []
    for node in reversed(ast.parse(source).body):
        names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        span = slice(node.lineno - 1, node.end_lineno)
        if ESTIMATORS in names:
            lines[span] = [f"{ESTIMATORS} = {estimators(root)!r}\n"]
        elif names & set(UFUNCS):
            ufuncs.insert(0, "".join(lines[span]))
            lines[span] = []
    with (root / "sklearn" / "__init__.py").open("a", encoding="utf-8") as file:
        file.write(UFUNCS_FIRST)
    body = textwrap.indent("".join(ufuncs), "    ")
    path.write_text("".join(lines) + LATER.format(body=body, names=UFUNCS), encoding="utf-8")


def estimators(root: Path) -> list[str]:
    """Return the full names of scikit-learn's public estimators, read from its sources.

    Each class is built again from its bases and its methods' names; Python decides whether it is abstract.
    """
    classes = _Classes(root)
    base = classes.find("sklearn.base", "BaseEstimator")
    found = {
        f"{cls.__module__}.{cls.__name__}"
        for module in classes.modules
        if _is_public(module)
        for name in classes.names(module)
        if not name.startswith("_") and (cls := classes.find(module, name)) is not None
        if base and issubclass(cls, base) and cls is not base and not inspect.isabstract(cls)
    }
    return sorted(found)


def _is_public(module: str) -> bool:
    return not IGNORED & set(module.split(".")) and "._" not in module


class _Classes:
    """Skeletons of the classes of a package's modules."""

    def __init__(self, root: Path) -> None:
        files = find_modules(root)
        self.modules = {name for name in files if name.partition(".")[0] == "sklearn"}
        self._known: dict[tuple[str, str], type | None] = {}
        self._defined: dict[str, dict[str, ast.ClassDef]] = {}
        self._imported: dict[str, dict[str, tuple[str, str]]] = {}
        for name in self.modules:
            path = files[name]
            tree = ast.parse(path.read_text(encoding="utf-8")) if path.suffix == ".py" else ast.Module([], [])
            package = name if path.name == "__init__.py" else name.rpartition(".")[0]
            self._defined[name] = {n.name: n for n in ast.walk(tree) if isinstance(n, ast.ClassDef)}
            self._imported[name] = dict(_imported_names(tree, package))

    def names(self, module: str) -> set[str]:
        """Return the names that are, or may be, classes in a module."""
        return self._defined[module].keys() | self._imported[module].keys()

    def find(self, module: str, name: str) -> type | None:
        """Return a class by the name that it has in a module, or None."""
        key = (module, name)
        if key not in self._known:
            self._known[key] = None  # until it is made: what imports itself in a circle is no class
            self._known[key] = self._make(module, name)
        return self._known[key]

    def _make(self, module: str, name: str) -> type | None:
        if module not in self.modules:
            return None
        node = self._defined[module].get(name)
        if node is None:
            origin = self._imported[module].get(name)
            return self.find(*origin) if origin else None
        bases = [self.find(module, base.id) for base in node.bases if isinstance(base, ast.Name)]
        kept = tuple(dict.fromkeys(base for base in bases if base is not None))
        namespace = {"__module__": module, **dict(_members(node))}
        return ABCMeta(name, kept, namespace)


def _imported_names(tree: ast.AST, package: str) -> Iterator[tuple[str, tuple[str, str]]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, (absolute(node, package), alias.name)
        elif isinstance(node, ast.Try):  # what only a type checker imports isn't there
            yield from _imported_names(node, package)


def _members(node: ast.ClassDef) -> Iterator[tuple[str, object]]:
    for member in node.body:
        if isinstance(member, ast.FunctionDef):
            if any("abstractmethod" in ast.unparse(mark) for mark in member.decorator_list):
                yield member.name, abstractmethod(lambda _self: None)
            elif not member.name.startswith("__") or member.name == "__init__":
                yield member.name, lambda _self: None
        elif isinstance(member, ast.Assign):
            names = [target.id for target in member.targets if isinstance(target, ast.Name)]
            yield from ((name, None) for name in names if not name.startswith("__"))
