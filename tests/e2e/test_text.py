"""The text function over HTTP in the local cloud, on its layers: vectors, pairs, topics, and its log."""

import base64

import numpy as np
import pytest

pytestmark = pytest.mark.e2e

DECK = ["the dog", "the cat", "a dog", "to travel by train", "to go by rail", "a bus ticket"]
ABOUT = {"model": "all-MiniLM-L6-v2", "language": "en", "truncated": 0}


def test_vectors_are_of_length_1_and_the_same_as_numbers_and_base64(service):
    numbers, packed = (
        service.call("POST", "/v1/embed", {"texts": DECK} | more) for more in ({}, {"encoding": "base64"})
    )
    vectors = np.array(numbers.body.pop("embeddings"))
    exact = [np.frombuffer(base64.b64decode(each), "<f4") for each in packed.body.pop("embeddings")]

    assert (numbers.status, packed.status) == (200, 200)
    assert numbers.body == packed.body == {"count": 6, "dimension": 384} | ABOUT
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(6), abs=1e-5)
    assert vectors == pytest.approx(np.array(exact, dtype=float), abs=1e-7)


def test_cards_that_are_alike_are_found(service):
    found = service.call("POST", "/v1/similar", {"texts": DECK, "minimum": 0.6})

    assert [(pair["text"], pair["other"]) for pair in found.body["pairs"]] == [(0, 2), (3, 4), (0, 1)]
    assert found.body["pairs"][0]["cosine"] == pytest.approx(0.903, abs=0.001)


def test_topics_have_every_text_once(service):
    animals, food = (
        "dog cat horse cow sheep wolf lion tiger",
        "bread cheese soup rice butter cake salad pasta",
    )
    texts = f"{animals} {food} train bus airplane bicycle car ferry tram taxi".split()
    found = service.call("POST", "/v1/topics", {"texts": texts})

    assert found.status == 200
    assert sorted(index for topic in found.body["topics"] for index in topic["members"]) == list(range(24))


def test_wrong_text_is_refused_by_its_place_and_no_text_is_logged(service):
    refused = service.call("POST", "/v1/similar", {"texts": ["the zebra's diagnosis", 7]})
    service.call("POST", "/v1/embed", {"texts": ["the zebra's diagnosis"]})
    logged = service.log_messages()

    assert (refused.status, refused.body["error"]["field"]) == (400, "texts[1]")
    assert any('"path": "/v1/embed"' in line for line in logged)
    assert not [line for line in logged if "zebra" in line]
