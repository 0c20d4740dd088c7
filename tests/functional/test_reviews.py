"""POST /v1/reviews: what is stored, what is rejected, and what a caller is told when S3 fails.

What callers see of it doesn't depend on who stores the reviews: `to_either` is the intake or the memory.
"""

import base64
import hashlib
import json

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

import inference.handler
from intake.handler import make_service

from .calls import lines_of, load_event, refused, response_of, strict_json
from .intakes import NOW, REVIEW, FakeInbox, new_intake, refusal

A_DAY = 24 * 3600


@pytest.fixture
def s3():
    return FakeInbox()


@pytest.fixture
def post(s3):
    """Give the call of a warm intake: reviews in, a `Response` out."""
    send = new_intake(s3)
    return lambda *reviews: send(event(json.dumps({"reviews": reviews})))


class Either:
    """The function behind the path: the call with reviews, and what it keeps of them."""

    def __init__(self, send, kept):
        self._send, self._kept = send, kept

    def __call__(self, *reviews, body=None):
        return self._send(json.dumps({"reviews": reviews}) if body is None else body)

    def kept(self):
        """Return learner, card, event id and rating of each review that is stored."""
        return sorted(self._kept())


@pytest.fixture(params=["intake", "memory"])
def to_either(request, s3):
    """Give the call of a warm function."""
    if request.param == "memory":
        memory = request.getfixturevalue("device")(clock=lambda: NOW)
        names = {"ann", "bob", "😀" * 128}

        def exported():
            return [
                (name, each["card"], each["event_id"], each["rating"])
                for name in names
                for each in memory.export(name)
            ]

        return Either(lambda body: memory.call("POST", "/v1/reviews", body), exported)
    send = new_intake(s3)
    names = ("learner", "card", "event_id", "rating")
    return Either(
        lambda body: send(event(body)), lambda: [tuple(line[name] for name in names) for line in stored(s3)]
    )


def event(body):
    return load_event("predict_single", path="/v1/reviews", body=body)


def counts(answer):
    assert answer.status == 202
    return answer.body["accepted"], answer.body["repeated"], len(answer.body["rejected"])


def stored(s3):
    """Return the lines of everything that is stored."""
    return [strict_json(line) for body in s3.objects.values() for line in body.decode().splitlines()]


def test_reviews_are_stored_as_they_were_sent(s3, post):
    shown = {"event_id": "e2", "reviewed_at": "2026-11-20T10:15:00.25+01:00", "rating": 1.0, "card": "食べる"}
    answer = post(REVIEW, REVIEW | shown | {"recall_probability": 1, "model_version": "v7"})

    assert counts(answer) == (2, 0, 0)
    assert stored(s3) == [
        REVIEW
        | {
            "reviewed_at": "2026-11-20T08:15:00.000000Z",
            "recall_probability": None,
            "model_version": None,
            "received_at": "2026-11-20T12:00:00.000000Z",
        },
        {
            "event_id": "e2",
            "learner": "ann",
            "card": "食べる",
            "reviewed_at": "2026-11-20T09:15:00.250000Z",
            "rating": 1,
            "recall_probability": 1.0,
            "model_version": "v7",
            "received_at": "2026-11-20T12:00:00.000000Z",
        },
    ]


def test_object_is_named_after_what_is_in_it_and_sent_with_its_checksum(s3, post):
    post(REVIEW)
    ((key, body),) = s3.objects.items()
    lines = [strict_json(line) for line in body.decode().splitlines()]
    without_time = "".join(
        json.dumps({k: v for k, v in line.items() if k != "received_at"}, separators=(",", ":")) + "\n"
        for line in lines
    )

    assert key == f"reviews/inbox/2026-11-20/{hashlib.sha256(without_time.encode()).hexdigest()}.jsonl"
    assert s3.calls == [
        {
            "Bucket": "lake",
            "Key": key,
            "ContentType": "application/jsonl",
            "ChecksumSHA256": base64.b64encode(hashlib.sha256(body).digest()).decode(),
            "IfNoneMatch": "*",
        }
    ]


def test_same_request_again_is_stored_once_in_whatever_order(to_either):
    reviews = [REVIEW | {"event_id": f"e{n}"} for n in range(3)]

    assert counts(to_either(*reviews)) == (3, 0, 0)
    assert counts(to_either(*reviews)) == (0, 3, 0)
    assert counts(to_either(*reversed(reviews))) == (0, 3, 0)
    assert len(to_either.kept()) == 3


def test_event_twice_in_one_request_is_stored_once_the_first(to_either):
    answer = to_either(REVIEW, REVIEW | {"rating": 1}, REVIEW | {"event_id": "e2"})

    assert counts(answer) == (2, 1, 0)
    assert to_either.kept() == [("ann", "gato", "e1", 3), ("ann", "gato", "e2", 3)]


def test_same_id_of_another_learner_or_card_is_another_event(to_either):
    answer = to_either(REVIEW, REVIEW | {"learner": "bob"}, REVIEW | {"card": "perro"})

    assert counts(answer) == (3, 0, 0)
    assert [kept[:3] for kept in to_either.kept()] == [
        ("ann", "gato", "e1"),
        ("ann", "perro", "e1"),
        ("bob", "gato", "e1"),
    ]


