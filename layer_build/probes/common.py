"""What every probe does: it imports all modules, loads all libraries, and prints results as JSON."""

import contextlib
import ctypes
import hashlib
import importlib
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from layer_build.elf import is_elf

# Where "cannot import name" has looked: a source before, bytecode afterwards.
FILE = re.compile(r" \(/.+\)$")


def print_results(layer: Path, proved: str, parts: Mapping[str, Mapping[str, object]]) -> None:
    """Import and load everything of a layer, and print that with its probe's results.

    Parameters
    ----------
    layer : pathlib.Path
        The layer's ``python`` folder: its libraries are loaded and its modules imported, too.
    proved : str
        What the parts show, for the builder's progress line.
    parts : mapping of str to mapping of str to object
        Results by name, each of which must be the same after slimming.
    """
    found: dict[str, object] = {"proved": proved, "parts": parts, "libraries": load_libraries(layer)}
    with contextlib.redirect_stdout(io.StringIO()):  # some modules print something
        found["imports"] = import_all(layer)
    json.dump(found, sys.stdout, default=str)


def message(call: Callable[[], object]) -> str:
    """Return the type and the text of what a call raises."""
    try:
        call()
    except Exception as error:  # noqa: BLE001 - whatever it is, it must be the same as before
        return f"{type(error).__name__}: {error}"
    return ""


def digest(parts: Iterable[bytes]) -> str:
    """Return the digest of a result to the last bit."""
    return hashlib.sha256(b"".join(parts)).hexdigest()


def load_libraries(layer: Path) -> int:
    """Load every shared object with all its symbols bound, and return their number."""
    libraries = sorted(path for path in layer.rglob("*.so*") if path.is_file() and is_elf(path))
    for path in libraries:
        ctypes.CDLL(str(path), mode=os.RTLD_NOW)
    return len(libraries)


def import_all(layer: Path) -> dict[str, str]:
    """Import every module but tests, and return what each raised."""
    problems = {}
    for path in sorted(path for path in layer.rglob("*") if path.suffix in {".py", ".pyc", ".so"}):
        parts = path.relative_to(layer).with_name(path.name.partition(".")[0]).parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        is_module = all(part.isidentifier() for part in name.split("."))
        if is_module and not {"tests", "__main__", "__pycache__"} & set(parts):
            problem = message(partial(importlib.import_module, name))
            problems[name] = FILE.sub("", problem)
    return problems
