"""How numpy's calls of LAPACK with 64-bit integers are made to one with 32-bit integers, in machine code.

Both machines are little-endian, so an integer that is passed by address and only read needs nothing: its
low half is where the 32-bit one is looked for. What LAPACK writes has to be widened after the call: `info`,
`rank`, the answer in `iwork[0]`, and the pivots of `getrf`. BLAS's C interface passes integers by value, in a
register or slot of their own, whose low half is all that is read: those calls are only passed on.

Sources: the LAPACK reference (the arguments' order); System V ABI, AMD64 supplement, section 3.2; Arm's
"Procedure Call Standard for the Arm 64-bit Architecture"; the manufacturers' instruction set references.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from typing import NamedTuple


class Call(NamedTuple):
    """A routine's number of arguments, and those (from 0) into which it writes an integer."""

    arguments: int
    outputs: tuple[int, ...]
    pivots: bool = False
    """Whether argument 4 gets min(arguments 0 and 1) integers: `getrf`."""


# By name without the letter of the type. Workspaces of integers are used by LAPACK alone, but for `iwork[0]`.
CALLS = {
    "gesv": Call(8, (7,)),
    "getrf": Call(6, (5,), pivots=True),
    "potrf": Call(5, (4,)),
    "geqrf": Call(8, (7,)),
    "orgqr": Call(9, (8,)),
    "ungqr": Call(9, (8,)),
    "geev": Call(14, (13,)),
    "syevd": Call(11, (8, 10)),
    "heevd": Call(13, (10, 12)),
}
# Complex versions have one more workspace.
REAL = {"gesdd": Call(14, (13,)), "gelsd": Call(14, (9, 12, 13))}
COMPLEX = {"gesdd": Call(15, (14,)), "gelsd": Call(15, (9, 13, 14))}

LAPACK_NAME = re.compile(r"scipy_([sdcz])([a-z]+)_64_")
# Only numbers by value, or nothing that is written.
PASSED_ON = re.compile(r"scipy_(cblas_[a-z_]+64_|[sdcz]copy_64_)")

# Room for the lengths of strings, which Fortran takes as further arguments, and C callers leave out.
SPARE = 16


def find_call(symbol: str) -> Call | None:
    """Return how a routine with 64-bit integers is called; None if the call is passed on as it is.

    Raises
    ------
    KeyError
        If it isn't known what the routine writes.
    """
    if PASSED_ON.fullmatch(symbol):
        return None
    match = LAPACK_NAME.fullmatch(symbol)
    if match is None:
        raise KeyError(symbol)
    kind, name = match.groups()
    return {**CALLS, **(REAL if kind in "sd" else COMPLEX)}[name]


def narrow(symbol: str) -> str:
    """Return the name of the same routine with 32-bit integers."""
    return symbol.removesuffix("64_")


