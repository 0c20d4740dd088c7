"""What a caller gets for a right request, and for a path or method that there isn't."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.features import FEATURES

from ..unit.strategies import days, difficulties, review_counts
from .calls import CARD, error_of, load_event, post
from .fakes import THREE_INPUTS, TRAINING

CARDS = st.builds(
    lambda *values: dict(zip(CARD, values, strict=True)),
    days | st.integers(0, 36_500),
    review_counts | review_counts.map(float),
    difficulties | st.integers(1, 10),
)


@pytest.mark.parametrize(
    ("name", "status"),
    [("predict_single", 200), ("health", 200), ("unknown_path", 404), ("wrong_method", 405)],
)
def test_every_response_has_the_headers_of_the_service(invoke, name, status):
    event = load_event(name)
    response = invoke(event)

    assert response.status == status
    assert response.headers == {
        "Content-Type": "application/json",
        "Cache-Control": "no-store",
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "X-Request-Id, Retry-After, Link",
        "X-Request-Id": event["requestContext"]["requestId"],
        **({"Allow": "POST"} if name == "wrong_method" else {}),
    }


@pytest.mark.parametrize(
    "name", ["predict_single", "predict_base64", "predict_lower_case_headers", "predict_charset"]
)
def test_one_card_gets_its_recall_probability(invoke, name):
    assert invoke(load_event(name)).body == {
        "recall_probability": THREE_INPUTS.recall_probability(3, 4, 5.5),
        "model": "three_inputs",
        "model_version": "file",
    }


def test_batch_gets_one_result_a_card_in_order(invoke):
    expected = [THREE_INPUTS.recall_probability(0.5, 1, 2.35), THREE_INPUTS.recall_probability(30, 12, 8)]

    assert invoke(load_event("predict_batch")).body == {
        "results": [
            {"recall_probability": p, "model": "three_inputs", "model_version": "file"} for p in expected
        ],
        "model_version": "file",
    }


@given(st.lists(CARDS, min_size=1, max_size=10))
def test_any_valid_batch_gets_exactly_the_curves_probabilities(send, cards):
    response = send(post({"cards": cards}))

    assert [r["recall_probability"] for r in response.body["results"]] == [
        THREE_INPUTS.recall_probability(*card.values()) for card in cards
    ]


def test_thousand_cards_get_their_results_in_order(send):
    cards = [CARD | {"days_since_last_review": day} for day in range(1000)]
    response = send(post({"cards": cards}))

    assert [r["recall_probability"] for r in response.body["results"]] == [
        THREE_INPUTS.recall_probability(day, 4, 5.5) for day in range(1000)
    ]


def test_single_card_and_list_of_one_agree(send):
    assert send(post({"cards": [CARD]})).body["results"] == [send(post(CARD)).body]


def test_order_of_the_fields_and_white_space_do_not_matter(send):
    turned = json.dumps(dict(reversed(CARD.items())), indent=4)

    assert send(post(f"\r\n\t {turned}\n")).body == send(post(CARD)).body


@pytest.mark.parametrize("bound", ["minimum", "maximum"])
def test_bounds_of_the_features_belong_to_their_ranges(send, bound):
    values = [getattr(feature, bound) for feature in FEATURES]
    card = dict(zip(CARD, values, strict=True))

    assert send(post(card)).body["recall_probability"] == THREE_INPUTS.recall_probability(*values)


def test_model_says_what_it_is_and_what_it_takes(invoke):
    assert invoke(load_event("model")).body == {
        "model_version": "file",
        "trained_at": None,
        "training": TRAINING,
        "features": [
            {
                "name": "days_since_last_review",
                "unit": "days",
                "minimum": 0,
                "maximum": 36_500,
                "integer": False,
            },
            {"name": "review_count", "unit": "review days", "minimum": 1, "maximum": 10_000, "integer": True},
            {
                "name": "difficulty",
                "unit": "1 (easy) to 10 (hard)",
                "minimum": 1,
                "maximum": 10,
                "integer": False,
            },
        ],
        "maximum_cards": 1000,
    }


def test_health_says_which_model_answers(invoke):
    assert invoke(load_event("health")).body == {
        "status": "ok",
        "model_version": "file",
        "degraded": False,
    }


def test_unknown_path_names_the_known_ones(invoke):
    assert error_of(invoke(load_event("unknown_path"))) == (
        "not_found",
        "path is unknown; known are /v1/predict, /v1/schedule, /v1/curve, /v1/rank, "
        "/v1/learners/{learner}/reviews, /v1/learners/{learner}/due, /v1/learners/{learner}/cards/{card}, "
        "/v1/learners/{learner}/reviews/{event_id}, /v1/learners/{learner}, /v1/learners/{learner}/export, "
        "/v1/learners/{learner}/import, /v1/reviews, /v1/quality, /v1/embed, /v1/similar, /v1/topics, "
        "/v1/model, /v1/model/parameters, /v1/health, /v1/openapi.json, /v1/docs",
        "path",
    )


@pytest.mark.parametrize(
    ("method", "path", "right"),
    [
        ("GET", "/v1/predict", "POST"),
        ("post", "/v1/predict", "POST"),
        ("DELETE", "/v1/health", "GET"),
    ],
)
def test_wrong_method_names_the_right_one(send, method, path, right):
    response = send(load_event("wrong_method", httpMethod=method, path=path))

    assert response.status == 405
    assert error_of(response) == ("method_not_allowed", f"method must be {right} for {path}", "method")


def test_head_of_a_get_path_is_its_response_without_the_body(send):
    got, head = (
        send(load_event("health", httpMethod=method, path=path))
        for method, path in (("GET", "/v1/health"), ("HEAD", "/v1/health/"))
    )

    assert (head.status, head.body) == (200, "")
    assert head.headers["Content-Type"] == got.headers["Content-Type"]
    assert send(load_event("health", httpMethod="HEAD", path="/v1/predict")).status == 405


def test_slash_at_the_end_of_a_path_does_not_matter(send):
    assert send(load_event("predict_single", path="/v1/predict/")).body == send(post(CARD)).body


def test_event_without_a_part_gets_a_response_all_the_same(send):
    statuses = {"requestContext": 200, "headers": 415, "path": 404, "httpMethod": 405}

    assert {name: send(load_event("predict_single", **{name: None})).status for name in statuses} == statuses
