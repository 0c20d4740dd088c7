"""Imports the modules of the lean functions from one file, in two thirds of the time of their own files.

A module in a file of its own costs a cold start a search of folders, a check and an opened file, and
the predictor has thirty. ``python -m bundle`` puts them into `FILE` when the code is packaged
(`stacks.function_package`). Without that file, as in a checkout, Python finds them as it finds all others.

The file is a line of JSON, which has each module's source (relative to the code's root), first byte and size,
and then the modules' bytecode, one after the other: each what a .pyc file has behind its 16 bytes of header.
"""

from __future__ import annotations

import json
import marshal
import os
import sys
from _frozen_importlib import ModuleSpec  # from where `importlib.machinery`, an import more, has it

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType
    from typing import Any, BinaryIO

ROOT = __file__.rpartition("/bundle/")[0]
# Bytecode is for one Python: another one doesn't find it.
FILE = f"bundle/modules.{sys.implementation.cache_tag}"


class Bundle:
    """Finds and loads modules: an `importlib.abc.MetaPathFinder` and `importlib.abc.Loader`.

    Parameters
    ----------
    root : str
        The folder that the functions' code is in.
    file : binary file
        Its `FILE`, which stays open: most modules are imported later or never.
    """

    def __init__(self, root: str, file: BinaryIO) -> None:
        index = file.readline()
        self._modules: Mapping[str, tuple[str, int, int]] = json.loads(index)
        self._root, self._file, self._begin = root, file, len(index)

    def find_spec(self, name: str, _path: Sequence[str] | None, _target: object = None) -> ModuleSpec | None:
        """Return how a module is loaded, or None if it isn't in the bundle."""
        if name not in self._modules:
            return None
        path = f"{self._root}/{self._modules[name][0]}"
        is_package = path.endswith("/__init__.py")
        loader: Any = self  # no subclass of `importlib.abc.Loader`, whose import takes longer than all this
        spec = ModuleSpec(name, loader, origin=path, is_package=is_package)
        if is_package:
            # Where what isn't in the bundle is looked for, such as a package's own `__main__`.
            spec.submodule_search_locations = [path.removesuffix("/__init__.py")]
        return spec

    def create_module(self, _spec: ModuleSpec) -> None:
        """Leave it to Python to make the module."""

    def exec_module(self, module: ModuleType) -> None:
        """Run a module's bytecode in it."""
        source, start, size = self._modules[module.__name__]
        module.__file__ = f"{self._root}/{source}"
        # Threads may import at the same time: none of them may move the file's position.
        bytecode = os.pread(self._file.fileno(), size, self._begin + start)
        exec(marshal.loads(bytecode), module.__dict__)  # noqa: S102, S302 - as Python does with a .pyc file


def _install() -> None:
    try:
        file = open(f"{ROOT}/{FILE}", "rb")  # noqa: PTH123, SIM115 - pathlib takes longer than all modules
    except FileNotFoundError:
        return
    sys.meta_path.insert(0, Bundle(ROOT, file))


_install()
