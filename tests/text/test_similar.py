"""Pairs of alike texts: the best first, each pair once, exact copies among them."""

import numpy as np
import pytest

from text.similar import Pair, similar_pairs


def directions(*degrees):
    """Return vectors of length 1 in a plane."""
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_pairs_among_the_texts_come_once_best_first_with_copies():
    found = similar_pairs(directions(0, 60, 10, 0), None, limit=10, minimum=-1)

    assert found == [
        Pair(0, 3, 1.0),
        Pair(0, 2, 0.984808),
        Pair(2, 3, 0.984808),
        Pair(1, 2, 0.642788),
        Pair(0, 1, 0.5),
        Pair(1, 3, 0.5),
    ]


def test_other_list_is_compared_with_every_text():
    found = similar_pairs(directions(0, 90), directions(0, 60, 180), limit=10, minimum=-1)

    assert [pair[:2] for pair in found] == [(0, 0), (1, 1), (0, 1), (1, 0), (1, 2), (0, 2)]
    assert [pair.cosine for pair in found] == [1, 0.866025, 0.5, 0, 0, -1]


@pytest.mark.parametrize(
    ("limit", "minimum", "expected"),
    [(2, -1, 2), (10, 0.5, 6), (10, 0.500001, 4), (10, 0.984808, 3), (10, 1, 1)],
)
def test_limit_and_minimum_hold_the_minimum_included(limit, minimum, expected):
    found = similar_pairs(directions(0, 60, 10, 0), None, limit, minimum)

    assert len(found) == expected
    assert all(pair.cosine >= minimum for pair in found)


def test_single_text_has_no_pair():
    assert similar_pairs(directions(5), None, limit=10, minimum=-1) == []


def test_equal_texts_have_cosine_1_whatever_the_rounding():
    vectors = np.random.default_rng(0).standard_normal((200, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)

    found = similar_pairs(vectors, vectors * np.float32(1 + 1e-7), limit=200, minimum=0.9)

    assert found == [Pair(number, number, 1.0) for number in range(200)]


@pytest.mark.slow
def test_copies_and_near_copies_of_cards_are_the_first_pairs(encoder):
    texts = [
        "What is the capital of France?",
        "the dog",
        "Capital of France?",
        "The  DOG",
        "What is the capital of Germany?",
        "to accept something",
        "to except something",
        "photosynthesis",
    ]

    found = similar_pairs(encoder.embed(texts), None, limit=4, minimum=-1)

    assert [(pair.text, pair.other) for pair in found[:2]] == [(1, 3), (0, 2)]
    assert found[0].cosine == 1
    assert {(pair.text, pair.other) for pair in found[2:]} <= {(0, 4), (2, 4), (5, 6)}
