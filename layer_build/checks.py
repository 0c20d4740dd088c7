"""What a layer must satisfy before it is accepted: it is small enough for Lambda, and it loads there.

What a file needs of the system is read from its machine code, not from its wheel's tag.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from layer_build.errors import LayerError
from layer_build.loader import SYSTEM_LIBRARIES, Library, read_libraries, unresolved
from layer_build.targets import Target

# Bytes, for a function and all of its layers: "Lambda quotas" in AWS's developer guide.
UNZIPPED_LIMIT = 262_144_000


def layer_root(out: Path) -> Path:
    """Return the folder ``python`` of a built layer.

    Parameters
    ----------
    out : pathlib.Path
        The directory that ``build --out`` wrote.

    Raises
    ------
    LayerError
        If there is no layer.
    """
    root = out / "python"
    if not root.is_dir():
        raise LayerError(
            f"{root}: there is no layer; make one with `python -m layer_build build --out {out}`"
        )
    return root


def size_of(root: Path) -> int:
    """Return the total size of the files below a folder, in bytes, as Lambda counts it."""
    return sum(path.stat().st_size for path in root.rglob("*") if path.is_file())


def check_total(function_bytes: int, layer_bytes: int) -> int:
    """Return how many bytes a function and its layers leave of Lambda's limit.

    Raises
    ------
    LayerError
        If function and layers are over the limit.
    """
    left = UNZIPPED_LIMIT - function_bytes - layer_bytes
    if left < 0:
        sizes = f"{layer_bytes:,} + {function_bytes:,} bytes, {-left:,} over Lambda's {UNZIPPED_LIMIT:,}"
        raise LayerError(
            f"layers and function have {sizes}: look at `python -m layer_build report` and take a "
            'package or a `keep` entry out, or set "packaging": "image" in cdk.json'
        )
    return left


def check_machine_code(root: Path, target: Target) -> int:
    """Check that every ELF file in a folder loads on a target's system, and return their number.

    Raises
    ------
    LayerError
        If one is damaged or for another machine, needs a newer symbol version than the system's, or a library
        that neither the system nor the folder has where the loader looks.
    """
    libraries = read_libraries(root)
    pin = f"pin a version in {target.requirements.name} that has a wheel for it"
    fix = f"{pin} and run `python -m layer_build lock`"
    for path, library in libraries.items():
        name = path.relative_to(root.resolve()).as_posix()
        if library.machine != target.machine:
            raise LayerError(f"{name}: not for {target.arch} (ELF machine {library.machine}): {fix}")
        if newer := ", ".join(newer_versions(library, target)):
            system = f"{target.system.name} has glibc {'.'.join(map(str, target.system.glibc))}"
            raise LayerError(f"{name}: needs {newer}; {system}: {fix}")
    for path, names in unresolved(libraries).items():
        raise LayerError(
            f"{path.relative_to(root.resolve()).as_posix()}: needs {', '.join(sorted(names))}, and neither "
            f"{target.system.name} nor the layer has it where the loader looks: "
            f"build --without the step that removed it, or {fix}"
        )
    return len(libraries)


def newer_versions(library: Library, target: Target) -> list[str]:
    """Return the symbol versions that a library needs of the target's system and that it doesn't have."""
    ceilings = target.system.ceilings
    wanted = {v for name, versions in library.versions.items() if name in SYSTEM_LIBRARIES for v in versions}
    return sorted(version for version in wanted if _is_newer(version, ceilings))


def _is_newer(version: str, ceilings: Mapping[str, tuple[int, ...]]) -> bool:
    family, _, number = version.partition("_")
    try:
        return tuple(int(part) for part in number.split(".")) > ceilings[family]
    except (KeyError, ValueError):  # GLIBC_PRIVATE and GLIBC_ABI_DT_RELR: no number, and not for us
        return True
