"""A list of any size gets what a single call of that size would give: it is split, and the results joined."""

import json

import pytest
from recall_client import (
    BodyTooLargeError,
    History,
    InvalidInputError,
    Ranking,
    Results,
    Review,
    ThreeInputs,
)
from recall_client import batches as limits

from recall.learner_text import decode_state, encode_state
from tests.robustness.gateway import DOCUMENT
from tests.unit.histories import MODEL, random_state, seeded

from .wire import call_sync

pytestmark = pytest.mark.slow

STATE = encode_state(random_state(seeded(1), MODEL), 7)


def cards(count, **changes):
    """Return cards of which none is like the others."""
    return [
        ThreeInputs(
            days_since_last_review=0.37 * (i % 997),
            review_count=1 + i % 40,
            difficulty=1 + i % 90 / 10,
            **{name: value(i) for name, value in changes.items()},
        )
        for i in range(count)
    ]


def sizes(wire):
    return [len(body["cards"]) for body in wire.bodies]


def test_limits_are_those_of_the_document():
    schemas, own = DOCUMENT["components"]["schemas"], DOCUMENT["x-limits"]

    assert schemas["PredictCards"]["properties"]["cards"]["maxItems"] == limits.CARDS_PER_CALL
    assert schemas["ScheduleCards"]["properties"]["cards"]["maxItems"] == limits.CARDS_PER_CALL
    assert schemas["RankRequest"]["properties"]["cards"]["maxItems"] == limits.CARDS_PER_RANKING
    assert schemas["Limit"]["maximum"] == limits.CARDS_PER_RANKING
    assert own["body_bytes"] == limits.BODY_BYTES
    assert own["reviews_per_request"] == limits.REVIEWS_PER_CALL
    assert schemas["ReviewsRequest"]["properties"]["reviews"]["maxItems"] == limits.OUTCOMES_PER_CALL
    assert schemas["StudyRequest"]["properties"]["reviews"]["maxItems"] == limits.OUTCOMES_PER_CALL
    assert schemas["ImportRequest"]["properties"]["cards"]["maxItems"] == limits.CARDS_PER_IMPORT
    assert schemas["ImportResponse"]["properties"]["accepted"]["maximum"] == limits.REVIEWS_PER_IMPORT


@pytest.mark.parametrize(("count", "parts"), [(1000, [1000]), (2001, [1000, 1000, 1])])
def test_large_batch_goes_out_in_full_parts_and_comes_back_in_order(wire, count, parts):
    deck = cards(count)
    predictions = call_sync(wire, "predict", deck)
    schedules = call_sync(wire, "schedule", deck)

    assert sizes(wire) == parts * 2
    for position in {0, 999, count - 1}:
        assert predictions[position] == call_sync(wire, "predict", deck[position])
        assert schedules[position] == call_sync(wire, "schedule", deck[position])


def test_histories_are_split_by_their_reviews(wire):
    deck = [History(reviews=[Review(days_ago=1 + i, rating=3)] * 600) for i in range(200)]
    predictions = call_sync(wire, "predict", deck)

    assert sizes(wire) == [166, 34]  # 166 · 600 ≤ 100,000 < 167 · 600
    assert predictions[166] == call_sync(wire, "predict", deck[166])


def test_parts_are_as_large_as_the_body_may_be_and_no_larger(wire):
    deck = [
        History(reviews=[Review(days_ago=(i * 500 + j) / 7 % 9000, rating=3) for j in range(500)])
        for i in range(220)
    ]
    call_sync(wire, "predict", deck)
    lengths = [len(json.dumps(body, separators=(",", ":"))) for body in wire.bodies]

    assert sum(sizes(wire)) == 220
    assert len(lengths) == 2
    assert 2_900_000 < lengths[0] <= limits.BODY_BYTES


@pytest.mark.parametrize("method", ["predict", "schedule", "schedule_each_rating"])
def test_empty_list_has_no_results_and_is_not_sent(call, wire, method):
    assert call(wire, method, [], learner_state=STATE) == Results((), STATE)
    assert call(wire, method, iter(())) == Results()
    assert wire.requests == []


def test_empty_deck_has_an_empty_ranking(call, wire):
    assert call(wire, "rank", [], limit=3) == Ranking()
    assert wire.requests == []


