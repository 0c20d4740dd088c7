"""The feed: reviews from the memory's stream into the lake's inbox, and erased learners out of the lake."""

import base64
import json
from datetime import UTC, datetime

import pytest
from botocore.exceptions import EndpointConnectionError

from feed.changes import changes_of
from feed.handler import Feed, _feed, handler
from http_kit.errors import ReviewsUnavailableError
from intake.inbox import Inbox
from memory.reviews import Review, pack_reviews

from .calls import strict_json
from .intakes import FakeInbox

AT = datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC).timestamp()
MICROS = int(datetime(2026, 11, 20, 9, 15, 0, 250_000, tzinfo=UTC).timestamp() * 1e6)


class FakeJobs:
    """Notes which jobs were started; `error` is raised instead, once."""

    def __init__(self):
        self.started = []
        self.error = None

    def invoke(self, *, FunctionName, InvocationType, Payload):
        error, self.error = self.error, None
        if error:
            raise error
        self.started.append((FunctionName, InvocationType, json.loads(Payload)))


@pytest.fixture
def s3():
    return FakeInbox()


@pytest.fixture
def jobs():
    return FakeJobs()


@pytest.fixture
def feed(s3, jobs):
    """Give the call of a warm feed: records in."""
    to_lake = Feed(Inbox(s3, "lake"), jobs, "jobs")
    return lambda *records: to_lake.take(changes_of(records))


def review(event_id, probability=None, **changes):
    values = {"micros": MICROS, "rating": 3, "offset": 60, "shift": -180, "duration_ms": None, "seq": 0}
    return Review(event_id=event_id, probability=probability, **values | changes)


def card(*reviews, model="v1"):
    """Return a card's item with reviews, as the stream writes it."""
    return {
        "version": {"N": "1"},
        "reviews": {"B": base64.b64encode(pack_reviews(reviews)).decode()},
        "model": {"S": model},
    }


def change(before, after, *, learner="ann", item="card#gato", at=AT):
    """Return the record of a change."""
    images = {"OldImage": before, "NewImage": after}
    name = "REMOVE" if after is None else "MODIFY" if before else "INSERT"
    keys = {"learner": {"S": learner}, "item": {"S": item}}
    held = {image: keys | found for image, found in images.items() if found is not None}
    return {"eventName": name, "dynamodb": {"ApproximateCreationDateTime": at, "Keys": keys, **held}}


def erasure(learner):
    """Return the record of the last step of a learner's erasure."""
    return change({"erased": {"BOOL": True}}, None, learner=learner, item="#")


def lines(s3):
    return [strict_json(line) for body in s3.objects.values() for line in body.decode().splitlines()]


def test_added_reviews_are_lines_of_one_object(s3, feed):
    late = review("e0", 0.75, micros=MICROS - 1, rating=1)
    feed(
        change(None, card(review("食べる"))),
        change(
            card(review("e1"), model="v1"),
            card(late, review("e1"), review("e2", 0.5), model="v2"),
            learner="bob",
            item="card#card#a b",
            at=AT - 5,
        ),
    )

    received = "2026-11-20T23:59:59.000000Z"
    (key,) = s3.objects
    assert key.startswith("reviews/inbox/2026-11-20/")
    assert lines(s3) == [
        {
            "event_id": event_id,
            "learner": learner,
            "card": name,
            "reviewed_at": f"2026-11-20T09:{time}Z",
            "rating": rating,
            "recall_probability": probability,
            "model_version": model,
            "received_at": received,
        }
        for event_id, learner, name, time, rating, probability, model in [
            ("e0", "bob", "card#a b", "15:00.249999", 1, 0.75, "v2"),
            ("e2", "bob", "card#a b", "15:00.250000", 3, 0.5, "v2"),
            ("食べる", "ann", "gato", "15:00.250000", 3, None, None),
        ]
    ]


