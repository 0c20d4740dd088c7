"""The pointer as `publish` writes it: it is read whole, or not at all."""

import json

import pytest

from inference.lake_source import POINTER_KEY, LakeSource
from recall import pointer
from recall.errors import DamagedArtifactError

from .fakes import publish

CONTENT = {
    "schema_version": 1,
    "version": "20261120T090507Z-0fd84a1c",
    "format": "portable",
    "key": "models/20261120T090507Z-0fd84a1c/model.json",
    "sha256": "0fd84a1c" * 8,
    "trained_at": "2026-11-20T09:05:07Z",
    "published_at": "2026-11-21T12:30:00Z",
}
BODY = pointer.encode(CONTENT)


def test_written_pointer_is_json_that_ends_with_its_digest():
    read = json.loads(BODY)
    digest = read.pop("digest")
    assert read == CONTENT
    assert list(json.loads(BODY)) == [*sorted(CONTENT), "digest"]
    assert pointer.decode(BODY) == CONTENT | {"digest": digest}


def refused(body):
    try:
        pointer.decode(body)
    except DamagedArtifactError:
        return True
    return False


def test_no_byte_of_the_pointer_may_be_flipped():
    changed = [
        BODY[:position] + bytes([byte ^ flip]) + BODY[position + 1 :]
        for position, byte in enumerate(BODY)
        for flip in (0x01, 0x20, 0x80)  # another digit or letter, the other case, no ASCII
    ]
    assert [body for body in changed if not refused(body)] == []


def test_no_byte_of_the_pointer_may_be_missing_or_come_twice():
    cut = [BODY[:i] + BODY[i + 1 :] for i in range(len(BODY))] + [BODY[:i] for i in range(len(BODY))]
    twice = [BODY[:i] + BODY[i : i + 1] + BODY[i:] for i in range(len(BODY))]
    assert [body for body in cut + twice if not refused(body)] == []


def test_function_keeps_what_it_has_when_the_pointer_was_changed(reader):
    publish(reader.objects, "2")
    named = json.loads(reader.objects[POINTER_KEY])
    whole = pointer.encode({"format": "portable", **named})
    source = LakeSource(reader)
    reader.objects[POINTER_KEY] = whole
    assert source.load(None).version == "2"

    reader.objects[POINTER_KEY] = whole.replace(b'"version": "2"', b'"version": "3"')
    with pytest.raises(
        DamagedArtifactError, match=r"^the pointer was changed: its digest is another; publish or"
    ):
        source.load(None)


def test_pointer_of_before_there_was_a_digest_is_still_read():
    body = json.dumps({name: value for name, value in CONTENT.items() if name != "format"}).encode()
    assert pointer.decode(body) == CONTENT


@pytest.mark.parametrize("content", [CONTENT | {"digest": "0" * 64}, CONTENT | {"note": "by hand"}])
def test_pointer_with_anything_more_must_have_its_digest(content):
    with pytest.raises(DamagedArtifactError, match="its digest is another"):
        pointer.decode(json.dumps(content).encode())


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b" " * 65_537, "is larger than 65536 bytes"),
        (b"\xff{", "isn't JSON"),
        (b"[" * 60_000, "isn't JSON"),
        (b"[]", "isn't of schema version 1"),
        (pointer.encode(CONTENT | {"schema_version": 2}), "isn't of schema version 1"),
        (pointer.encode(CONTENT | {"version": None}), "has no version"),
        (pointer.encode(CONTENT | {"key": 7}), "has no key"),
        (pointer.encode(CONTENT | {"sha256": None}), "has no sha256"),
        (pointer.encode(CONTENT | {"trained_at": 1.5}), "'s trained_at isn't text"),
        (pointer.encode(CONTENT | {"format": "pickle"}), "'s format isn't portable, skops or onnx"),
    ],
    ids=["huge", "no UTF-8", "nested without end", "no object", "another schema", "no version", "no key",
         "no sha256", "wrong time", "unknown format"],
)  # fmt: skip
def test_what_is_no_pointer_is_refused_with_its_reason(body, problem):
    with pytest.raises(DamagedArtifactError, match=f"^the pointer ?{problem}$"):
        pointer.decode(body)
