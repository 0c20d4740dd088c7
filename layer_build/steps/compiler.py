"""Compiles a folder of modules in place: ``compiler.py <folder> <where it will be mounted>``.

Runs as a file of its own under the target's Python. The bytes of a .pyc depend on which strings the process
happens to hold already (marshal marks what is referred to more than once), so each module is compiled in a
fork of a process that has compiled nothing.
"""

import ast
import importlib.util
import marshal
import os
import sys

UNCHECKED_HASH = 0b01


def main() -> int:
    """Compile; print the number of modules."""
    folder, mounted_at = sys.argv[1:]
    sources = sorted(
        os.path.join(parent, name)  # noqa: PTH118 - pathlib's own strings would be in the process
        for parent, _, names in os.walk(folder)
        for name in names
        if name.endswith(".py")
    )
    for source in sources:
        child = os.fork()
        if child == 0:
            compile_one(source, mounted_at + source[len(folder) :])
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            return 1
        os.unlink(source)  # noqa: PTH108 - as above
    print(len(sources))
    return 0


def without_docstrings(text: bytes, name: str) -> ast.Module:
    """Return a module's syntax tree without help texts, a fifth of all that would be loaded.

    Modules that mention ``__doc__`` keep theirs; outside of scikit-learn, whose decorators don't read them,
    so do classes and whatever has a decorator.
    """
    tree = ast.parse(text)
    if b"__doc__" in text:
        return tree
    everything = "/sklearn/" in name
    for node in ast.walk(tree):
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            continue
        is_plain = isinstance(node, ast.FunctionDef) and not node.decorator_list
        if (is_plain or everything) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.copy_location(ast.Pass(), node.body[0])]
    return tree


def compile_one(source: str, name: str) -> None:
    """Write the .pyc of a source beside it; `name` is the path that tracebacks show."""
    with open(source, "rb") as file:  # noqa: PTH123 - as above
        text = file.read()
    code = compile(without_docstrings(text, name), name, "exec", dont_inherit=True, optimize=0)
    header = importlib.util.MAGIC_NUMBER + UNCHECKED_HASH.to_bytes(4, "little")
    with open(f"{source}c", "wb") as file:  # noqa: PTH123 - as above
        file.write(header + importlib.util.source_hash(text) + marshal.dumps(code))


if __name__ == "__main__":
    sys.exit(main())