def x86_64(call: Call | None, slot: int) -> bytes:
    """Return the routine's code.

    Parameters
    ----------
    call : Call or None
        What it has to widen.
    slot : int
        Address of the 32-bit routine's address, relative to this code.
    """
    in_registers = 6
    if call is None:
        return b"\xff\x25" + struct.pack("<i", slot - 6)  # jmp [rip + slot]

    def argument(
        index: int,
    ) -> bytes:  # its place relative to rbp: registers are saved below, others are above
        return struct.pack(
            "<i", -8 * (index + 1) if index < in_registers else 16 + 8 * (index - in_registers)
        )

    on_stack = max(call.arguments - in_registers, 0)
    frame = -(-(in_registers * 8 + on_stack * 8 + SPARE) // 16) * 16
    code = b"\x55\x48\x89\xe5\x48\x81\xec" + struct.pack(
        "<i", frame
    )  # push rbp; mov rbp, rsp; sub rsp, frame
    saves = (
        b"\x48\x89\xbd",
        b"\x48\x89\xb5",
        b"\x48\x89\x95",
        b"\x48\x89\x8d",
        b"\x4c\x89\x85",
        b"\x4c\x89\x8d",
    )
    for index, save in enumerate(saves):  # mov [rbp + place], rdi / rsi / rdx / rcx / r8 / r9
        code += save + argument(index)
    for index in range(on_stack):  # mov rax, [rbp + place]; mov [rsp + 8 * index], rax
        code += (
            b"\x48\x8b\x85"
            + argument(in_registers + index)
            + b"\x48\x89\x84\x24"
            + struct.pack("<i", 8 * index)
        )
    code += b"\xff\x15" + struct.pack("<i", slot - len(code) - 6)  # call [rip + slot]
    for index in call.outputs:  # mov rcx, [rbp + place]; movsxd rax, dword [rcx]; mov [rcx], rax
        code += b"\x48\x8b\x8d" + argument(index) + b"\x48\x63\x01\x48\x89\x01"
    if call.pivots:
        code += (
            b"\x48\x8b\x95" + argument(0) + b"\x48\x63\x12"
        )  # mov rdx, [rbp + place]; movsxd rdx, dword [rdx]
        code += b"\x48\x8b\x8d" + argument(1) + b"\x48\x63\x09"  # the same with rcx
        code += b"\x48\x39\xd1\x48\x0f\x4f\xca"  # cmp rcx, rdx; cmovg rcx, rdx
        code += b"\x48\x8b\x95" + argument(4)
        # Backwards, for the wide ones grow over the narrow ones: sub rcx, 1; js out;
        # movsxd rax, dword [rdx + 4 * rcx]; mov [rdx + 8 * rcx], rax; jmp back
        code += b"\x48\x83\xe9\x01\x78\x0a\x48\x63\x04\x8a\x48\x89\x04\xca\xeb\xf0"
    return code + b"\xc9\xc3"  # leave; ret


def arm64(call: Call | None, slot: int) -> bytes:
    """Return the routine's code; the parameters are those of `x86_64`."""
    sp, in_registers = 31, 8

    def load(register: int, base: int, offset: int) -> int:  # ldr x, [base, offset]
        return 0xF9400000 | offset // 8 << 10 | base << 5 | register

    def store(register: int, base: int, offset: int) -> int:  # str x, [base, offset]
        return 0xF9000000 | offset // 8 << 10 | base << 5 | register

    def load_32(register: int, base: int) -> int:  # ldrsw x, [base]
        return 0xB9800000 | base << 5 | register

    def load_slot(before: int) -> list[int]:  # adr x16, slot; ldr x16, [x16]
        distance = slot - 4 * before
        return [0x10000010 | (distance & 3) << 29 | (distance >> 2 & 0x7FFFF) << 5, load(16, 16, 0)]

    if call is None:
        return _words([*load_slot(0), 0xD61F0200])  # br x16
    on_stack = max(call.arguments - in_registers, 0)
    frame = -(-(16 + in_registers * 8 + on_stack * 8 + SPARE) // 16) * 16

    def argument(index: int) -> int:  # its place relative to sp
        return frame - 16 - 8 * (index + 1) if index < in_registers else frame + 8 * (index - in_registers)

    pair = (frame - 16) // 8 << 15 | 30 << 10 | sp << 5 | 29
    code = [0xD10003FF | frame << 10, 0xA9000000 | pair]  # sub sp, sp, frame; stp x29, x30, [sp, frame - 16]
    code.append(0x91000000 | frame - 16 << 10 | sp << 5 | 29)  # add x29, sp, frame - 16
    code += [store(index, sp, argument(index)) for index in range(in_registers)]
    for index in range(on_stack):
        code += [load(9, sp, argument(in_registers + index)), store(9, sp, 8 * index)]
    code += [*load_slot(len(code)), 0xD63F0200]  # blr x16
    for index in call.outputs:
        code += [load(9, sp, argument(index)), load_32(10, 9), store(10, 9, 0)]
    if call.pivots:
        code += [load(9, sp, argument(0)), load_32(9, 9), load(10, sp, argument(1)), load_32(10, 10)]
        code += [0xEB09015F, 0x9A8AC12A]  # cmp x10, x9; csel x10, x9, x10, gt
        code.append(load(9, sp, argument(4)))
        # Backwards, as above: subs x10, x10, 1; b.mi out; ldrsw x11, [x9, x10, lsl 2];
        # str x11, [x9, x10, lsl 3]; b back
        code += [0xF100054A, 0x54000084, 0xB8AA792B, 0xF82A792B, 0x17FFFFFC]
    return _words([*code, 0xA9400000 | pair, 0x910003FF | frame << 10, 0xD65F03C0])  # ldp; add sp; ret


def _words(code: list[int]) -> bytes:
    return struct.pack(f"<{len(code)}I", *code)


ASSEMBLERS: dict[str, Callable[[Call | None, int], bytes]] = {"x86_64": x86_64, "arm64": arm64}
