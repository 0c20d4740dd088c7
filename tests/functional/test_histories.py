"""Review histories in predictions: values, order, time, and what is wrong with a review."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.learner_text import decode_state, encode_state
from recall.three_inputs import difficulty_from_share, failure_share

from ..unit.histories import random_state, seeded
from .calls import CARD, post, refused
from .fakes import THREE_INPUTS
from .full_model import ARTIFACT, HISTORY, NOW, REVIEWS, curve_of, history

PREDICT = "/v1/predict"
DAYS_AGO = [
    {"days_ago": 20, "rating": 3},
    {"days_ago": 18.5, "rating": 2},
    {"days_ago": 3.25, "rating": 4},
]


def expected(reviews):
    recall, elapsed = curve_of(reviews)
    return recall(elapsed)


@pytest.mark.parametrize(
    "reviews", [REVIEWS, DAYS_AGO[:1], [*REVIEWS, *DAYS_AGO]], ids=["times", "days ago", "mixed"]
)
def test_history_gets_the_history_models_recall(call, reviews):
    body = call(PREDICT, {"reviews": reviews, "now": NOW}).body

    assert body["recall_probability"] == pytest.approx(expected(reviews), abs=1e-12)
    assert body["model"] == "history"


@given(st.permutations(REVIEWS + DAYS_AGO))
def test_order_of_the_reviews_does_not_matter(call, reviews):
    assert call(PREDICT, {"reviews": reviews, "now": NOW}).body == (
        call(PREDICT, {"reviews": REVIEWS + DAYS_AGO, "now": NOW}).body
    )


def test_reviews_at_the_same_moment_keep_their_order(call):
    twice = [{"days_ago": 3, "rating": 1}, {"days_ago": 3, "rating": 4}]
    there, back = (call(PREDICT, {"reviews": r, "now": NOW}).body for r in (twice, twice[::-1]))

    assert there["recall_probability"] == pytest.approx(expected(twice), abs=1e-12)
    assert back["recall_probability"] == pytest.approx(expected(twice[::-1]), abs=1e-12)
    assert there != back


def test_now_in_the_past_is_the_moment_to_answer_for(call):
    earlier = call(PREDICT, {"reviews": REVIEWS, "now": "2026-11-14T06:40:00Z"}).body
    later = call(PREDICT, {"reviews": REVIEWS, "now": "2026-12-24T06:40:00Z"}).body
    recall, _ = curve_of(REVIEWS)

    assert earlier["recall_probability"] == pytest.approx(recall(0), abs=1e-9)
    assert later["recall_probability"] == pytest.approx(recall(40), abs=1e-9)


def test_without_now_the_moment_is_when_the_request_arrives(call):
    body = call(PREDICT, {"reviews": [{"days_ago": 5, "rating": 3}]}).body
    recall, _ = curve_of([{"days_ago": 5, "rating": 3}])

    assert body["recall_probability"] == recall(5)


def test_mixed_batch_gets_the_recall_of_the_right_model_in_order(call):
    cards = [CARD, {"reviews": REVIEWS}, CARD | {"review_count": 9}, {"reviews": DAYS_AGO}]
    results = call(PREDICT, {"cards": cards, "now": NOW}).body["results"]

    assert [r["model"] for r in results] == ["three_inputs", "history", "three_inputs", "history"]
    assert [r["recall_probability"] for r in results] == [
        THREE_INPUTS.recall_probability(3, 4, 5.5),
        pytest.approx(expected(REVIEWS), abs=1e-12),
        THREE_INPUTS.recall_probability(3, 9, 5.5),
        pytest.approx(expected(DAYS_AGO), abs=1e-12),
    ]


def test_model_without_a_part_for_histories_predicts_from_their_three_inputs(send):
    body = send(post({"reviews": REVIEWS, "now": NOW})).body
    left = history(REVIEWS)
    difficulty = difficulty_from_share(failure_share(1, 4))

    assert body["model"] == "three_inputs"
    assert (left.review_days, left.failures) == (3, 1)
    assert body["recall_probability"] == pytest.approx(
        THREE_INPUTS.recall_probability(-left.time, 3, difficulty), abs=1e-12
    )


@pytest.mark.parametrize(
    ("card", "names"),
    [
        (CARD | {"days_since_last_review": 400, "review_count": 60, "difficulty": 8}, None),
        (CARD | {"days_since_last_review": 401}, ["days_since_last_review"]),
        (CARD | {"days_since_last_review": 0}, None),
        ({"reviews": [{"days_ago": 0, "rating": 3}], "now": NOW}, None),
        (CARD | {"review_count": 61, "difficulty": 1.3}, ["review_count", "difficulty"]),
        ({"reviews": [{"days_ago": 500, "rating": 3}], "now": NOW}, ["days_since_last_review"]),
        ({"reviews": REVIEWS, "now": NOW}, None),
    ],
)
def test_inputs_beyond_training_are_named(call, card, names):
    assert call(PREDICT, card).body.get("out_of_range") == names


def test_duration_of_the_last_answer_counts_in_seconds_once_the_learner_is_known(call):
    state = random_state(seeded(1), HISTORY)
    text = encode_state(state, ARTIFACT.fingerprint)
    timed = [*REVIEWS[:-1], REVIEWS[-1] | {"duration_ms": 30_000}]
    body, untimed = (
        call(PREDICT, {"reviews": r, "now": NOW, "learner_state": text}).body for r in (timed, REVIEWS)
    )
    recall, elapsed = curve_of(timed, decode_state(text, ARTIFACT.fingerprint))

    assert body["recall_probability"] == pytest.approx(recall(elapsed), abs=1e-12)
    assert body["recall_probability"] < untimed["recall_probability"]


def test_duration_of_0_is_an_unknown_one(call):
    timed = [review | {"duration_ms": 0} for review in REVIEWS]

    assert (
        call(PREDICT, {"reviews": timed, "now": NOW}).body
        == call(PREDICT, {"reviews": REVIEWS, "now": NOW}).body
    )


def test_2000_reviews_are_taken_and_2001_are_not(call):
    reviews = [{"days_ago": 2000 - i, "rating": 3} for i in range(2001)]

    assert call(PREDICT, {"reviews": reviews[:2000], "now": NOW}).status == 200
    assert refused(call(PREDICT, {"cards": [CARD, {"reviews": reviews}]})) == (
        "invalid_input",
        "cards[1].reviews must be a list of 0 to 2000 reviews, not a list of 2001",
        "cards[1].reviews",
    )


RIGHT = {"at": "2026-11-02T08:15:00Z", "rating": 3}
RATINGS = "must be 1 (Again), 2 (Hard), 3 (Good) or 4 (Easy)"
TIME = "must be an RFC 3339 time with Z or an offset"
WRONG_REVIEWS = [
    ([], "", "must be an object, such as {"),
    ({}, ".at", f"is missing; it {TIME}"),
    (RIGHT | {"days_ago": 3}, ".days_ago", 'is unknown beside "at"'),
    (RIGHT | {"ease": 3}, ".ease", "is unknown; known are at, days_ago, rating, duration_ms"),
    ({"at": RIGHT["at"]}, ".rating", f"is missing; it {RATINGS}"),
    (RIGHT | {"rating": 5}, ".rating", f"{RATINGS}, not 5"),
    (RIGHT | {"rating": 2.5}, ".rating", "not 2.5"),
    (RIGHT | {"rating": True}, ".rating", "not a boolean"),
    (RIGHT | {"rating": 10**400}, ".rating", "not a number that large"),
    (RIGHT | {"duration_ms": -1}, ".duration_ms", "must be a whole number from 0 (unknown) to 3600000"),
    (RIGHT | {"duration_ms": 3_600_001}, ".duration_ms", "not 3600001"),
    (RIGHT | {"duration_ms": 1.5}, ".duration_ms", "not 1.5"),
    ({"days_ago": -0.1, "rating": 3}, ".days_ago", "must be a number from 0 to 36500 (days), not -0.1"),
    ({"days_ago": 36500.5, "rating": 3}, ".days_ago", "not 36500.5"),
    ({"days_ago": float("nan"), "rating": 3}, ".days_ago", "not nan"),
    ({"at": "2026-11-20T09:05:01Z", "rating": 3}, ".at", "must not be after now (2026-11-20T09:00:00Z)"),
    ({"at": "1926-12-15T08:59:59Z", "rating": 3}, ".at", "must be at most 36500 days before now"),
]


@pytest.mark.parametrize(("review", "field", "problem"), WRONG_REVIEWS, ids=lambda part: str(part)[:30])
def test_wrong_review_is_named_by_its_index_and_field(call, review, field, problem):
    code, message, named = refused(call(PREDICT, {"reviews": [RIGHT, RIGHT, review], "now": NOW}))

    assert (code, named) == ("invalid_input", f"reviews[2]{field}")
    assert problem in message


def test_wrong_review_of_a_list_of_cards_is_named_by_card_and_review(call):
    cards = [CARD, {"reviews": [RIGHT, RIGHT | {"rating": 7}]}]

    assert refused(call(PREDICT, {"cards": cards, "now": NOW}))[2] == "cards[1].reviews[1].rating"


@pytest.mark.parametrize(
    "at",
    [
        "2026-W45-1T08:15:00Z",
        "٢026-11-02T08:15:00Z",
        "2026-11-02T08:15:00Z\n",
        "3000-01-01T00:00:00Z",
        "",
        None,
    ],
)
def test_what_is_no_rfc_3339_time_is_refused(call, at):
    code, message, field = refused(call(PREDICT, {"reviews": [{"at": at, "rating": 3}], "now": NOW}))

    assert (code, field) == ("invalid_input", "reviews[0].at")
    assert TIME in message


MISTAKES = {
    "2026-11-02T08:15:00": "no offset: add Z",
    "2026-11-02T08:15:00.25": "no offset: add Z",
    "2026-11-02T08:15:00+0100": "needs a colon",
    "2026-11-02T08:15:00-3": "two digits each",
    "2026-02-30T08:15:00Z": "there is no such day",
    "2026-11-31t08:15:00+01:00": "there is no such day",
    "2026-11-02T08:15:60Z": "leap seconds",
    "2026-11-02": "a date without a time",
    "2026-11-02 08:15:00Z": "stands a T",
    "2026-11-02T08:15Z": "no seconds",
    "1793000000": "a number in quotes",
    1793000000: "not 1793000000",
}


@pytest.mark.parametrize(("at", "mistake"), MISTAKES.items())
def test_wrong_time_says_what_is_wrong_with_it(call, at, mistake):
    for body, field in (
        ({"reviews": [{"at": at, "rating": 3}]}, "reviews[0].at"),
        ({"reviews": [RIGHT], "now": at}, "now"),
    ):
        _, message, named = refused(call(PREDICT, body))

        assert named == field
        assert mistake in message.rpartition("2999")[2]


def test_every_form_of_rfc_3339_is_read(call):
    for at in ("2026-11-02t08:15:00z", "2026-11-02T08:15:00.0+00:00", "2026-11-02T03:45:00.000000000-04:30"):
        assert call(PREDICT, {"reviews": [{"at": at, "rating": 3}], "now": NOW}).body == (
            call(PREDICT, {"reviews": [RIGHT], "now": NOW}).body
        )


def test_review_may_be_of_a_century_ago(call):
    reviews = [{"at": "1926-12-15T09:00:00Z", "rating": 3}]
    body = call(PREDICT, {"reviews": reviews, "now": NOW}).body

    assert body["recall_probability"] == pytest.approx(expected(reviews), abs=1e-12)


@pytest.mark.parametrize(
    ("card", "field", "problem"),
    [
        ({"reviews": REVIEWS, "difficulty": 5}, "difficulty", 'is unknown beside "reviews"'),
        ({"reviews": REVIEWS, "recalled": 1}, "recalled", "must be true or false, not a number"),
        ({"reviews": REVIEWS, "rating": 7}, "rating", f"{RATINGS}, not 7"),
        ({"reviews": REVIEWS, "rating": 3, "recalled": True}, "rating", 'is unknown beside "recalled"'),
        ({"reviews": {}}, "reviews", "must be a list of 0 to 2000 reviews, not an object"),
    ],
    ids=lambda part: str(part)[-30:],
)
def test_wrong_history_is_named_by_its_field(call, card, field, problem):
    code, message, named = refused(call(PREDICT, card))

    assert (code, named) == ("invalid_input", field)
    assert problem in message


def test_unknown_field_of_a_history_is_named_beside_all_that_are_known(call):
    card = {"reviews": REVIEWS, "ease": 5, "learner_state": None}

    assert refused(call(PREDICT, card))[1] == (
        "ease is unknown; known are reviews, recalled, rating, learner_state, now, time_zone, day_starts_at"
    )
    assert refused(call(PREDICT, {"cards": [card]}))[1] == (
        "cards[0].ease is unknown; known are reviews, recalled, rating"
    )
