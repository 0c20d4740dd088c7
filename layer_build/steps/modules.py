"""Which modules a layer has, and which of them a module can import: read from the files, nothing is run.

What a target's modules import is thus known on every machine, also for a Python that isn't there.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

# A name, or names with dots, as compiled modules keep them for what they import.
NAMES_IN_BINARY = re.compile(rb"[A-Za-z_][A-Za-z0-9_.]{2,}")
# Import statements of a source that is newer than the Python that reads it.
IMPORT_LINES = re.compile(
    r"^[ \t]*(?:from[ \t]+\S+[ \t]+import[ \t]+(?:\([^)]*\)|.+)|import[ \t]+.+)$", re.MULTILINE
)


def find_modules(root: Path) -> dict[str, Path]:
    """Return the files of all modules below a folder, by their names; a package's is its ``__init__.py``."""
    modules: dict[str, Path] = {}
    for path in sorted(root.rglob("*")):
        if path.suffix in {".py", ".so"}:
            parts = path.relative_to(root).with_name(path.name.partition(".")[0]).parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            if all(part.isidentifier() for part in name.split(".")):
                modules[name] = path
    return modules


def imported(name: str, modules: Mapping[str, Path]) -> set[str]:
    """Return which of the modules a module may import, itself and its parents excluded.

    For source: every ``import``, also those in functions, and every string that is a module's name. For a
    compiled module: every word in it that is a module's name, in full or relative to a package that it is in.
    That is more than it imports, never less.
    """
    path = modules[name]
    if path.suffix == ".so":
        return _named_in_binary(name, path.read_bytes(), modules)
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    return {found for found in _imports(parse(path), package) if found in modules}


def parse(path: Path) -> ast.Module:
    """Return a source's syntax tree; only its imports, if this Python is too old for the rest of it."""
    source = path.read_text(encoding="utf-8")
    try:
        return ast.parse(source)
    except SyntaxError:
        found = (re.sub(r"#[^\n]*", "", match[0]).strip() for match in IMPORT_LINES.finditer(source))
        return ast.Module([node for line in found for node in _parse_line(line)], [])


def with_parents(names: Iterable[str]) -> set[str]:
    """Add the packages that the modules are in: they are imported first."""
    return {
        ".".join(parts[:end])
        for parts in (name.split(".") for name in names)
        for end in range(1, len(parts) + 1)
    }


def _parse_line(line: str) -> list[ast.stmt]:
    try:
        return ast.parse(line).body
    except SyntaxError:  # prose in a docstring that begins like an import
        return []


def _imports(tree: ast.Module, package: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
        elif isinstance(node, ast.ImportFrom):
            base = absolute(node, package)
            yield base
            for alias in node.names:
                yield f"{base}.{alias.name}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):  # for import_module and its like
            yield package + node.value if node.value.startswith(".") else node.value


def absolute(node: ast.ImportFrom, package: str) -> str:
    """Return the full name of the module that a ``from`` statement in a package names."""
    parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
    return ".".join([*parents, *([node.module] if node.module else [])])


def _named_in_binary(name: str, binary: bytes, modules: Mapping[str, Path]) -> set[str]:
    packages = [""] + [f"{parent}." for parent in with_parents([name]) if parent != name]
    words = {word.decode() for word in NAMES_IN_BINARY.findall(binary)}
    return {full for word in words for package in packages if (full := package + word) in modules}