def test_wrong_ones_are_rejected_by_their_place_and_the_others_stored(to_either):
    answer = to_either(
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
        (2, "reviews[2].learner"),
        (3, "reviews[3]"),
    ]
    assert [kept[2] for kept in to_either.kept()] == ["e1", "e4"]


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
def test_wrong_field_is_named_with_what_is_allowed(to_either, change, field, says):
    code, message, where = refused(to_either(REVIEW | change))

    assert (code, where) == ("invalid_input", f"reviews[0].{field}")
    assert message.startswith(f"reviews[0].{field} ")
    assert says in message
    assert to_either.kept() == []


def test_missing_field_is_named(to_either):
    for name in REVIEW:
        message = refused(to_either({key: value for key, value in REVIEW.items() if key != name}))[1]

        assert message.startswith(f"reviews[0].{name} is missing; it must be ")


def test_values_at_their_bounds_are_stored(to_either):
    bounds = [
        {"card": "a" * 128},
        {"learner": "😀" * 128},
        {"reviewed_at": "1970-01-01T00:00:00Z"},
        {"reviewed_at": "2026-11-21T12:00:00Z"},
        {"recall_probability": 0},
    ]
    reviews = [REVIEW | change | {"event_id": f"e{n}"} for n, change in enumerate(bounds)]

    assert counts(to_either(*reviews)) == (5, 0, 0)
    assert len(to_either.kept()) == 5


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
def test_wrong_envelope_is_refused_as_a_whole(to_either, body, code, field, says):
    told = refused(to_either(body=body))

    assert (told[0], told[2]) == (code, field)
    assert says in told[1]
    assert to_either.kept() == []


@pytest.mark.parametrize(
    "error",
    [refusal("SlowDown"), EndpointConnectionError(endpoint_url="http://lake")],
    ids=["slow down", "no connection"],
)
def test_s3_that_fails_is_a_503_and_trying_again_stores(s3, post, capsys, error):
    s3.error = error
    answer = post(REVIEW)
    code, message, field = refused(answer, 503)

    assert (code, message, field) == (
        "reviews_unavailable",
        "the reviews can't be stored at the moment; send them again",
        None,
    )
    assert answer.headers["Retry-After"] == "5"
    log = lines_of(capsys)[0]
    assert log[0]["message"] == "reviews_not_stored"
    assert type(error).__name__ in log[0]["traceback"]
    assert counts(post(REVIEW)) == (1, 0, 0)


def test_function_that_dies_after_storing_stores_nothing_twice(s3, post):
    """The object is there, the answer was never sent: the client tries again."""
    s3.error, s3.stores_anyway = EndpointConnectionError(endpoint_url="http://lake"), True
    refused(post(REVIEW), 503)

    assert counts(post(REVIEW)) == (0, 1, 0)
    assert len(stored(s3)) == 1


def test_own_second_try_is_no_repetition(s3, post):
    s3.error, s3.stores_anyway = refusal("PreconditionFailed", retries=1), True

    assert counts(post(REVIEW)) == (1, 0, 0)


def test_log_line_counts_and_holds_nothing_of_the_reviews(post, capsys):
    secret = REVIEW | {"learner": "secret"}
    post(secret, secret, {"event_id": "other-secret"})
    text = capsys.readouterr().out

    assert "secret" not in text
    assert json.loads(text) | {"latency_ms": 0} == {
        "level": "INFO",
        "message": "request",
        "request_id": "c6af9ac6-7b61-11e6-9a41-93e8deadbee0",
        "method": "POST",
        "path": "/v1/reviews",
        "status": 202,
        "latency_ms": 0,
        "cold_start": True,
        "accepted": 1,
        "repeated": 1,
        "rejected": 1,
    }


def test_what_breaks_in_here_is_a_500_without_a_trace(s3, post, capsys):
    s3.error = RuntimeError("secret")

    assert refused(post(REVIEW), 500)[0] == "internal_error"
    assert "secret" in lines_of(capsys)[0][0]["traceback"]


def test_service_stores_in_the_bucket_that_the_environment_names(s3, monkeypatch):
    monkeypatch.setattr(boto3, "client", lambda *_, **__: s3)
    service = make_service({"LAKE_BUCKET": "b"})
    review = REVIEW | {"reviewed_at": "2020-01-01T00:00:00Z"}
    answer = response_of(service.respond(event(json.dumps({"reviews": [review]}))))

    assert answer.status == 202
    assert s3.calls[0]["Bucket"] == "b"


def test_deployment_that_collects_nothing_says_how_to_turn_it_on(environment):
    service = inference.handler.make_service(environment)
    code, message, field = refused(
        response_of(service.respond(event(json.dumps({"reviews": [REVIEW]})))), 404
    )

    assert (code, field) == ("not_found", "path")
    assert "reviews_retention_days in cdk.json" in message
    wrong = response_of(service.respond(event("") | {"httpMethod": "GET"}))
    assert refused(wrong, 405)[1] == "method must be POST for /v1/reviews"


def test_time_of_receipt_is_no_part_of_the_name_but_its_day_is(s3):
    for later in (0, 60, A_DAY):
        new_intake(s3, NOW + later)(event(json.dumps({"reviews": [REVIEW]})))
    names = [key.rpartition("/")[2] for key in s3.objects]

    assert [key.split("/")[2] for key in s3.objects] == ["2026-11-20", "2026-11-21"]
    assert names[0] == names[1]
