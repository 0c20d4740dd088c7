"""Each method returns what the service responds: compared with the bare JSON of the same handler.

The blocking client is generated from the other one: most is tested once, that each has every method for both.
"""

import json
from datetime import UTC, datetime, timedelta, timezone

import httpx
import msgspec
import pytest
from recall_client import AsyncClient, Client, Health, History, Review, ThreeInputs

from tests.robustness.gateway import API_KEY, QUALITY, degraded_health

from .wire import ENDPOINT, Wire, call_sync

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
CARD = ThreeInputs(days_since_last_review=3, review_count=4, difficulty=5.5)
HISTORY = History(
    reviews=[
        Review(at=datetime(2026, 11, 12, 8, 15, tzinfo=UTC), rating=1),
        Review(
            at=datetime(2026, 11, 17, 7, 40, tzinfo=timezone(timedelta(hours=1))), rating=4, duration_ms=4000
        ),
        Review(days_ago=5.5, rating=3),
    ]
)
CARD_JSON = {"days_since_last_review": 3, "review_count": 4, "difficulty": 5.5}
HISTORY_JSON = {
    "reviews": [
        {"rating": 1, "at": "2026-11-12T08:15:00Z"},
        {"rating": 4, "at": "2026-11-17T07:40:00+01:00", "duration_ms": 4000},
        {"rating": 3, "days_ago": 5.5},
    ]
}
NOW_JSON = "2026-11-20T09:00:00Z"


@pytest.fixture
def post(gateway):
    """Give the body of the service's own response."""

    def post(path, body):
        headers = {"Content-Type": "application/json", "x-api-key": API_KEY}
        response = gateway.respond("POST", path, headers, json.dumps(body).encode())
        assert response.status == 200, response.body
        return json.loads(response.body)

    return post


def test_predict_of_one_card_is_the_services_response(call, wire, post):
    prediction = call(wire, "predict", CARD, learner_state=None)
    expected = post("/v1/predict", CARD_JSON | {"learner_state": None})

    assert wire.bodies == [CARD_JSON | {"learner_state": None}]
    assert prediction.recall_probability == expected["recall_probability"]
    assert prediction.model == "three_inputs"
    assert prediction.model_version == expected["model_version"]
    assert prediction.out_of_range == ()
    assert prediction.learner_state == expected["learner_state"]
    assert prediction.new is False


def test_predict_of_a_history_sends_its_reviews_with_their_offsets(wire, post):
    prediction = call_sync(wire, "predict", HISTORY, now=NOW)

    assert wire.bodies == [HISTORY_JSON | {"now": NOW_JSON}]
    assert prediction.model == "history"
    assert prediction.recall_probability == post("/v1/predict", wire.bodies[0])["recall_probability"]


def test_predict_of_a_mixed_list_keeps_its_order(wire, post):
    far = ThreeInputs(days_since_last_review=36_000, review_count=4, difficulty=5.5)
    predictions = call_sync(wire, "predict", [CARD, HISTORY, far], now=NOW)
    cards = [CARD_JSON, HISTORY_JSON, CARD_JSON | {"days_since_last_review": 36_000}]
    expected = post("/v1/predict", {"cards": cards, "now": NOW_JSON})

    assert [one.recall_probability for one in predictions] == [
        result["recall_probability"] for result in expected["results"]
    ]
    assert [one.model for one in predictions] == ["three_inputs", "history", "three_inputs"]
    assert list(predictions[2].out_of_range) == expected["results"][2].get("out_of_range", [])
    assert len(predictions) == 3
    assert predictions[1:] == tuple(predictions)[1:]


@pytest.mark.parametrize("outcome", [{"recalled": False}, {"rating": 1}])
def test_outcome_gives_the_learners_state(wire, post, outcome):
    card = ThreeInputs(days_since_last_review=3, review_count=4, difficulty=5.5, **outcome)
    expected = post("/v1/predict", CARD_JSON | outcome)["learner_state"]

    assert call_sync(wire, "predict", card).learner_state == expected
    assert call_sync(wire, "predict", [card]).learner_state == expected
    assert call_sync(wire, "rank", [card]).learner_state == expected
    assert call_sync(wire, "predict", [CARD]).learner_state is None


