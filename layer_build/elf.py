"""Reads what the loader reads of an ELF file: machine, segments, needed libraries and symbol versions.

Pure Python, because the tools of the target machine need not be here. 64-bit little-endian files only: the
machines of Lambda load no others. Layout: System V ABI, chapters 4 and 5, and "Symbol Versioning" in the
Linux Standard Base Core specification. The dynamic section is found by its program header, as the loader
does it: section headers may be stripped.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

MAGIC = b"\x7fELF"
CLASS_64_BIT, LITTLE_ENDIAN = 2, 1
HEADER_SIZE = 64

PT_LOAD, PT_DYNAMIC = 1, 2
DT_NULL, DT_NEEDED, DT_STRTAB, DT_SONAME, DT_RPATH, DT_RUNPATH = 0, 1, 5, 14, 15, 29
DT_VERNEED, DT_VERNEEDNUM = 0x6FFFFFFE, 0x6FFFFFFF


class ElfError(ValueError):
    """The file isn't a 64-bit little-endian ELF file, or one of its tables points outside it."""


class Segment(NamedTuple):
    """A program header as it is in the file: `kind` is such as `PT_LOAD`, places and sizes are in bytes."""

    kind: int
    flags: int
    offset: int
    address: int
    physical: int
    file_size: int
    memory_size: int
    align: int


@dataclass(frozen=True)
class Elf:
    """An ELF file in memory; every attribute raises `ElfError` where the file is damaged."""

    data: bytes

    def __post_init__(self) -> None:
        if not self.data.startswith(MAGIC) or len(self.data) < HEADER_SIZE:
            raise ElfError("no ELF header")
        if (self.data[4], self.data[5]) != (CLASS_64_BIT, LITTLE_ENDIAN):
            raise ElfError("not 64-bit little-endian")

    @property
    def machine(self) -> int:
        """``e_machine``: 62 for x86_64, 183 for aarch64."""
        return int(self._unpack("<H", 0x12)[0])

    @cached_property
    def segments(self) -> list[Segment]:
        """All program headers."""
        (table,) = self._unpack("<Q", 0x20)
        size, count = self._unpack("<HH", 0x36)
        return [Segment(*self._unpack("<IIQQQQQQ", table + i * size)) for i in range(count)]

    @property
    def needed(self) -> list[str]:
        """Names of the libraries that must be loaded with it (``DT_NEEDED``)."""
        return self._strings(DT_NEEDED)

    @property
    def soname(self) -> str:
        """The name by which others need it (``DT_SONAME``), or nothing."""
        return "".join(self._strings(DT_SONAME)[:1])

    @property
    def rpath(self) -> list[str]:
        """Folders in which its libraries and theirs are looked for (``DT_RPATH``)."""
        return self._folders(DT_RPATH)

    @property
    def runpath(self) -> list[str]:
        """Folders in which only its own libraries are looked for; replaces `rpath` (``DT_RUNPATH``)."""
        return self._folders(DT_RUNPATH)

    @cached_property
    def needed_versions(self) -> dict[str, list[str]]:
        """The symbol versions that it needs, such as ``GLIBC_2.17``, by the library that must have them."""
        versions: dict[str, list[str]] = {}
        if not self._entry(DT_VERNEEDNUM):
            return versions
        need, next_need = self._offset(self._entry(DT_VERNEED)), 1
        while next_need:
            _, number, library, first, next_need = self._unpack("<HHIII", need)
            names = versions.setdefault(self._string(library), [])
            version = need + first
            for _ in range(number):
                _, _, _, name, step = self._unpack("<IHHII", version)
                names.append(self._string(name))
                version += step
            need += next_need
        return versions

    @cached_property
    def _dynamic(self) -> list[tuple[int, int]]:
        found = []
        for segment in self.segments:
            if segment.kind == PT_DYNAMIC:
                for offset in range(segment.offset, segment.offset + segment.file_size, 16):
                    tag, value = self._unpack("<QQ", offset)
                    if tag == DT_NULL:
                        break
                    found.append((tag, value))
        return found

    def _entry(self, tag: int) -> int:
        return next((value for key, value in self._dynamic if key == tag), 0)

    def _strings(self, tag: int) -> list[str]:
        return [self._string(value) for key, value in self._dynamic if key == tag]

    def _folders(self, tag: int) -> list[str]:
        return [folder for path in self._strings(tag) for folder in path.split(":")]

    def _string(self, index: int) -> str:
        start = self._offset(self._entry(DT_STRTAB)) + index
        try:
            return self.data[start : self.data.index(b"\0", start)].decode()
        except ValueError as error:  # no end, or not UTF-8
            raise ElfError(f"no text at byte {start}") from error

    def _offset(self, address: int) -> int:
        """Return where in the file lies what is loaded to an address."""
        for segment in self.segments:
            if segment.kind == PT_LOAD and 0 <= address - segment.address < segment.file_size:
                return address - segment.address + segment.offset
        raise ElfError(f"address {address:#x} is in no segment of the file")

    def _unpack(self, layout: str, offset: int) -> tuple[int, ...]:
        try:
            return struct.unpack_from(layout, self.data, offset)
        except (struct.error, OverflowError) as error:
            raise ElfError(f"a table points outside the file, to byte {offset}") from error


def is_elf(path: Path) -> bool:
    """Return whether a file is an ELF file, by its first bytes."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC
