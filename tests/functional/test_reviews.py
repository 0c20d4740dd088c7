"""POST /v1/reviews: what is stored, what is rejected, and which prediction stays."""

import json

import pytest

import inference.handler

from .calls import load_event, refused, response_of
from .memories import NOW, REVIEW, Memory

LEARNERS = ("ann", "bob", "😀" * 128)


@pytest.fixture
def function(device):
    """Give the memory's function, at the moment `NOW`."""
    return device(clock=lambda: NOW)


@pytest.fixture
def post(function):
    """Give the call of the function: reviews in, a `Response` out."""
    return lambda *reviews: function.call("POST", "/v1/reviews", {"reviews": reviews})


@pytest.fixture
def kept(function):
    """Give what tells learner, card, event id and rating of each review that is stored."""

    def kept():
        return sorted(
            (name, each["card"], each["event_id"], each["rating"])
            for name in LEARNERS
            for each in function.export(name)
        )

    return kept


def event(body):
    return load_event("predict_single", path="/v1/reviews", body=body)


def counts(answer):
    assert answer.status == 202
    return answer.body["accepted"], answer.body["repeated"], len(answer.body["rejected"])


def test_same_request_again_is_stored_once_in_whatever_order(post, kept):
    reviews = [REVIEW | {"event_id": f"e{n}"} for n in range(3)]

    assert counts(post(*reviews)) == (3, 0, 0)
    assert counts(post(*reviews)) == (0, 3, 0)
    assert counts(post(*reversed(reviews))) == (0, 3, 0)
    assert len(kept()) == 3


def test_event_twice_in_one_request_is_stored_once_the_first(post, kept):
    answer = post(REVIEW, REVIEW | {"rating": 1}, REVIEW | {"event_id": "e2"})

    assert counts(answer) == (2, 1, 0)
    assert kept() == [("ann", "gato", "e1", 3), ("ann", "gato", "e2", 3)]


def test_same_id_of_another_learner_or_card_is_another_event(post, kept):
    answer = post(REVIEW, REVIEW | {"learner": "bob"}, REVIEW | {"card": "perro"})

    assert counts(answer) == (3, 0, 0)
    assert [one[:3] for one in kept()] == [
        ("ann", "gato", "e1"),
        ("ann", "perro", "e1"),
        ("bob", "gato", "e1"),
    ]


def test_wrong_ones_are_rejected_by_their_place_and_the_others_stored(post, kept):
    answer = post(
        REVIEW,
        REVIEW | {"event_id": "e2", "rating": 5},
        {"event_id": "e3"},
        "ann",
        REVIEW | {"event_id": "e4"},
    )

    assert counts(answer) == (2, 0, 3)
    assert answer.body["rejected"][0] == {
        "index": 1,
        "error": {
            "code": "invalid_input",
            "message": "reviews[1].rating must be 1 (Again), 2 (Hard), 3 (Good) or 4 (Easy), not 5",
            "field": "reviews[1].rating",
        },
    }
    assert [(one["index"], one["error"]["field"]) for one in answer.body["rejected"][1:]] == [
        (2, "reviews[2].rating"),
        (3, "reviews[3]"),
    ]
    assert [one[2] for one in kept()] == ["e1", "e4"]


AN_ID = "must be text of 1 to 128 characters, without control characters"
A_TIME = "must be an RFC 3339 time with Z or an offset"
WRONG = [
    ({"rating": 0}, "rating", "must be 1 (Again), 2 (Hard), 3 (Good) or 4 (Easy), not 0"),
    ({"rating": True}, "rating", "not a boolean"),
    ({"event_id": ""}, "event_id", AN_ID),
    ({"event_id": 7}, "event_id", "not 7"),
    ({"learner": "a" * 129}, "learner", AN_ID),
    ({"learner": "a\n"}, "learner", AN_ID),
    ({"card": "\ud800"}, "card", AN_ID),
    ({"card": "a\u2028b"}, "card", AN_ID),
    ({"reviewed_at": "2026-11-20T08:15:00"}, "reviewed_at", A_TIME),
    ({"reviewed_at": 1}, "reviewed_at", A_TIME),
    ({"reviewed_at": "1970-01-01T00:00:00+01:00"}, "reviewed_at", "must not be before 1970"),
    ({"reviewed_at": "2026-11-21T12:00:01Z"}, "reviewed_at", "a day after now (2026-11-20T12:00:00Z)"),
    ({"recall_probability": 1.01}, "recall_probability", "must be a number from 0 to 1, not 1.01"),
    ({"recall_probability": None}, "recall_probability", "not null"),
    ({"model_version": ""}, "model_version", AN_ID),
    (
        {"received_at": "2026-11-20T08:15:00Z"},
        "received_at",
        "is unknown; known are event_id, learner",
    ),
]


@pytest.mark.parametrize(("change", "field", "says"), WRONG)
def test_wrong_field_is_named_with_what_is_allowed(post, kept, change, field, says):
    code, message, where = refused(post(REVIEW | change))

    assert (code, where) == ("invalid_input", f"reviews[0].{field}")
    assert message.startswith(f"reviews[0].{field} ")
    assert says in message
    assert kept() == []


def test_missing_field_is_named(post, kept):
    for name in REVIEW:
        message = refused(post({key: value for key, value in REVIEW.items() if key != name}))[1]

        assert message.startswith(f"reviews[0].{name} is missing; it must be ")


def test_values_at_their_bounds_are_stored(post, kept):
    bounds = [
        {"card": "a" * 128},
        {"learner": "😀" * 128},
        {"reviewed_at": "1970-01-01T00:00:00Z"},
        {"reviewed_at": "2026-11-21T12:00:00Z"},
        {"recall_probability": 0},
    ]
    reviews = [REVIEW | change | {"event_id": f"e{n}"} for n, change in enumerate(bounds)]

    assert counts(post(*reviews)) == (5, 0, 0)
    assert len(kept()) == 5


ENVELOPES = [
    ("{", "malformed_body", "body", "such as {\"reviews\": [{\"event_id\""),
    ("[]", "invalid_input", "body", "must be a JSON object"),
    ("{}", "invalid_input", "reviews", "is missing; it must be a list of 1 to 1000 reviews"),
    ('{"reviews": []}', "invalid_input", "reviews", "not a list of 0"),
    ('{"reviews": {}}', "invalid_input", "reviews", "not an object"),
    (json.dumps({"reviews": [REVIEW] * 1001}), "invalid_input", "reviews", "not a list of 1001"),
    (json.dumps({"reviews": [REVIEW], "cards": []}), "invalid_input", "cards", "is unknown here"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "code", "field", "says"), ENVELOPES)
def test_wrong_envelope_is_refused_as_a_whole(function, kept, body, code, field, says):
    told = refused(function.call("POST", "/v1/reviews", body))

    assert (told[0], told[2]) == (code, field)
    assert says in told[1]
    assert kept() == []


def predictions(function, **sent):
    """Return the predictions of a card's two reviews, of which the second was sent with one."""
    second = REVIEW | {"event_id": "e2", "reviewed_at": "2026-11-20T11:15:00Z"}
    assert counts(function.call("POST", "/v1/reviews", {"reviews": [REVIEW, second | sent]})) == (2, 0, 0)
    card = function.card("ann", "gato").body
    return [each["recall_probability"] for each in card["reviews"]], card["model_version"]


def test_prediction_of_the_live_model_is_kept_and_one_without_a_version_counts_as_its(device, tables):
    version = predictions(device(clock=lambda: NOW))[1]
    for sent in ({"recall_probability": 0.25}, {"recall_probability": 0.25, "model_version": version}):
        other = Memory(tables.create(), tables.url, clock=lambda: NOW)

        assert predictions(other, **sent) == ([None, 0.25], version)
        other.close()


@pytest.mark.parametrize("sent", [{"recall_probability": 0.25}, {}])
def test_prediction_of_another_model_gives_way_to_the_live_models_own(function, tables, sent):
    other = Memory(tables.create(), tables.url, clock=lambda: NOW)
    own = predictions(other)
    other.close()

    assert 0.9 < own[0][1] < 1
    assert predictions(function, model_version="v7", **sent) == own


def test_log_line_counts_and_holds_nothing_of_the_reviews(function, post, capsys):
    version = predictions(function)[1]
    capsys.readouterr()
    secret = REVIEW | {"learner": "secret"}
    post(secret, secret, {"event_id": "other-secret"})
    text = capsys.readouterr().out

    assert "secret" not in text
    assert json.loads(text) | {"latency_ms": 0} == {
        "level": "INFO",
        "message": "request",
        "request_id": "r-1",
        "method": "POST",
        "path": "/v1/reviews",
        "status": 202,
        "latency_ms": 0,
        "cold_start": False,
        "accepted": 1,
        "repeated": 1,
        "rejected": 1,
        "model_version": version,
    }


def test_deployment_that_collects_nothing_says_how_to_turn_it_on(environment):
    service = inference.handler.make_service(environment)
    code, message, field = refused(
        response_of(service.respond(event(json.dumps({"reviews": [REVIEW]})))), 404
    )

    assert (code, field) == ("not_found", "path")
    assert "reviews_retention_days in cdk.json" in message
    wrong = response_of(service.respond(event("") | {"httpMethod": "GET"}))
    assert refused(wrong, 405)[1] == "method must be POST for /v1/reviews"
