"""A learner's offset moves every prediction, and outcomes move the offset."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.offset import OFFSET_LIMIT, next_offset, shifted

from .calls import CARD, post, refused
from .fakes import CURVE

P = CURVE.recall_probability(*CARD.values())
OFFSETS = st.floats(-OFFSET_LIMIT, OFFSET_LIMIT)


def test_offset_zero_changes_no_bit(send):
    assert send(post(CARD | {"learner_offset": 0})).body == send(post(CARD)).body


@given(offset=OFFSETS)
def test_single_and_batch_are_moved_alike(send, offset):
    single = send(post(CARD | {"learner_offset": offset})).body
    batch = send(post({"cards": [CARD, CARD], "learner_offset": offset})).body

    assert single["recall_probability"] == shifted(P, offset)
    assert [r["recall_probability"] for r in batch["results"]] == [shifted(P, offset)] * 2
    assert "next_learner_offset" not in single
    assert "next_learner_offset" not in batch


def test_outcomes_count_one_after_the_other_and_cards_without_one_do_not(send):
    cards = [CARD | {"recalled": True}, CARD, CARD | {"recalled": False}]
    body = send(post({"cards": cards, "learner_offset": 0.3})).body

    expected = next_offset(next_offset(0.3, P, recalled=True), P, recalled=False)
    assert body["next_learner_offset"] == expected
    assert [r["recall_probability"] for r in body["results"]] == [shifted(P, 0.3)] * 3


def test_single_card_with_an_outcome_answers_the_next_offset(send):
    body = send(post(CARD | {"recalled": False})).body

    assert body["next_learner_offset"] == next_offset(0.0, P, recalled=False)
    assert body["recall_probability"] == P


@pytest.mark.parametrize("offset", ["0", None, True, [], 5.1, -6, 10**400])
@pytest.mark.parametrize("form", ["single", "batch"])
def test_wrong_offset_is_named_with_its_range(send, offset, form):
    body = (
        CARD | {"learner_offset": offset} if form == "single" else {"cards": [CARD], "learner_offset": offset}
    )

    _code, message, field = refused(send(post(body)))

    assert field == "learner_offset"
    assert "from -5 to 5" in message


def test_nan_offset_is_refused(send):
    text = '{"days_since_last_review": 3, "review_count": 4, "difficulty": 5.5, "learner_offset": NaN}'

    assert refused(send(post(text)))[2] == "learner_offset"


@pytest.mark.parametrize("outcome", [1, 0, "true", None, []])
def test_wrong_outcome_is_named_with_its_index(send, outcome):
    assert refused(send(post(CARD | {"recalled": outcome})))[2] == "recalled"
    answer = send(post({"cards": [CARD, CARD | {"recalled": outcome}]}))
    assert refused(answer)[2] == "cards[1].recalled"