def test_imported_review_has_no_prediction_that_was_shown(s3, feed):
    days = 86_400_000_000
    feed(
        change(
            None,
            card(review("old", 0.5, micros=MICROS - 8 * days), review("new", 0.5, micros=MICROS - 6 * days)),
        )
    )

    assert [(line["event_id"], line["recall_probability"], line["model_version"]) for line in lines(s3)] == [
        ("new", 0.5, "v1"),
        ("old", None, None),
    ]


def test_same_batch_again_makes_no_second_object(s3, feed):
    batch = [change(None, card(review("e1")), learner=name) for name in ("ann", "bob")]
    feed(*batch)
    feed(*batch)

    assert len(s3.objects) == 1
    assert sorted(line["learner"] for line in lines(s3)) == ["ann", "bob"]


@pytest.mark.parametrize(
    "record",
    [
        change(None, {"version": {"N": "1"}}, item="#"),
        change({"version": {"N": "1"}}, {"erased": {"BOOL": True}}, item="#"),
        change({"version": {"N": "9"}}, None, item="#"),
        change(card(review("e1"), review("e2")), card(review("e2"))),
        change(card(review("e1")), None),
    ],
    ids=["learner", "erasure begins", "learner's retention ends", "undo", "card removed"],
)
def test_other_changes_do_nothing(s3, jobs, feed, record):
    feed(record)

    assert s3.objects == {}
    assert jobs.started == []


def test_erased_learner_is_erased_from_the_lake_after_the_others_reviews_are_stored(s3, jobs, feed):
    feed(
        change(None, card(review("e1")), learner="--help"),
        change(None, card(review("e2")), learner="bob"),
        erasure("--help"),
        erasure("ann"),
        erasure("--help"),
    )

    assert [line["learner"] for line in lines(s3)] == ["bob"]
    assert jobs.started == [("jobs", "Event", {"command": ["erase", "--", "--help", "ann"]})]


@pytest.mark.parametrize("broken", ["s3", "jobs"])
def test_batch_that_failed_can_be_given_again(s3, jobs, feed, broken):
    batch = [change(None, card(review("e1")), learner="bob"), erasure("ann")]
    {"s3": s3, "jobs": jobs}[broken].error = EndpointConnectionError(endpoint_url="http://aws")

    with pytest.raises((ReviewsUnavailableError, EndpointConnectionError)):
        feed(*batch)
    assert jobs.started == []
    feed(*batch)

    assert [line["event_id"] for line in lines(s3)] == ["e1"]
    assert len(jobs.started) == 1


def test_job_erases_no_more_learners_than_an_event_can_name(jobs, feed):
    feed(*(erasure("😀" * 124 + f"{number:04}") for number in range(101)))

    commands = [event["command"] for _, _, event in jobs.started]
    assert [len(command) for command in commands] == [102, 3]
    assert len(json.dumps(commands[0])) < 256_000


def test_object_has_no_more_reviews_than_a_request(s3, feed):
    reviews = [review(f"e{number:04}", seq=number) for number in range(2_001)]
    feed(change(None, card(*reviews)))

    assert sorted(body.count(b"\n") for body in s3.objects.values()) == [1, 1_000, 1_000]
    assert len({line["event_id"] for line in lines(s3)}) == 2_001


def test_log_line_counts_and_names_nobody(s3, jobs, monkeypatch, capsys):
    for name, value in {"LAKE_BUCKET": "lake", "JOBS_FUNCTION": "jobs"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("boto3.client", lambda name, **_: {"s3": s3, "lambda": jobs}[name])
    _feed.cache_clear()
    records = [change(None, card(review("secret"), review("e2")), learner="bob"), erasure("ann")]
    handler({"Records": records}, None)
    _feed.cache_clear()

    assert strict_json(capsys.readouterr().out) == {
        "level": "INFO",
        "message": "feed",
        "records": 2,
        "reviews": 2,
        "erased": 1,
    }
    assert len(s3.objects) == len(jobs.started) == 1
