"""Step `strip`: an ELF file keeps what the loader maps, and nothing else.

Symbol tables, debug data, comments and the section headers are for linkers and debuggers. No external `strip`
does it: its versions differ in their output, one machine's can't read the other's files, and it damages
files whose segments were moved before (as auditwheel does with the libraries in wheels). Here nothing that
is loaded changes its address or its bytes, and a file in which anything is unusual stays as it is.
"""

from __future__ import annotations

import struct
from pathlib import Path

from layer_build.elf import HEADER_SIZE, PT_LOAD, Elf, ElfError, Segment, is_elf

PROGRAM_HEADER = struct.Struct("<IIQQQQQQ")
# Offset of the section headers, and their size, number and the index of their names, in the ELF header.
SECTION_TABLE, SECTION_COUNTS = 0x28, 0x3A


def strip(root: Path) -> str:
    """Strip every ELF file below a folder.

    Returns
    -------
    str
        How many files were stripped and how many were left, for the report.
    """
    stripped = left = 0
    for path in sorted(root.rglob("*")):
        if path.is_file() and is_elf(path):
            before = path.read_bytes()
            after = strip_elf(before)
            stripped, left = (stripped + 1, left) if len(after) < len(before) else (stripped, left + 1)
            if after != before:
                path.write_bytes(after)
    return f"{stripped} files to what the loader maps, {left} left as they were"


def strip_elf(data: bytes) -> bytes:
    """Return an ELF file without what the loader doesn't map, or the file itself if it is unusual."""
    try:
        moved = _new_offsets(Elf(data))
        after = _rewrite(data, moved)
        return after if len(after) < len(data) and _is_same_to_loader(data, after, moved) else data
    except (ElfError, ValueError):
        return data


def _new_offsets(elf: Elf) -> list[tuple[Segment, int]]:
    """Return every segment that is loaded with its new place in the file, in the order of the file.

    Raises
    ------
    ValueError
        If the headers aren't in the first one, two overlap, or one couldn't be mapped where it should be.
    """
    loads = sorted((s for s in elf.segments if s.kind == PT_LOAD and s.file_size), key=lambda s: s.offset)
    (table,) = struct.unpack_from("<Q", elf.data, 0x20)
    headers = table + len(elf.segments) * PROGRAM_HEADER.size
    if not loads or loads[0].offset or table != HEADER_SIZE or headers > loads[0].file_size:
        raise ValueError("the headers aren't in the first segment")
    moved, end, read = [], 0, 0
    for load in loads:
        if load.align < 1 or (load.address - load.offset) % load.align or load.offset < read:
            raise ValueError("a segment isn't aligned, or overlaps another")
        place = end + (load.address - end) % load.align
        moved.append((load, place))
        end, read = place + load.file_size, load.offset + load.file_size
    return moved


def _rewrite(data: bytes, moved: list[tuple[Segment, int]]) -> bytes:
    last, place = moved[-1]
    after = bytearray(place + last.file_size)
    for load, place in moved:
        after[place : place + load.file_size] = data[load.offset : load.offset + load.file_size]
    for index, segment in enumerate(Elf(data).segments):
        new = segment._replace(offset=_place(segment, moved))
        PROGRAM_HEADER.pack_into(after, HEADER_SIZE + index * PROGRAM_HEADER.size, *new)
    struct.pack_into("<Q", after, SECTION_TABLE, 0)
    struct.pack_into("<HHH", after, SECTION_COUNTS, 0, 0, 0)
    return bytes(after)


def _place(segment: Segment, moved: list[tuple[Segment, int]]) -> int:
    """Return a segment's new place: with the one that is loaded and holds it."""
    for load, place in moved:
        if (
            load.offset <= segment.offset
            and segment.offset + segment.file_size <= load.offset + load.file_size
        ):
            return segment.offset - load.offset + place
    if segment.file_size:
        raise ValueError("a segment with content isn't loaded")
    # Nothing in the file; only a loaded one's place has to fit its address.
    return segment.address % segment.align if segment.kind == PT_LOAD and segment.align else 0


def _is_same_to_loader(before: bytes, after: bytes, moved: list[tuple[Segment, int]]) -> bool:
    old, new = Elf(before), Elf(after)
    headers = HEADER_SIZE + len(old.segments) * PROGRAM_HEADER.size
    for load, place in moved:
        skipped = headers if load.offset == 0 else 0  # the headers themselves are what changed
        if (
            before[load.offset + skipped : load.offset + load.file_size]
            != (after[place + skipped : place + load.file_size])
        ):
            return False
    same_mapping = [s._replace(offset=0) for s in old.segments] == [
        s._replace(offset=0) for s in new.segments
    ]
    names = (old.needed, old.soname, old.rpath, old.runpath, old.needed_versions)
    return same_mapping and names == (new.needed, new.soname, new.rpath, new.runpath, new.needed_versions)
