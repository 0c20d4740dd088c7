"""A stripped library loads as before; one that is unusual isn't touched."""

import ctypes
import os
import struct
from pathlib import Path

import numpy as np

from layer_build.elf import PT_LOAD, Elf
from layer_build.steps.strip import strip_elf

LIBRARY = next(Path(np.__file__).parents[1].glob("scipy.libs/libgfortran-*"))


def loaded_bytes(data: bytes) -> list[tuple[int, bytes]]:
    """Return what is mapped where, without the headers at the start."""
    return [
        (s.address, data[s.offset + 0x1000 * (s.offset == 0) : s.offset + s.file_size])
        for s in Elf(data).segments
        if s.kind == PT_LOAD
    ]


def test_what_is_loaded_stays_and_the_rest_goes() -> None:
    before = LIBRARY.read_bytes()

    after = strip_elf(before)

    assert len(after) < len(before)
    assert loaded_bytes(after) == loaded_bytes(before)
    assert after[0x3C:0x3E] == b"\0\0"  # the number of section headers
    assert all((s.address - s.offset) % s.align == 0 for s in Elf(after).segments if s.kind == PT_LOAD)


def test_stripped_library_loads_with_all_its_symbols(tmp_path: Path) -> None:
    for source in LIBRARY.parent.iterdir():
        (tmp_path / source.name).write_bytes(strip_elf(source.read_bytes()))

    loaded = ctypes.CDLL(str(tmp_path / LIBRARY.name), mode=os.RTLD_NOW)

    assert loaded._gfortran_string_len_trim(3, b"a  ") == 1


def test_stripping_twice_changes_nothing_more() -> None:
    once = strip_elf(LIBRARY.read_bytes())

    assert strip_elf(once) == once


def test_segment_out_of_alignment_leaves_the_file_as_it_is() -> None:
    data = bytearray(LIBRARY.read_bytes())
    index = next(i for i, s in enumerate(Elf(bytes(data)).segments) if s.kind == PT_LOAD and s.offset)
    at = 64 + 56 * index + 8
    struct.pack_into("<Q", data, at, struct.unpack_from("<Q", data, at)[0] + 8)

    assert strip_elf(bytes(data)) == bytes(data)


def test_file_without_segments_is_left_as_it_is() -> None:
    header = bytearray(LIBRARY.read_bytes()[:64])
    struct.pack_into("<H", header, 0x38, 0)

    assert strip_elf(bytes(header)) == bytes(header)
