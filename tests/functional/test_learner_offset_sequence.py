"""Outcomes give the offset that the formula gives by hand; wrong ones are refused in full."""

import json
from itertools import pairwise
from math import exp

import pytest

from recall.offset import shifted

from .calls import CARD, post, refused
from .fakes import CURVE

OTHER = {"days_since_last_review": 30, "review_count": 12, "difficulty": 8}
THIRD = {"days_since_last_review": 0.5, "review_count": 1, "difficulty": 2.35}
LEARNING_RATE = 0.05
# JSON text, and what the answer says was found.
WRONG_OFFSETS = {
    '"1"': "a string",
    "true": "a boolean",
    "null": "null",
    "{}": "an object",
    "NaN": "nan",
    "Infinity": "a number that large",
    "6": "6",
    "-5.001": "-5.001",
    "9" * 5000: "a number that large",
}
WRONG_OUTCOMES = {"1": "a number", "NaN": "a number", '"true"': "a string", "null": "null", "{}": "an object"}


def own(card):
    """Return the model's own prediction."""
    return CURVE.recall_probability(*(card[name] for name in CARD))


def by_hand(offset, *reviews):
    """Follow ``o ← o + η (y − p')`` over cards and their outcomes, with p' from the odds."""
    for card, recalled in reviews:
        odds = own(card) / (1 - own(card)) * exp(offset)
        offset += LEARNING_RATE * (recalled - odds / (1 + odds))
    return pytest.approx(offset, abs=1e-14)


def text_with(value, name, token):
    """Return a body's JSON text with one more value, as written."""
    return json.dumps(value | {name: "@"}).replace('"@"', token)


@pytest.mark.parametrize("zero", [0, 0.0, -0.0])
def test_offset_of_zero_changes_no_bit_of_a_batch(send, zero):
    body = {"cards": [CARD, OTHER, THIRD]}

    assert send(post(body | {"learner_offset": zero})).body == send(post(body)).body


def test_larger_offset_gives_a_larger_probability(send):
    moved = [
        send(post(CARD | {"learner_offset": offset})).body["recall_probability"]
        for offset in (-5, -1, -0.01, 0, 0.01, 1, 5)
    ]

    assert all(low < high for low, high in pairwise(moved))


@pytest.mark.parametrize(
    "reviews",
    [
        [(CARD, True), (OTHER, False), (THIRD, True)],
        [(THIRD, True), (OTHER, False), (CARD, True)],
        [(OTHER, False)] * 50,
    ],
    ids=["one order", "the other order", "again and again"],
)
def test_outcomes_of_a_batch_count_in_order_and_leave_its_predictions_alone(send, reviews):
    cards = [card | {"recalled": recalled} for card, recalled in reviews]
    answer = send(post({"cards": cards, "learner_offset": 0.7})).body

    assert answer["next_learner_offset"] == by_hand(0.7, *reviews)
    # They are predictions for before the reviews: all by the offset that was sent.
    assert [result["recall_probability"] for result in answer["results"]] == [
        shifted(own(card), 0.7) for card, _ in reviews
    ]


def test_batch_gives_what_its_cards_give_one_by_one(send):
    reviews, offset = [(CARD, False), (OTHER, True), (THIRD, False), (CARD, True)], -0.4
    cards = [card | {"recalled": recalled} for card, recalled in reviews]
    whole = send(post({"cards": cards, "learner_offset": offset})).body["next_learner_offset"]
    for card in cards:
        offset = send(post(card | {"learner_offset": offset})).body["next_learner_offset"]

    assert offset == whole


@pytest.mark.parametrize(("offset", "recalled"), [(5, True), (-5, False)])
def test_next_offset_at_the_limit_stays_there_and_may_be_sent_again(send, offset, recalled):
    body = {"cards": [OTHER | {"recalled": recalled}] * 1000, "learner_offset": offset}
    following = send(post(body)).body["next_learner_offset"]

    assert following == offset
    assert send(post(body | {"learner_offset": following})).status == 200


@pytest.mark.parametrize(("token", "found"), WRONG_OFFSETS.items(), ids=lambda text: text[:20])
@pytest.mark.parametrize("body", [CARD, {"cards": [CARD]}], ids=["single", "batch"])
def test_wrong_offset_is_refused_with_what_was_found(send, body, token, found):
    assert refused(send(post(text_with(body, "learner_offset", token)))) == (
        "invalid_input",
        f"learner_offset must be a number from -5 to 5, 0 for a new learner, not {found}",
        "learner_offset",
    )


def test_offset_inside_a_card_of_a_batch_is_refused_with_its_index(send):
    cards = [CARD, CARD | {"learner_offset": 1}]

    assert refused(send(post({"cards": cards})))[2] == "cards[1].learner_offset"


@pytest.mark.parametrize(("token", "found"), WRONG_OUTCOMES.items())
def test_wrong_outcome_is_refused_with_what_was_found(send, token, found):
    problem = f"must be true or false, not {found}; or leave it out"
    card = text_with(CARD, "recalled", token)
    batch = f'{{"cards": [{json.dumps(CARD | {"recalled": True})}, {json.dumps(CARD)}, {card}]}}'

    assert refused(send(post(card)))[1:] == (f"recalled {problem}", "recalled")
    assert refused(send(post(batch)))[1:] == (f"cards[2].recalled {problem}", "cards[2].recalled")


def test_outcome_does_not_stand_in_for_a_missing_field(send):
    card = {name: value for name, value in CARD.items() if name != "difficulty"} | {"recalled": True}

    assert refused(send(post(card)))[2] == "difficulty"
