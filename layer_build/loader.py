"""Finds libraries as the dynamic loader does, in a folder that is laid out for another machine.

Source: ld.so(8), the order of the search, and "Dynamic string tokens".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from layer_build.elf import Elf, ElfError, is_elf
from layer_build.errors import LayerError

# Those libraries that wheels may expect of a system (PEP 600) and that Lambda's images have: glibc, the ones
# of GCC, and zlib, which Python's own module needs. X11, GLib and OpenGL aren't there.
SYSTEM_LIBRARIES = {
    "ld-linux-aarch64.so.1",
    "ld-linux-x86-64.so.2",
    "libc.so.6",
    "libdl.so.2",
    "libgcc_s.so.1",
    "libm.so.6",
    "libpthread.so.0",
    "librt.so.1",
    "libstdc++.so.6",
    "libutil.so.1",
    "libz.so.1",
}


@dataclass(frozen=True)
class Library:
    """What the loader reads of a shared object; the names are those of `layer_build.elf.Elf`."""

    path: Path
    machine: int
    soname: str
    needed: list[str]
    rpath: list[str]
    runpath: list[str]
    versions: dict[str, list[str]]
    """Symbol versions that it needs, by the library that must have them."""


def read_libraries(root: Path) -> dict[Path, Library]:
    """Return every ELF file below a folder by its resolved path, in order.

    Raises
    ------
    LayerError
        If one is damaged.
    """
    paths = [path for path in sorted(root.resolve().rglob("*")) if path.is_file() and is_elf(path)]
    return {path: _read(path, root.resolve()) for path in paths}


def _read(path: Path, root: Path) -> Library:
    try:
        elf = Elf(path.read_bytes())
        return Library(
            path, elf.machine, elf.soname, elf.needed, elf.rpath, elf.runpath, dict(elf.needed_versions)
        )
    except ElfError as error:
        name = path.relative_to(root).as_posix()
        raise LayerError(f"{name}: a damaged ELF file ({error}): build the layer again") from error


def unresolved(libraries: dict[Path, Library]) -> dict[Path, set[str]]:
    """Return what the loader wouldn't find, by the file that needs it.

    A library that another one brings along is loaded after that, as it is on the target: many find what they
    need only because it is there already.
    """
    brought = {name for library in libraries.values() for name in library.needed}
    missing: dict[Path, set[str]] = {}
    for library in libraries.values():
        if library.path.name not in brought:
            for path, name in _load(library, libraries):
                missing.setdefault(path, set()).add(name)
    return missing


def _load(first: Library, libraries: dict[Path, Library]) -> Iterator[tuple[Path, str]]:
    """Load breadth first; yield the files that need a library that isn't found, with its name."""
    loaded = {first.path.name, first.soname}
    queue: list[tuple[Library, list[Path]]] = [(first, [])]
    for library, inherited in queue:  # grows while it is read
        chain = [*_folders(library, library.rpath), *inherited]
        folders = _folders(library, library.runpath) or chain
        for name in library.needed:
            if name in SYSTEM_LIBRARIES or name in loaded:
                continue
            found = next((libraries[f / name] for f in folders if f / name in libraries), None)
            if found is None:
                yield library.path, name
            else:
                loaded |= {name, found.soname}
                queue.append((found, chain))


def _folders(library: Library, search_path: list[str]) -> list[Path]:
    """Return the folders of a search path that are relative to the file; others are on another machine."""
    origin = str(library.path.parent)
    expanded = [path.replace("${ORIGIN}", origin).replace("$ORIGIN", origin) for path in search_path]
    return [Path(path).resolve() for path in expanded if path.startswith(origin)]
