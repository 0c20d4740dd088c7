"""Turns numpy's calls of LAPACK with 64-bit integers into calls with 32-bit ones: machine code for x86_64.

The machine is little-endian, so an integer that is passed by address and only read needs nothing: its low
half is where the 32-bit one is looked for. What LAPACK writes has to be widened after the call: `info`,
`rank`, the result in `iwork[0]`, and the pivots of `getrf`. BLAS's C interface passes integers by value, in a
register or slot of their own, whose low half is all that is read: those calls are only passed on.

Sources: the LAPACK reference (the arguments' order); System V ABI, AMD64 supplement, section 3.2; Intel's
"64 and IA-32 Architectures Software Developer's Manual", volume 2.
"""

from __future__ import annotations

import re
import struct
from typing import NamedTuple


class Call(NamedTuple):
    """How a routine is called.

    Attributes
    ----------
    arguments : int
        The number of its arguments.
    outputs : tuple of int
        Positions, from 0, of the arguments into which it writes one integer.
    pivots : bool
        Whether it writes min(argument 0, argument 1) integers into argument 4, as `getrf` does.
    """

    arguments: int
    outputs: tuple[int, ...]
    pivots: bool = False


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

# Bytes for the lengths of strings, which Fortran takes as further arguments and C callers leave out.
SPARE = 16
IN_REGISTERS = 6
# mov [rbp + place], rdi / rsi / rdx / rcx / r8 / r9
SAVE_REGISTERS = (
    b"\x48\x89\xbd",
    b"\x48\x89\xb5",
    b"\x48\x89\x95",
    b"\x48\x89\x8d",
    b"\x4c\x89\x85",
    b"\x4c\x89\x8d",
)


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


def assemble(call: Call | None, slot: int) -> bytes:
    """Return a routine's code.

    Parameters
    ----------
    call : Call or None
        What it has to widen after the call; None if nothing.
    slot : int
        Where the 32-bit routine's address is stored, in bytes from the start of this code.
    """
    if call is None:
        return b"\xff\x25" + struct.pack("<i", slot - 6)  # jmp [rip + slot]
    on_stack = max(call.arguments - IN_REGISTERS, 0)
    frame = -(-(IN_REGISTERS * 8 + on_stack * 8 + SPARE) // 16) * 16
    code = b"\x55\x48\x89\xe5"  # push rbp; mov rbp, rsp
    code += b"\x48\x81\xec" + struct.pack("<i", frame)  # sub rsp, frame
    for index, save in enumerate(SAVE_REGISTERS):
        code += save + _argument(index)
    for index in range(on_stack):
        code += b"\x48\x8b\x85" + _argument(IN_REGISTERS + index)  # mov rax, [rbp + place]
        code += b"\x48\x89\x84\x24" + struct.pack("<i", 8 * index)  # mov [rsp + 8 * index], rax
    code += b"\xff\x15" + struct.pack("<i", slot - len(code) - 6)  # call [rip + slot]
    for index in call.outputs:
        code += b"\x48\x8b\x8d" + _argument(index)  # mov rcx, [rbp + place]
        code += b"\x48\x63\x01\x48\x89\x01"  # movsxd rax, dword [rcx]; mov [rcx], rax
    if call.pivots:
        code += (
            b"\x48\x8b\x95" + _argument(0) + b"\x48\x63\x12"
        )  # mov rdx, [rbp + place]; movsxd rdx, dword [rdx]
        code += b"\x48\x8b\x8d" + _argument(1) + b"\x48\x63\x09"  # the same with rcx
        code += b"\x48\x39\xd1\x48\x0f\x4f\xca"  # cmp rcx, rdx; cmovg rcx, rdx
        code += b"\x48\x8b\x95" + _argument(4)  # mov rdx, [rbp + place]
        # Backwards, for the wide ones grow over the narrow ones: sub rcx, 1; js out;
        # movsxd rax, dword [rdx + 4 * rcx]; mov [rdx + 8 * rcx], rax; jmp back
        code += b"\x48\x83\xe9\x01\x78\x0a\x48\x63\x04\x8a\x48\x89\x04\xca\xeb\xf0"
    return code + b"\xc9\xc3"  # leave; ret


def _argument(index: int) -> bytes:
    """Return an argument's place relative to rbp: registers are saved below it, the others lie above."""
    return struct.pack("<i", -8 * (index + 1) if index < IN_REGISTERS else 16 + 8 * (index - IN_REGISTERS))