def test_parts_are_predicted_for_the_same_moment(wire):
    deck = cards(2500, recalled=lambda i: True if i == 2400 else None)
    call_sync(wire, "predict", deck)
    call_sync(wire, "predict", deck[:1000])
    *split, alone = wire.bodies

    assert len({body["now"] for body in split}) == 1
    assert len(split) == 4
    assert "now" not in alone


def test_history_that_is_too_long_is_refused_by_the_service_with_its_place_in_the_list(wire):
    deck = [*cards(1500), History(reviews=[Review(days_ago=1, rating=3)] * 2001)]
    with pytest.raises(InvalidInputError) as refused:
        call_sync(wire, "predict", deck)

    assert refused.value.field == "cards[1500].reviews"


def test_card_that_is_too_large_by_itself_is_refused_by_the_service(wire):
    with pytest.raises(BodyTooLargeError) as refused:
        call_sync(wire, "predict", [History(reviews=[Review(days_ago=1, rating=3)] * 200_000)])

    assert refused.value.field == "body"


def test_error_in_a_later_part_names_the_card_by_its_place_in_the_whole_list(wire):
    deck = cards(2500)
    deck[1700] = ThreeInputs(days_since_last_review=1, review_count=1, difficulty=11)
    with pytest.raises(InvalidInputError) as refused:
        call_sync(wire, "schedule", deck)

    assert refused.value.field == "cards[1700].difficulty"
    assert str(refused.value).startswith("cards[1700].difficulty must be a number from 1 to 10")


@pytest.mark.parametrize(("method", "state"), [("predict", None), ("schedule", STATE)], ids=["new", "known"])
def test_outcomes_of_a_large_batch_count_in_order_and_leave_its_results_alone(wire, method, state):
    deck = cards(2500, recalled=lambda i: (i % 3 == 0) if i % 2 else None)
    without = call_sync(wire, method, cards(2500), learner_state=state)
    results = call_sync(wire, method, deck, learner_state=state)
    expected = state
    for start in range(0, 2500, 500):
        expected = call_sync(wire, "predict", deck[start : start + 500], learner_state=expected).learner_state

    assert results.results == without.results
    # The text rounds, and is passed on after other cards here.
    assert decode_state(results.learner_state, 7).mean == pytest.approx(
        decode_state(expected, 7).mean, rel=1e-4
    )


def test_large_batch_without_outcomes_gives_the_state_back(wire):
    assert call_sync(wire, "predict", cards(1500), learner_state=STATE).learner_state == STATE
    assert call_sync(wire, "predict", cards(1500)).learner_state is None


def test_outcomes_of_a_large_deck_count_whatever_the_limit(wire):
    deck = cards(10_500, recalled=lambda i: True if i == 10_400 else None)
    alone = call_sync(wire, "predict", deck[10_400]).learner_state

    assert call_sync(wire, "rank", deck, limit=3).learner_state == alone


def test_error_in_an_outcomes_part_names_the_card_by_its_place_in_the_whole_list(wire):
    deck = cards(2500, recalled=lambda i: True if i % 2 else None)
    deck[2001] = ThreeInputs(days_since_last_review=1, review_count=1, difficulty=5, recalled="yes")
    with pytest.raises(InvalidInputError) as refused:
        call_sync(wire, "predict", deck)

    assert refused.value.field == "cards[2001].recalled"


@pytest.mark.parametrize(("by", "limit"), [("recall", None), ("recall", 10_200), ("loss", 30)])
def test_deck_of_any_size_is_ranked_as_a_whole(wire, by, limit):
    deck = cards(10_500)
    now = [one.recall_probability for one in call_sync(wire, "predict", deck)]
    later = [
        one.recall_probability
        for one in call_sync(
            wire,
            "predict",
            [
                ThreeInputs(
                    days_since_last_review=card.days_since_last_review + 1,
                    review_count=card.review_count,
                    difficulty=card.difficulty,
                )
                for card in deck
            ],
        )
    ]
    keys = now if by == "recall" else [after - before for before, after in zip(now, later, strict=True)]
    expected = sorted(range(len(deck)), key=keys.__getitem__)[:limit]
    ranking = call_sync(wire, "rank", deck, by=by, limit=limit)

    assert [card.index for card in ranking.cards] == expected
    assert sizes(wire)[-2:] == [10_000, 500]
