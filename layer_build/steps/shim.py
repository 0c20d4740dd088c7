"""A shared library that passes numpy's calls of BLAS and LAPACK on to scipy's OpenBLAS, written byte by byte.

No compiler is needed, and every machine writes the same bytes. Layout: System V ABI, chapters 4 and 5.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from layer_build.elf import DT_NEEDED, DT_RPATH, DT_SONAME, DT_STRTAB, HEADER_SIZE, PT_DYNAMIC, PT_LOAD
from layer_build.steps.lapack_calls import assemble, find_call, narrow

PAGE = 0x1000
X86_64 = 62  # e_machine
PROGRAM_HEADERS = 4
TABLES_AT = HEADER_SIZE + PROGRAM_HEADERS * 56
DT_HASH, DT_SYMTAB, DT_RELA, DT_RELASZ, DT_RELAENT, DT_STRSZ, DT_SYMENT = 4, 6, 7, 8, 9, 10, 11
PT_GNU_STACK = 0x6474E551
READ, WRITE, EXECUTE = 4, 2, 1
SYMBOL, RELOCATION, DYNAMIC = struct.Struct("<IBBHQQ"), struct.Struct("<QQq"), struct.Struct("<QQ")
GLOBAL_FUNCTION, UNDEFINED, DEFINED = 0x12, 0, 1
R_X86_64_GLOB_DAT = 6  # the relocation that puts a symbol's address into its slot


def make_shim(symbols: Sequence[str], *, soname: str, needed: str, rpath: str) -> bytes:
    """Return the library: tables and code, and on a page of their own what the loader writes.

    Parameters
    ----------
    symbols : sequence of str
        The routines with 64-bit integers that it has, such as ``scipy_dgesv_64_``.
    soname : str
        The library's name.
    needed : str
        The name of the OpenBLAS with 32-bit integers.
    rpath : str
        The folder of that OpenBLAS, relative to ``$ORIGIN``.

    Raises
    ------
    KeyError
        If it isn't known how one of the routines has to be called.
    """
    texts = [*map(narrow, symbols), *symbols, soname, needed, rpath]
    strings = b"\0" + b"".join(text.encode() + b"\0" for text in texts)
    places = [strings.index(b"\0" + text.encode() + b"\0") + 1 for text in texts]
    hashes = _hash_table(2 * len(symbols) + 1)
    symbols_at = _aligned(TABLES_AT + len(hashes))
    strings_at = symbols_at + SYMBOL.size * (2 * len(symbols) + 1)
    relocations_at = _aligned(strings_at + len(strings))
    code_at = _aligned(relocations_at + RELOCATION.size * len(symbols))
    calls = [find_call(symbol) for symbol in symbols]
    starts = [code_at]
    for call in calls:
        starts.append(_aligned(starts[-1] + len(assemble(call, 0))))
    entries = [
        (DT_NEEDED, places[-2]), (DT_SONAME, places[-3]), (DT_RPATH, places[-1]), (DT_HASH, TABLES_AT),
        (DT_STRTAB, strings_at), (DT_STRSZ, len(strings)), (DT_SYMTAB, symbols_at), (DT_SYMENT, SYMBOL.size),
        (DT_RELA, relocations_at), (DT_RELASZ, RELOCATION.size * len(symbols)), (DT_RELAENT, RELOCATION.size),
        (0, 0),
    ]  # fmt: skip
    dynamic = b"".join(DYNAMIC.pack(*entry) for entry in entries)
    written_at = starts[-1]
    slots = [written_at + PAGE + len(dynamic) + 8 * index for index in range(len(symbols))]
    written = dynamic + bytes(8 * len(symbols))
    parts = {
        0: _headers(written_at, len(written), len(dynamic)),
        TABLES_AT: hashes,
        symbols_at: _symbol_table(places, starts, len(symbols)),
        strings_at: strings,
        relocations_at: b"".join(
            RELOCATION.pack(slot, index << 32 | R_X86_64_GLOB_DAT, 0)
            for index, slot in enumerate(slots, start=1)
        ),
        **{
            start: assemble(call, slot - start)
            for start, call, slot in zip(starts, calls, slots, strict=False)
        },
        written_at: written,
    }
    file = bytearray(written_at + len(written))
    for at, part in parts.items():
        file[at : at + len(part)] = part
    return bytes(file)


def _aligned(offset: int) -> int:
    return -(-offset // 16) * 16


def _hash_table(count: int) -> bytes:
    """Return a hash table of one bucket: a list of all symbols, which few lookups walk through once."""
    return struct.pack(f"<{3 + count}I", 1, count, 1, 0, *range(2, count), 0)


def _symbol_table(places: Sequence[int], starts: Sequence[int], count: int) -> bytes:
    wanted = [SYMBOL.pack(place, GLOBAL_FUNCTION, 0, UNDEFINED, 0, 0) for place in places[:count]]
    offered = [
        SYMBOL.pack(place, GLOBAL_FUNCTION, 0, DEFINED, start, end - start)
        for place, start, end in zip(places[count : 2 * count], starts, starts[1:], strict=False)
    ]
    return b"".join([bytes(SYMBOL.size), *wanted, *offered])


def _headers(written_at: int, written: int, dynamic: int) -> bytes:
    header = struct.pack(
        "<4sBBB9xHHIQQQIHHHHHH",
        *(b"\x7fELF", 2, 1, 1),  # 64-bit, little-endian, version 1
        *(3, X86_64, 1),  # a shared library
        *(0, HEADER_SIZE, 0, 0),  # no entry point, program headers, no section headers
        *(HEADER_SIZE, 56, PROGRAM_HEADERS, 0, 0, 0),
    )
    address = written_at + PAGE
    segments = (
        (PT_LOAD, READ | EXECUTE, 0, 0, 0, written_at, written_at, PAGE),
        (PT_LOAD, READ | WRITE, written_at, address, address, written, written, PAGE),
        (PT_DYNAMIC, READ | WRITE, written_at, address, address, dynamic, dynamic, 8),
        (PT_GNU_STACK, READ | WRITE, 0, 0, 0, 0, 0, 16),
    )
    return header + b"".join(struct.pack("<IIQQQQQQ", *segment) for segment in segments)
