"""The pointer as `publish` writes it: the function takes it whole, or not at all."""

import json

import pytest

from inference.model_store import POINTER_KEY, LakeSource
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


def test_no_byte_of_the_pointer_may_have_any_other_value():
    taken = [
        (position, value)
        for position, byte in enumerate(BODY)
        for value in range(256)
        if value != byte and not refused(BODY[:position] + bytes([value]) + BODY[position + 1 :])
    ]
    assert taken == []


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


@pytest.mark.parametrize(
    "content", [CONTENT | {"digest": "0" * 64}, CONTENT | {"digest": None}, CONTENT | {"note": "by hand"}]
)
def test_pointer_with_anything_more_must_have_its_digest(content):
    with pytest.raises(DamagedArtifactError, match="its digest is another"):
        pointer.decode(json.dumps(content).encode())


@pytest.mark.parametrize("name", ["version", "key", "sha256"])
def test_whole_pointer_that_names_no_model_is_refused(name):
    with pytest.raises(DamagedArtifactError, match=f"^the pointer has no {name}$"):
        pointer.decode(pointer.encode(CONTENT | {name: None}))


def test_unknown_format_is_refused():
    with pytest.raises(DamagedArtifactError, match=r"^the pointer's format isn't portable or skops$"):
        pointer.decode(pointer.encode(CONTENT | {"format": "pickle"}))
