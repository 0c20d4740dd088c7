"""The reader of protobuf: what the onnx package reads, and nothing that a library could read otherwise."""

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import AttributeProto, TensorProto

from onnx_models import schema
from onnx_models.protobuf import File
from onnx_models.wire import Span
from recall.errors import DamagedArtifactError, UnsupportedArtifactError

ANY = st.integers(-(2**63), 2**63 - 1)
SMALL = st.integers(0, 300)


def attribute(data):
    return File(data).read(Span(0, len(data)), schema.ATTRIBUTE, "attribute")


def varint(number):
    """Return a number as protobuf writes it."""
    groups = [(number >> shift) & 0x7F for shift in range(0, max(number.bit_length(), 1), 7)]
    return bytes([*(group | 0x80 for group in groups[:-1]), groups[-1]])


@given(
    ints=st.lists(SMALL) | st.lists(ANY),
    floats=st.lists(st.floats(width=32)),
    words=st.lists(st.sampled_from([b"LEAF", b"BRANCH_LEQ", b""])),
)
def test_lists_are_read_as_they_were_written(ints, floats, words):
    written = AttributeProto(name="a", ints=ints, floats=floats, strings=words).SerializeToString()
    found = attribute(written)

    assert found["name"] == "a"
    assert found.get("ints", array("q")).tolist() == ints
    assert found.get("floats", 0) == len(floats)
    assert found.get("strings", []) == words


@given(numbers=st.lists(SMALL, min_size=1) | st.lists(ANY, min_size=1))
def test_packed_numbers_are_the_same_as_numbers_one_by_one(numbers):
    packed = b"".join(varint(number % 2**64) for number in numbers)

    assert attribute(b"\x42" + varint(len(packed)) + packed)["ints"].tolist() == numbers


@given(dims=st.lists(ANY), raw=st.binary())
def test_bytes_are_given_as_where_they_are(dims, raw):
    data = TensorProto(dims=dims, raw_data=raw, name="é").SerializeToString()
    found = File(data).read(Span(0, len(data)), schema.TENSOR, "tensor")
    start, end = found["raw_data"] if raw else (0, 0)

    assert (found["name"], data[start:end]) == ("é", raw)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"\x18", "it ends too early"),
        (b"\x18" + b"\x80" * 3, "it ends too early"),
        (b"\x18" + b"\xff" * 10 + b"\x01", "an integer has more than 64 bits"),
        (b"\x18" + b"\xff" * 9 + b"\x7f", "an integer has more than 64 bits"),
        (b"\x18\x01\x18\x02", "a attribute has i more than 1 times"),
        (b"\x15\x00\x00", "it ends too early"),
        (b"\x3d\x00\x00", "it ends too early"),
        (b"\x3a\x05" + bytes(5), "a list of numbers is cut"),
        (b"\x0a\x05ab", "it ends too early"),
        (b"\x0a\x01\xff", "a text isn't UTF-8"),
        (b"\x0a\x03a\nb", "a text can't be printed"),
        (b"\x08\x01", "a field has another type"),
        (b"\x45" + bytes(4), "a list has values of another type"),
        (b"\xc0\x80\x00\x01", "a tag takes more bytes than it needs"),
        (b"\x98\x00\x01", "a tag takes more bytes than it needs"),
        (b"\x4a\x01a\x18\x01\x4a\x01a", "a list of texts is in several parts"),
        (b"".join(b"\x4a\x01" + bytes((number,)) for number in range(65)), "more than 64 different texts"),
        (b"\x6b\x6c", "a field has another type"),
    ],
)
def test_what_a_library_may_read_otherwise_is_refused(data, problem):
    with pytest.raises(DamagedArtifactError, match=problem):
        attribute(data)


def test_field_that_no_table_names_is_refused_by_its_number():
    with pytest.raises(UnsupportedArtifactError, match="the ONNX file's attribute has a field 30"):
        attribute(b"\xf0\x01\x01")


def test_part_that_is_skipped_may_not_stand_without_end():
    with pytest.raises(DamagedArtifactError, match="more than 256 times"):
        attribute(b"\x6a\x00" * 257)


@pytest.mark.parametrize(
    "data",
    [b"\x42\x80\x08" + b"\x01" * 1024, b"\x40\x01" * 1024, b"\x40\x80\x01" * 1024, b"\x4a\x01a" * 1024],
    ids=["packed", "of one byte each", "of two bytes each", "texts"],
)
def test_list_that_takes_more_memory_than_allowed_is_refused_before_it_is_whole(data):
    file = File(data, 4096)
    with pytest.raises(UnsupportedArtifactError, match=r"has \d+ bytes, allowed are 4096"):
        file.read(Span(0, len(data)), schema.ATTRIBUTE, "attribute")
