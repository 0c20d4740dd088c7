"""The order of a deck: by recall or by loss, ties, limit, and what is wrong with a request."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .calls import CARD, refused
from .fakes import THREE_INPUTS
from .full_model import NOW, REVIEWS, curve_of
from .test_predict import CARDS

RANK = "/v1/rank"
DECK = [
    CARD,
    {"days_since_last_review": 0.1, "review_count": 2, "difficulty": 2.35},
    {"days_since_last_review": 40, "review_count": 9, "difficulty": 3},
    {"days_since_last_review": 2, "review_count": 1, "difficulty": 7},
]


def recall(card, later=0.0):
    days, count, difficulty = card.values()
    return THREE_INPUTS.recall_probability(days + later, count, difficulty)


def without_range(ranking):
    return [{name: value for name, value in r.items() if name != "out_of_range"} for r in ranking]


@given(st.lists(CARDS, min_size=1, max_size=12), st.integers(1, 15))
def test_lowest_recall_comes_first(call, cards, limit):
    body = call(RANK, {"cards": cards, "limit": limit}).body

    own = [recall(card) for card in cards]
    order = sorted(range(len(cards)), key=lambda i: (own[i], i))[:limit]
    assert without_range(body["ranking"]) == [{"index": i, "recall_probability": own[i]} for i in order]


@given(st.lists(CARDS, min_size=1, max_size=12))
def test_largest_loss_comes_first_when_ranked_by_loss(call, cards):
    body = call(RANK, {"cards": cards, "by": "loss"}).body

    losses = [max(0.0, recall(c) - recall(c, 1)) for c in cards]
    order = sorted(range(len(cards)), key=lambda i: (-losses[i], i))
    assert [r["index"] for r in body["ranking"]] == order
    assert [r["expected_loss"] for r in body["ranking"]] == [losses[i] for i in order]


@pytest.mark.parametrize("by", ["recall", "loss"])
def test_ties_keep_the_order_sent(call, by):
    ranking = call(RANK, {"cards": [DECK[1], CARD, CARD, DECK[1], CARD], "by": by}).body["ranking"]

    indices = [r["index"] for r in ranking]
    assert [i for i in indices if i in (1, 2, 4)] == [1, 2, 4]
    assert [i for i in indices if i in (0, 3)] == [0, 3]


@pytest.mark.parametrize("by", ["recall", "loss"])
def test_histories_and_three_inputs_are_ranked_together(call, by):
    cards = [*DECK, {"reviews": REVIEWS}]
    ranking = call(RANK, {"cards": cards, "now": NOW, "by": by}).body["ranking"]
    own, elapsed = curve_of(REVIEWS)

    shown = {r["index"]: r for r in ranking}
    assert shown[4]["recall_probability"] == pytest.approx(own(elapsed), abs=1e-12)
    assert shown[0]["recall_probability"] == recall(CARD)
    if by == "loss":
        assert shown[4]["expected_loss"] == pytest.approx(own(elapsed) - own(elapsed + 1), abs=1e-12)
    keys = [r["recall_probability"] if by == "recall" else -r["expected_loss"] for r in ranking]
    assert keys == sorted(keys)


def test_inputs_beyond_training_are_named_at_their_entry(call):
    ranking = call(RANK, {"cards": [CARD, CARD | {"review_count": 61}]}).body["ranking"]

    assert {r["index"]: r.get("out_of_range") for r in ranking} == {0: None, 1: ["review_count"]}


def test_10000_cards_are_ranked_and_10001_are_not(call):
    cards = [CARD | {"days_since_last_review": i % 365} for i in range(10_000)]
    ranking = call(RANK, {"cards": cards}).body["ranking"]

    assert sorted(r["index"] for r in ranking) == list(range(10_000))
    assert refused(call(RANK, {"cards": [*cards, CARD]})) == (
        "invalid_input",
        "cards must be a list of 1 to 10000 cards, not a list of 10001",
        "cards",
    )


@pytest.mark.parametrize(
    ("body", "field", "problem"),
    [
        ({}, "cards", "is missing; it must be a list of 1 to 10000 cards"),
        (CARD, "days_since_last_review", 'is unknown here; put cards into the list "cards"'),
        ({"cards": DECK, "by": "name"}, "by", 'must be "recall" or "loss", not a string'),
        ({"cards": DECK, "by": ["loss"]}, "by", "not a list"),
        ({"cards": DECK, "limit": 0}, "limit", "must be a whole number from 1 to 10000, not 0"),
        ({"cards": DECK, "limit": 1.5}, "limit", "not 1.5"),
        ({"cards": DECK, "limit": 10_001}, "limit", "not 10001"),
        ({"cards": DECK, "deck": 1}, "deck", "is unknown beside"),
        ({"cards": [CARD | {"recalled": 1}]}, "cards[0].recalled", "must be true or false, not a number"),
        ({"cards": [CARD, ["reviews"]]}, "cards[1]", "must be an object"),
        ({"cards": [7, {"reviews": REVIEWS}]}, "cards[0]", "must be an object"),
    ],
)
def test_wrong_field_of_a_ranking_is_named(call, body, field, problem):
    _code, message, named = refused(call(RANK, body))

    assert named == field
    assert problem in message
