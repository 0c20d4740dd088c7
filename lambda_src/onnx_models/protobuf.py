"""Reads protobuf messages by tables of their fields; what no table names is refused.

Stricter than a protobuf library: one that merges repeated parts of a message, skips what it doesn't know or
cuts numbers to 32 bits could see another model than the one that was checked. Nothing here calls itself, so
a file can't choose how deep it is read.
"""

from __future__ import annotations

import struct
from array import array
from typing import TYPE_CHECKING, NamedTuple

from onnx_models import wire
from onnx_models.wire import Span, damaged
from recall.errors import UnsupportedArtifactError
from recall.model_size import LARGEST_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from onnx_models.wire import Bytes

INT, FLOAT, DOUBLE, TEXT, PART, WORDS, SKIP = "int", "float", "double", "text", "part", "words", "skip"
_WIRES = {
    INT: wire.VARINT,
    FLOAT: wire.FIXED32,
    DOUBLE: wire.FIXED64,
    TEXT: wire.LENGTH,
    PART: wire.LENGTH,
}
# Of all messages, lists aside: more than a network of as many operators as may be has, read in seconds.
MOST_FIELDS = 300_000
_ELEMENT_BYTES = 8  # of a list as it is read, whatever it takes in the file


class Field(NamedTuple):
    """A field of a message.

    Parameters
    ----------
    name : str
        Its name in the protobuf definition.
    kind : str
        ``int`` (signed, 64 bits), ``float``, ``double``, ``text`` (UTF-8), ``part`` (bytes or a message,
        given as where it begins and ends), ``words`` (short bytes, of which few are different) or ``skip``
        (nothing that a prediction depends on).
    repeated : bool
        Whether the field may stand more than once.
    most : int
        How often a repeated text or part may stand, and one that is skipped: each takes a protobuf library
        many times its bytes.
    refused : str
        What a model with this field has, and what to do instead; empty for a field that may be there.
    """

    name: str
    kind: str
    repeated: bool = False
    most: int = 256
    refused: str = ""


class File:
    """A file whose messages are read one by one.

    Parameters
    ----------
    data : bytes or mmap.mmap
        The whole file.
    maximum_bytes : int, optional
        What its lists' elements may take in memory, where an integer of one byte becomes one of eight; by
        default the size of the largest model which a function can serve.
    """

    def __init__(self, data: Bytes, maximum_bytes: int = LARGEST_BYTES) -> None:
        self.data = data
        self._maximum_bytes = maximum_bytes
        self._taken = self._fields = 0

    def read(self, span: Span, fields: Mapping[int, Field], where: str) -> dict[str, Any]:
        """Read one message; messages within it are left as spans.

        Parameters
        ----------
        span : Span
            Where the message is.
        fields : mapping of int to Field
            The message's fields by number.
        where : str
            What the message is, for errors.

        Returns
        -------
        dict
            The fields that are there, by name: repeated integers as `array.array`, of repeated floats their
            number, other repeated fields as list.

        Raises
        ------
        DamagedArtifactError
            If the bytes aren't such a message.
        UnsupportedArtifactError
            If a field is there that is refused or unknown, or the file's lists are too long.
        """
        found: dict[str, Any] = {}
        counts: dict[str, int] = {}
        position, end = span
        while position < end:
            tag, after = wire.read_tag(self.data, position, end)
            field = _field(fields, tag >> 3, where)
            if field.repeated and field.kind not in (TEXT, PART):
                position = self._numbers(Span(position, end), field, found)
                continue
            self._fields += 1
            if self._fields > MOST_FIELDS:
                raise UnsupportedArtifactError(
                    f"the ONNX file has more than {MOST_FIELDS} parts: export a smaller model"
                )
            value, position = _one(self.data, Span(after, end), field.kind, tag & 7)
            counts[field.name] = counts.get(field.name, 0) + 1
            if counts[field.name] > (field.most if field.repeated or field.kind == SKIP else 1):
                raise damaged(f"a {where} has {field.name} more than {counts[field.name] - 1} times")
            if field.repeated:
                found.setdefault(field.name, []).append(value)
            elif field.kind != SKIP:
                found[field.name] = value
        return found

    def _numbers(self, rest: Span, field: Field, found: dict[str, Any]) -> int:
        """Read a run of a repeated field; return where it ends."""
        if field.kind == INT:
            return wire.integers(self.data, rest, found.setdefault(field.name, array("q")), self._take)
        if field.kind == WORDS:
            return wire.words(self.data, rest, found.setdefault(field.name, []), self._take)
        count, position = wire.count_fixed(self.data, rest, _WIRES[field.kind])
        found[field.name] = found.get(field.name, 0) + count
        return position

    def _take(self, elements: int) -> None:
        self._taken += elements * _ELEMENT_BYTES
        if self._taken > self._maximum_bytes:
            raise too_large(self._taken, self._maximum_bytes)


def too_large(size: int, maximum_bytes: int) -> UnsupportedArtifactError:
    """Return the error of a model with more bytes than are allowed."""
    return UnsupportedArtifactError(
        f"the model has {size} bytes, allowed are {maximum_bytes}, a share of the function's memory: fit a "
        "smaller one, or raise memory_mb"
    )


def _field(fields: Mapping[int, Field], number: int, where: str) -> Field:
    field = fields.get(number)
    if field is None:
        raise UnsupportedArtifactError(
            f"the ONNX file's {where} has a field {number}, which isn't known here: if it is an ONNX file, "
            "export it with an older opset, such as 20"
        )
    if field.refused:
        raise UnsupportedArtifactError(f"the ONNX file has {field.refused}")
    return field


def _one(data: Bytes, rest: Span, kind: str, wire_type: int) -> tuple[Any, int]:
    position, end = rest
    if wire_type not in ((wire.VARINT, wire.LENGTH) if kind == SKIP else (_WIRES[kind],)):
        raise damaged("a field has another type")
    if wire_type == wire.VARINT:
        value, position = wire.varint(data, position, end)
        return wire.signed(value), position
    if wire_type == wire.LENGTH:
        span = wire.length(data, position, end)
        return (_text(data, span) if kind == TEXT else span), span.end
    stop = position + wire.SIZES[wire_type]
    if stop > end:
        raise damaged("it ends too early")
    return struct.unpack("<f" if kind == FLOAT else "<d", data[position:stop])[0], stop


def _text(data: Bytes, span: Span) -> str:
    try:
        text = data[span.start : span.end].decode()
    except UnicodeDecodeError as error:
        raise damaged("a text isn't UTF-8") from error
    if not text.isprintable():  # refusals quote names, in terminals and logs
        raise damaged("a text can't be printed")
    return text
