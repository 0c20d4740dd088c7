"""Which imports at the head of a module could as well happen in the functions that use them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

# Always loaded, and used in almost every function: moving them would gain nothing.
NEVER = ("numpy", "warnings", "__future__", "typing", "typing_extensions", "os", "sys", "re")
# They look at a module's names in ways that can't be followed.
REFLECTIVE = frozenset({"globals", "locals", "vars", "exec", "eval", "__getattr__", "__dir__"})

Function = ast.FunctionDef | ast.AsyncFunctionDef
Import = ast.Import | ast.ImportFrom


@dataclass
class Deferrable:
    """An import statement with the names that can wait, each with the functions that use it."""

    node: Import
    names: dict[str, list[Function]] = field(default_factory=dict)
    package_folder: Path | None = None
    """The folder of the package whose ``__init__`` the statement is in."""

    @property
    def kept(self) -> list[str]:
        """The names that can't wait."""
        return [bound(alias) for alias in self.node.names if bound(alias) not in self.names]

    def statement(self, names: Sequence[str]) -> str:
        """Return the statement with these names only."""
        aliases = [alias for alias in self.node.names if bound(alias) in names]
        if isinstance(self.node, ast.Import):
            return ast.unparse(ast.Import(aliases))
        return ast.unparse(ast.ImportFrom(self.node.module, aliases, self.node.level))

    def origin(self, name: str) -> tuple[str, str | None]:
        """Return the module that a name comes from, and its name there, or None for the module itself."""
        alias = next(alias for alias in self.node.names if bound(alias) == name)
        if isinstance(self.node, ast.Import):
            return (alias.name if alias.asname else name), None
        module = "." * self.node.level + (self.node.module or "")
        if self.package_folder and self.node.level == 1 and not self.node.module:
            return f".{alias.name}", None
        return module, alias.name

    def submodule(self) -> dict[str, tuple[str, str | None]]:
        """Return the package's own module that the statement loads: it must stay the package's attribute."""
        if not self.package_folder or not isinstance(self.node, ast.ImportFrom) or self.node.level != 1:
            return {}
        name = (self.node.module or "").partition(".")[0]
        return {name: (f".{name}", None)} if name and not self.kept else {}


def bound(alias: ast.alias) -> str:
    """Return the name that an import gives to what it imports."""
    return alias.asname or alias.name.partition(".")[0]


def deferrable(source: str, path: Path) -> list[Deferrable]:
    """Find the imports of a module that can wait for the functions that use them.

    Raises
    ------
    SyntaxError
        If this Python can't read it.
    """
    tree = ast.parse(source)
    folder = path.parent if path.name == "__init__.py" else None
    uses = _uses_in_functions(tree)
    if REFLECTIVE & (uses.keys() | {node.name for node in tree.body if isinstance(node, Function)}):
        return []
    statements = [node for node in tree.body if isinstance(node, Import) and _is_alone(node, tree.body)]
    taken = _bound_otherwise(tree, statements)
    at_once = {node.id for node in _run_at_import(tree) if isinstance(node, ast.Name)}
    exported = _exported(tree) if folder else set()
    found = []
    for node in statements:
        item = Deferrable(node, package_folder=folder)
        for alias in node.names:
            name = bound(alias)
            can_wait = name in uses or name in exported
            if can_wait and name not in taken | at_once and not _must_stay(node, alias, folder):
                item.names[name] = uses.get(name, [])
        if item.names:
            found.append(item)
    return found


def _must_stay(node: Import, alias: ast.alias, folder: Path | None) -> bool:
    if alias.name == "*" or (isinstance(node, ast.Import) and "." in alias.name and not alias.asname):
        return True
    origin = alias.name if isinstance(node, ast.Import) else (node.module or "")
    if not getattr(node, "level", 0) and origin.partition(".")[0] in NEVER:
        return True
    if folder is None:
        return False
    # A module of that name would take the name's place in its package as soon as anything imports it.
    is_module = (folder / f"{bound(alias)}.py").exists() or (folder / bound(alias)).is_dir()
    return is_module and getattr(node, "module", None) is not None


def _is_alone(node: Import, body: Sequence[ast.stmt]) -> bool:
    """Return whether no other statement is on the lines of this one."""
    last = node.end_lineno or node.lineno
    return not any(
        other is not node and other.lineno <= last and (other.end_lineno or 0) >= node.lineno
        for other in body
    )


def _run_at_import(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk through what runs when the module is imported: all but the functions' bodies."""
    for child in ast.iter_child_nodes(tree):
        yield child
        if isinstance(child, Function):
            for part in [*child.decorator_list, child.args, *([child.returns] if child.returns else [])]:
                yield part
                yield from _run_at_import(part)
            if child.body[0].lineno == child.lineno:  # no line to put an import on
                yield from (node for statement in child.body for node in ast.walk(statement))
        else:
            yield from _run_at_import(child)


def _uses_in_functions(tree: ast.AST) -> dict[str, list[Function]]:
    """Return by name the outermost functions that use it."""
    uses: dict[str, list[Function]] = {}
    for function in _outermost(tree):
        names = {n.id for statement in function.body for n in ast.walk(statement) if isinstance(n, ast.Name)}
        for name in names:
            uses.setdefault(name, []).append(function)
    return uses


def _outermost(tree: ast.AST) -> Iterator[Function]:
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, Function):
            yield child
        else:
            yield from _outermost(child)


def _bound_otherwise(tree: ast.Module, statements: Sequence[Import]) -> set[str]:
    """Return the names that anything but one import at the head of the module gives a meaning to."""
    names: list[str] = [bound(alias) for node in statements for alias in node.names]
    taken = {name for name in names if names.count(name) > 1}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            taken.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            taken.add(node.name)
        elif isinstance(node, ast.arg):
            taken.add(node.arg)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            taken.update(node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            taken.add(node.name)
        elif isinstance(node, Import) and node not in statements:
            taken.update(bound(alias) for alias in node.names)
    return taken


def _exported(tree: ast.Module) -> set[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(
            isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets
        ):
            return {
                n.value
                for n in ast.walk(node.value)
                if isinstance(n, ast.Constant) and isinstance(n.value, str)
            }
    return set()
