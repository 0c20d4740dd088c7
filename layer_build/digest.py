"""What decides a layer's bytes, and a digest of it: the key under which a built layer can be kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from layer_build import targets
from layer_build.targets import Target

# Modules that write locks, reports, zips and bills of materials, and this one: no layer depends on them.
TOOLS = {"archive.py", "digest.py", "lock.py", "report.py", "sbom.py", "sbom_layer.py"}


def sources(target: Target) -> list[str]:
    """Return the files that decide a layer's bytes, as POSIX paths relative to ``layer_build/``.

    These are the builder itself, the settings of its steps, the licences that they add, and the locks of this
    layer and of the one beneath it.
    """
    folder = targets.FOLDER
    modules = [path for path in folder.rglob("*.py") if path.name not in TOOLS]
    locks = [each.lock for each in (target, target.beneath) if each]
    files = [*modules, *folder.glob("*.toml"), *folder.glob("licences/*"), *locks]
    return sorted(path.relative_to(folder).as_posix() for path in files)


def digest(target: Target) -> str:
    """Return a sha256, in hex, of everything in the project that decides a layer's bytes."""
    return digest_of(targets.FOLDER, sources(target))


def digest_of(folder: Path, names: Iterable[str]) -> str:
    """Return a sha256, in hex, of files' names and contents, and of nothing of this machine.

    Parameters
    ----------
    folder : pathlib.Path
        The folder that the files are in.
    names : iterable of str
        The files, as POSIX paths relative to the folder, in any order.
    """
    found = hashlib.sha256()
    for name in sorted(names):
        found.update(f"{name} {hashlib.sha256((folder / name).read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest()