def test_state_goes_into_every_method_and_comes_back(call, wire, post):
    state = post("/v1/predict", CARD_JSON | {"recalled": True})["learner_state"]

    for method, cards in (("predict", CARD), ("schedule", CARD), ("curve", CARD), ("rank", [CARD])):
        assert call(wire, method, cards, learner_state=state).learner_state == state
    for method in ("predict", "schedule"):
        assert call(wire, method, [CARD, HISTORY], learner_state=state, now=NOW).learner_state == state
    assert [body["learner_state"] for body in wire.bodies] == [state] * 6


def test_new_card_is_new_and_due_after_a_minute(wire):
    assert call_sync(wire, "predict", History(reviews=[])).new is True
    assert call_sync(wire, "schedule", History(reviews=[]), now=NOW).interval.due_at == NOW + timedelta(
        minutes=1
    )


def test_each_rating_has_its_intervals(call, wire, post):
    options = {"now": NOW, "target_recall": [0.9, 0.8], "time_zone": "Asia/Tokyo"}
    rated = call(wire, "schedule_each_rating", HISTORY, **options)
    listed = call(wire, "schedule_each_rating", [HISTORY], **options)
    expected = post(
        "/v1/schedule",
        HISTORY_JSON | options | {"now": NOW_JSON, "for_each_rating": True},
    )

    for name in ("again", "hard", "good", "easy"):
        assert [one.interval_days for one in getattr(rated, name)] == [
            one["interval_days"] for one in expected[name]["intervals"]
        ]
    assert listed[0] == rated


def test_target_that_cannot_be_reached_has_the_highest_recall(wire, post):
    interval = call_sync(wire, "schedule", CARD, target_recall=0.99).interval
    expected = post("/v1/schedule", CARD_JSON | {"target_recall": 0.99})

    assert (interval.reachable, interval.highest_recall) == (False, expected["highest_recall"])


def test_schedule_of_one_target_has_interval_and_due_time(wire, post):
    schedule = call_sync(wire, "schedule", HISTORY, now=NOW, target_recall=0.8)
    expected = post("/v1/schedule", HISTORY_JSON | {"now": NOW_JSON, "target_recall": 0.8})
    due_at = schedule.interval.due_at

    assert schedule.interval.interval_days == expected["interval_days"]
    assert schedule.interval.target_recall == 0.8
    assert due_at == datetime.fromisoformat(expected["due_at"])
    assert due_at.tzinfo is not None
    assert len(schedule.intervals) == 1


def test_schedule_of_several_targets_has_one_interval_for_each(wire):
    card = ThreeInputs(review_count=4, difficulty=5.5, last_review_at=NOW - timedelta(days=3))
    schedule = call_sync(wire, "schedule", card, now=NOW, target_recall=[0.95, 0.5], max_interval=1)

    assert [interval.target_recall for interval in schedule.intervals] == [0.95, 0.5]
    assert schedule.intervals[1].bound_by == "max_interval"
    assert schedule.intervals[1].due_at == NOW - timedelta(days=2)


def test_schedule_of_a_list_keeps_its_order(wire, post):
    schedules = call_sync(wire, "schedule", [CARD, HISTORY], now=NOW, min_interval=1)
    expected = post("/v1/schedule", {"cards": [CARD_JSON, HISTORY_JSON], "now": NOW_JSON, "min_interval": 1})

    assert [one.interval.interval_days for one in schedules] == [
        result["interval_days"] for result in expected["results"]
    ]


def test_curve_has_the_points_of_the_request(wire, post):
    curve = call_sync(wire, "curve", CARD, days=10, points=6)
    expected = post("/v1/curve", CARD_JSON | {"days": 10, "points": 6})

    assert curve.days == (0, 2, 4, 6, 8, 10)
    assert list(curve.recall_probability) == expected["recall_probability"]
    assert curve.model == "three_inputs"


@pytest.mark.parametrize("by", ["recall", "loss"])
def test_rank_is_the_services_order(wire, post, by):
    cards = [ThreeInputs(days_since_last_review=day, review_count=4, difficulty=5.5) for day in (1, 9, 3, 9)]
    body = {"cards": [CARD_JSON | {"days_since_last_review": day} for day in (1, 9, 3, 9)], "by": by}
    ranking = call_sync(wire, "rank", cards, by=by, limit=3)
    expected = post("/v1/rank", body | {"limit": 3})["ranking"]

    assert [card.index for card in ranking.cards] == [card["index"] for card in expected]
    assert [card.expected_loss for card in ranking.cards] == [card.get("expected_loss") for card in expected]
    assert ranking.model_version == "file"


