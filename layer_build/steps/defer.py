"""Step `defer`: imports that prediction never touches happen where they are used, on first use.

scikit-learn imports most of scipy at its start, for functions that fit. Here such an import is moved from the
head of a module into the functions that use its names: an ordinary import statement, with Python's own locks
for threads and its own errors. The module still has such a name as an attribute (PEP 562).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from pathlib import Path

from layer_build.steps.imports import Deferrable, deferrable
from layer_build.steps.trusted_types import list_trusted_types

# Whose imports are moved.
IMPORTERS = ("sklearn", "skops", "scipy", "numpy/f2py")

# scipy loads its packages itself on first use, so `import scipy` is enough for what is used later.
SCIPY_PACKAGE = re.compile(r"^import scipy\.[a-z]+$", re.MULTILINE)

LATER = """

_imported_later = {table!r}


def __getattr__(name):
    if name not in _imported_later:
        raise AttributeError(f"module {{__name__!r}} has no attribute {{name!r}}")
    from importlib import import_module

    module, attribute = _imported_later[name]
    value = import_module(module, __package__)
    if attribute:
        value = getattr(value, attribute)
    globals()[name] = value
    return value


def __dir__():
    return sorted({{*globals(), *_imported_later}})
"""


def defer(root: Path) -> str:
    """Move imports in the sources of a layer.

    Returns
    -------
    str
        How many were moved, for the report.
    """
    list_trusted_types(root)
    moved = 0
    for package in IMPORTERS:
        for path in sorted(root.glob(f"{package}/**/*.py")):
            moved += _defer_in(path)
    return f"{moved:,} names are imported on first use"


def _defer_in(path: Path) -> int:
    before = path.read_text(encoding="utf-8")
    source = SCIPY_PACKAGE.sub("import scipy", before)
    try:
        found = deferrable(source, path)
    except SyntaxError:  # newer than the Python that reads it
        return 0
    after = rewrite(source, found) if found else source
    if after != before:
        path.write_text(after, encoding="utf-8")
    return sum(len(item.names) for item in found)


def rewrite(source: str, found: Sequence[Deferrable]) -> str:
    """Return a module's source with these imports moved into the functions that use them."""
    lines = source.splitlines(keepends=True)
    insertions: dict[int, list[str]] = {}
    table: dict[str, tuple[str, str | None]] = {}
    for item in found:
        for name, functions in item.names.items():
            table[name] = item.origin(name)
            for function in functions:
                line, column = _first_statement(function)
                insertions.setdefault(line, []).append(f"{' ' * column}{item.statement([name])}\n")
        first, last = item.node.lineno, item.node.end_lineno or item.node.lineno
        rest = item.statement(item.kept) if item.kept else "pass"
        lines[first - 1 : last] = [f"{rest}\n", *["\n"] * (last - first)]
        table.update(item.submodule())
    for line in sorted(insertions, reverse=True):
        lines[line - 1 : line - 1] = sorted(insertions[line])
    if not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    return "".join(lines) + LATER.format(table=dict(sorted(table.items())))


def _first_statement(function: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[int, int]:
    """Return line and column of what follows a function's docstring."""
    body = function.body
    first = body[1] if ast.get_docstring(function, clean=False) is not None and len(body) > 1 else body[0]
    decorators = getattr(first, "decorator_list", [])
    return min([first.lineno, *(decorator.lineno for decorator in decorators)]), first.col_offset
