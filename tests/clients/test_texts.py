"""Texts of cards from Python and from TypeScript: any number is embedded, positions are the caller's."""

import base64
import json
import struct

import httpx
import pytest
from recall_client import Client, ForeignResponseError, InvalidInputError

from tests.robustness.gateway import API_KEY

from .callers import call_blocking
from .wire import Wire, call_sync

DECK = [f"the word {number}" for number in range(250)]
SIMILAR = [*DECK[:40], DECK[7]]


def embedded(texts):
    """Return the response to a request whose vectors hold the texts' positions."""
    vectors = [struct.pack("<384f", *[index] * 384) for index in range(texts)]
    body = {"embeddings": [base64.b64encode(vector).decode() for vector in vectors], "truncated": 1}
    return httpx.Response(200, json=body | {"model": "m", "count": texts, "dimension": 384, "language": "en"})


def test_any_number_of_texts_is_embedded_in_requests_of_a_hundred(call, gateway):
    wire = Wire(gateway)
    embeddings = call(wire, "embed", iter(DECK))
    alone = call(Wire(gateway), "embed", [DECK[249]])

    assert [len(body["texts"]) for body in wire.bodies] == [100, 100, 50]
    assert len(embeddings) == 250
    assert embeddings[249] == alone[0]
    assert sum(number * number for number in embeddings[249]) == pytest.approx(1, abs=1e-6)
    assert embeddings.model == "all-MiniLM-L6-v2"


def test_truncated_texts_of_all_requests_are_counted(gateway):
    embeddings = call_sync(Wire(gateway, embedded(100), embedded(100), embedded(50)), "embed", DECK)

    assert embeddings.truncated == 3
    assert [embeddings[index][0] for index in (0, 99, 100, 249)] == [0, 99, 0, 49]


def test_no_texts_are_not_sent(call, gateway):
    wire = Wire(gateway)
    embeddings = call(wire, "embed", [])

    assert wire.requests == []
    assert (len(embeddings), embeddings.model) == (0, None)


@pytest.mark.parametrize(
    ("method", "texts", "options"),
    [
        ("embed", "a card", {}),
        ("similar", "a card", {}),
        ("topics", "a card", {}),
        ("similar", ["a card"], {"among": "a card"}),
    ],
)
def test_one_text_is_not_a_list_of_letters(call, node, gateway, method, texts, options):
    wire = Wire(gateway)
    with pytest.raises(TypeError, match=r"(texts|among) must be a list of texts, not one text"):
        call(wire, method, texts, **options)

    assert wire.requests == []
    assert node("http://127.0.0.1:9", method, texts, **options).error == "TypeError"


def test_wrong_text_is_named_by_its_place_in_the_callers_list(call, gateway):
    with pytest.raises(InvalidInputError) as caught:
        call(Wire(gateway), "embed", [*DECK[:130], " ", *DECK[130:]])

    assert caught.value.field == "texts[130]"
    assert "texts[130]" in str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        lambda body: {**body, "embeddings": body["embeddings"][1:]},
        lambda body: {**body, "embeddings": ["AAAA"] * 2},
        lambda body: {**body, "embeddings": ["ä", "ö"]},
        lambda body: {**body, "embeddings": [[0.5] * 384] * 2},
    ],
    ids=["too few", "short", "not base64", "numbers"],
)
def test_response_of_another_shape_is_a_foreign_one(gateway, change):
    response = httpx.Response(200, json=change(json.loads(embedded(2).content)))

    with pytest.raises(ForeignResponseError):
        call_sync(Wire(gateway, response), "embed", ["a", "b"])


@pytest.mark.parametrize(
    ("method", "texts", "options"),
    [
        ("similar", SIMILAR, {}),
        ("similar", SIMILAR, {"among": DECK[40:60], "limit": 3, "minimum": -0.5}),
        ("similar", SIMILAR, {"limit": 0}),
        ("topics", SIMILAR, {}),
        ("topics", ["alone"], {}),
    ],
)
def test_both_languages_get_the_services_response(server, node, method, texts, options):
    server.faults.clear()
    expected = call_blocking(server.endpoint, method, texts, **options)
    outcome = node(server.endpoint, method, texts, **options)

    assert outcome.error == expected.error
    assert (outcome.status, outcome.field) == (expected.status, expected.field)
    if expected.result:
        assert {name: outcome.result[name] for name in expected.result} == expected.result


def test_the_same_text_is_the_first_pair(call, gateway):
    similar = call(Wire(gateway), "similar", SIMILAR, limit=1)

    assert [(pair.text, pair.other) for pair in similar.pairs] == [(7, 40)]
    assert similar.pairs[0].cosine == pytest.approx(1, abs=1e-6)


def test_topics_have_every_text_once(call, gateway):
    topics = call(Wire(gateway), "topics", SIMILAR).topics

    assert sorted(member for topic in topics for member in topic.members) == list(range(41))
    assert all(topic.representative in topic.members for topic in topics)


def test_typescript_vectors_are_pythons(server, node):
    server.faults.clear()
    embeddings = node(server.endpoint, "embed", DECK[:130]).result
    with Client(server.endpoint, API_KEY) as client:
        expected = client.embed(DECK[:130])

    assert [list(vector.values()) for vector in embeddings["vectors"]] == [list(one) for one in expected]
    assert embeddings["model"] == "all-MiniLM-L6-v2"