def test_model_has_what_it_was_trained_on(call, wire):
    model = call(wire, "model")

    assert model.model_version == "file"
    assert model.training["reviews"] > 0
    assert [feature.name for feature in model.features] == list(CARD_JSON)
    assert (model.features[2].minimum, model.features[2].maximum) == (1, 10)


def test_own_scikit_learn_model_has_no_training(gateway):
    described = {"model_version": "own-1", "trained_at": None, "training": None, "format": "skops"}
    described |= {"features": [], "maximum_cards": 1000}
    model = call_sync(Wire(gateway, httpx.Response(200, json=described)), "model")

    assert (model.training, model.trained_at, model.format) == (None, None, "skops")


def test_onnx_model_says_what_exported_and_what_serves_it(gateway):
    described = {"model_version": "onnx-1", "trained_at": None, "training": None, "format": "onnx"}
    described |= {"producer": "pytorch 2.13", "opset": {"ai.onnx": 20}, "operators": ["Gemm", "Sigmoid"]}
    described |= {"onnxruntime": "1.32.0", "features": [], "maximum_cards": 1000}
    model = call_sync(Wire(gateway, httpx.Response(200, json=described)), "model")

    assert (model.format, model.producer, model.onnxruntime) == ("onnx", "pytorch 2.13", "1.32.0")
    assert (model.opset, model.operators) == ({"ai.onnx": 20}, ("Gemm", "Sigmoid"))


def test_health_is_the_services(call, wire):
    assert call(wire, "health") == Health(status="ok", model_version="file", degraded=False)


def test_degraded_health_has_its_reason_and_since_when(gateway):
    seen = call_sync(Wire(gateway, httpx.Response(200, json=degraded_health("rejected"))), "health")

    assert (seen.status, seen.degraded, seen.reason) == ("ok", True, "rejected")
    assert seen.since == datetime(2026, 11, 21, 14, tzinfo=UTC)


def test_quality_has_its_week_and_days(call, wire):
    quality = call(wire, "quality")

    assert quality.made_at == datetime.fromisoformat(QUALITY["made_at"])
    assert json.loads(msgspec.json.encode(quality.week)) == QUALITY["week"]
    assert json.loads(msgspec.json.encode(quality.days)) == QUALITY["days"]


def test_time_without_a_zone_is_refused_before_anything_is_sent(wire):
    with pytest.raises(ValueError, match="has no time zone"):
        call_sync(wire, "predict", CARD, now=datetime(2026, 11, 20))  # noqa: DTZ001 - that is the mistake

    assert wire.requests == []


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_representation_has_the_endpoint_and_not_the_key(kind):
    assert repr(kind(ENDPOINT, API_KEY)) == f"{kind.__name__}({ENDPOINT!r})"


@pytest.mark.parametrize("key", ["", "a b", "key\n", "schlüssel"])
def test_key_that_no_header_can_hold_is_refused_without_quoting_it(key):
    with pytest.raises(ValueError, match="ASCII without spaces") as refused:
        Client(ENDPOINT, key)

    assert not key or key not in str(refused.value)


def test_card_may_be_a_dictionary_and_its_reviews_a_generator(call, wire):
    def reviews():
        yield Review(at=datetime(2026, 11, 12, 8, 15, tzinfo=UTC), rating=1)
        yield {"at": datetime(2026, 11, 17, 7, 40, tzinfo=UTC), "rating": 4}

    given = History(reviews=reviews())
    first = call(wire, "predict", given, now=NOW)
    dictionary = call(wire, "predict", {"reviews": reviews(), "recalled": None}, now=NOW)
    listed = call(wire, "predict", [{"reviews": reviews()}, given], now=NOW)

    assert len(wire.bodies[0]["reviews"]) == 2
    assert first.model == "history"
    assert [first, first, first] == [dictionary, *listed]


def test_numbers_that_json_does_not_have_are_refused_before_anything_is_sent(wire):
    with pytest.raises(ValueError, match="not JSON compliant"):
        call_sync(wire, "predict", [CARD, {**CARD_JSON, "difficulty": float("nan")}])

    assert wire.requests == []
