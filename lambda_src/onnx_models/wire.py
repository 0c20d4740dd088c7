"""Protobuf's wire format: integers of variable length, and runs of numbers and short texts.

A run is read slice by slice, which is some ten times faster than number by number: a forest has millions of
them. A list's tag is of one byte, for no such field here has a number above 15. https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple

from recall.errors import DamagedArtifactError

if TYPE_CHECKING:
    from collections.abc import Callable
    from mmap import mmap

    Bytes = bytes | mmap
    Take = Callable[[int], None]  # refuses a file once its lists' elements are too many

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
SIZES = {FIXED64: 8, FIXED32: 4}
_MAXIMUM_SHIFT = 63
_MORE = 0x80  # the bit of a byte that says that another one follows
_LOW = bytes(range(_MORE))
_HIGH = bytes(range(_MORE, 256))
_FIRST_WINDOW = 16
# An operator's lists have few different texts, such as the kinds of a tree's nodes.
_MOST_WORDS = 64


class Span(NamedTuple):
    """Where a part of the file begins and ends, in bytes."""

    start: int
    end: int


def varint(data: Bytes, position: int, end: int) -> tuple[int, int]:
    """Return an integer of up to 64 bits, not negative, and where it ends.

    Raises
    ------
    DamagedArtifactError
        If it is longer, or doesn't end.
    """
    value = shift = 0
    while True:
        if position >= end:
            raise damaged("it ends too early")
        byte = data[position]
        position += 1
        value |= (byte & (_MORE - 1)) << shift
        if byte < _MORE:
            break
        shift += 7
        if shift > _MAXIMUM_SHIFT:
            raise damaged("an integer has more than 64 bits")
    if value >> 64:
        raise damaged("an integer has more than 64 bits")
    return value, position


def read_tag(data: Bytes, position: int, end: int) -> tuple[int, int]:
    """Return a field's tag, in as few bytes as it needs, and where it ends."""
    tag, after = varint(data, position, end)
    if after - position > 1 and not tag >> 7 * (after - position - 1):
        raise damaged("a tag takes more bytes than it needs")
    return tag, after


def signed(value: int) -> int:
    """Return an integer of 64 bits as the signed one that it stands for."""
    return value - (1 << 64) if value >> 63 else value


def length(data: Bytes, position: int, end: int) -> Span:
    """Return where the bytes are whose number stands at a position."""
    size, start = varint(data, position, end)
    if start + size > end:
        raise damaged("it ends too early")
    return Span(start, start + size)


def integers(data: Bytes, rest: Span, numbers: array[int], take: Take) -> int:
    """Append a repeated field's integers, from where its tag stands; return where another tag does."""
    position, end = rest
    tag = data[position]
    if tag & 7 == LENGTH:
        span = length(data, position + 1, end)
        _packed(data, span, numbers, take)
        return span.end
    _check_wire(tag, VARINT)
    window = _FIRST_WINDOW
    while position < end and data[position] == tag:
        count = _run_of_bytes(data, position, min(end, position + 2 * window), tag)
        take(count or 1)
        numbers.extend(data[position + 1 : position + 2 * count : 2])
        position += 2 * count
        window = 2 * window if count == window else _FIRST_WINDOW
        if count == 0:
            value, position = varint(data, position + 1, end)
            numbers.append(signed(value))
    return position


def count_fixed(data: Bytes, rest: Span, wire: int) -> tuple[int, int]:
    """Count a repeated field's numbers of a fixed size; return also where another tag stands."""
    position, end = rest
    tag, size = data[position], SIZES[wire]
    if tag & 7 == LENGTH:
        span = length(data, position + 1, end)
        if (span.end - span.start) % size:
            raise damaged("a list of numbers is cut")
        return (span.end - span.start) // size, span.end
    _check_wire(tag, wire)
    window, count, step = _FIRST_WINDOW, 0, 1 + size
    while True:
        tags = data[position : min(end, position + window * step) : step]
        run = len(tags) - len(tags.lstrip(bytes((tag,))))
        position += run * step
        count += run
        if position > end:
            raise damaged("it ends too early")
        if run < window:
            return count, position
        window *= 2


def words(data: Bytes, rest: Span, found: list[bytes], take: Take) -> int:
    """Append a repeated field's short texts; return where another tag stands. Equal ones are one object."""
    position, end = rest
    tag = data[position]
    _check_wire(tag, LENGTH)
    if found:  # each part would be compared with all before it
        raise damaged("a list of texts is in several parts")
    different: dict[bytes, bytes] = {}
    while position < end and data[position] == tag:
        take(1)
        start, stop = length(data, position + 1, end)
        word = data[start:stop]
        found.append(different.setdefault(word, word))
        if len(different) > _MOST_WORDS:
            raise damaged(f"a list has more than {_MOST_WORDS} different texts")
        position = stop
    return position


def damaged(problem: str) -> DamagedArtifactError:
    """Return the error of a file that isn't what an exporter wrote."""
    return DamagedArtifactError(f"the file isn't a whole ONNX model ({problem}): export it again")


def _packed(data: Bytes, span: Span, numbers: array[int], take: Take) -> None:
    part = data[span.start : span.end]
    take(len(part.translate(None, _HIGH)))  # each integer has one byte after which none follows
    if part.isascii():  # every integer is of one byte
        numbers.extend(part)
        return
    position = span.start
    while position < span.end:
        value, position = varint(data, position, span.end)
        numbers.append(signed(value))


def _run_of_bytes(data: Bytes, start: int, end: int, tag: int) -> int:
    """Return how many pairs of this tag and an integer of one byte follow each other."""
    tags, values = data[start:end:2], data[start + 1 : end : 2]
    tagged = len(tags) - len(tags.lstrip(bytes((tag,))))
    return min(tagged, len(values) - len(values.lstrip(_LOW)))


def _check_wire(tag: int, wire: int) -> None:
    if tag & 7 != wire:
        raise damaged("a list has values of another type")
