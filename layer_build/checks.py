"""What a layer must satisfy before it is taken: it fits Lambda, and its machine code loads there.

The symbols that a file asks for are read from the file itself, not from its wheel's tag: section
`.gnu.version_r` of the ELF format (System V ABI, and "Symbol Versioning" in the Linux Standard Base Core
specification).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

UNPACKED_LIMIT = 262_144_000  # bytes, for a function and all of its layers

ELF_MAGIC = b"\x7fELF"
ELF_64_BIT, ELF_LITTLE_ENDIAN, ELF_X86_64 = 2, 1, 62
SECTION_VERSION_NEEDS = 0x6FFFFFFE  # SHT_GNU_verneed

# What Amazon Linux 2, the system of Lambda's python3.11, has: glibc 2.26 and the libstdc++ of GCC 7.
CEILINGS = {"GLIBC": (2, 26), "GLIBCXX": (3, 4, 24)}


class LayerError(Exception):
    """The layer can't be built or used; the message is one line with the fix."""


def check_size(root: Path) -> int:
    """Return the unpacked size of a folder in bytes.

    Raises
    ------
    LayerError
        If it is over Lambda's limit.
    """
    size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file())
    if size > UNPACKED_LIMIT:
        raise LayerError(
            f"the layer unpacks to {size:,} bytes, over Lambda's limit of {UNPACKED_LIMIT:,}: "
            "take a package out of requirements.in and run `python -m layer_build lock`"
        )
    return size


def check_machine_code(root: Path) -> int:
    """Check that every ELF file in a folder loads on Amazon Linux 2, x86_64, and return their number.

    Raises
    ------
    LayerError
        If one is for another machine, needs a newer symbol version than `CEILINGS`, or can't be read.
    """
    binaries = [path for path in sorted(root.rglob("*")) if path.is_file() and _is_elf(path)]
    for path in binaries:
        _check_elf(path.read_bytes(), path.relative_to(root).as_posix())
    return len(binaries)


def needed_versions(elf: bytes) -> Iterator[str]:
    """Yield the symbol versions that a 64-bit little-endian ELF file needs, such as ``GLIBC_2.17``.

    Raises
    ------
    struct.error, ValueError, IndexError
        If a table points outside the file.
    """
    (table,) = struct.unpack_from("<Q", elf, 0x28)
    entry_size, entries = struct.unpack_from("<HH", elf, 0x3A)
    sections = [struct.unpack_from("<IIQQQQII", elf, table + i * entry_size) for i in range(entries)]
    for _, kind, _, _, offset, _, link, libraries in sections:
        if kind != SECTION_VERSION_NEEDS:
            continue
        need, strings = offset, sections[link][4]
        for _ in range(libraries):
            _, versions, _, first, following = struct.unpack_from("<HHIII", elf, need)
            version = need + first
            for _ in range(versions):
                _, _, _, name, step = struct.unpack_from("<IHHII", elf, version)
                yield elf[strings + name : elf.index(b"\0", strings + name)].decode("ascii")
                version += step
            need += following


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == ELF_MAGIC


def _check_elf(elf: bytes, name: str) -> None:
    fix = "pin a version in requirements.in that has a wheel for it and run `python -m layer_build lock`"
    try:
        word, order = elf[4], elf[5]
        (machine,) = struct.unpack_from("<H", elf, 0x12)
        if (word, order, machine) != (ELF_64_BIT, ELF_LITTLE_ENDIAN, ELF_X86_64):
            raise LayerError(f"{name}: not for x86_64 (ELF machine {machine}): {fix}")
        newer = sorted({version for version in needed_versions(elf) if _is_newer(version)})
    except (struct.error, ValueError, IndexError) as error:
        raise LayerError(f"{name}: a damaged ELF file ({error}): build the layer again") from error
    if newer:
        raise LayerError(f"{name}: needs {', '.join(newer)}, Amazon Linux 2 has glibc 2.26: {fix}")


def _is_newer(version: str) -> bool:
    library, _, number = version.partition("_")
    if library not in CEILINGS:
        return False
    try:
        return tuple(int(part) for part in number.split(".")) > CEILINGS[library]
    except ValueError:  # GLIBC_PRIVATE and GLIBC_ABI_DT_RELR: no number, and not in 2.26
        return True
