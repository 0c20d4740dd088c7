"""The loader: what the memory's stream says, row by row, and what the function does with a batch."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import EndpointConnectionError

from lake.errors import TableError
from lake.schema import COLUMNS, STATE
from lake.table import Applied, Key
from loader import handler
from loader.changes import changes_of
from loader.handler import Loader
from loader.settings import Settings

from .calls import strict_json
from .stream_records import AT, MICROS, REVIEWED_AT, card, change, erasure, review

RECEIVED_AT = datetime.fromtimestamp(AT, UTC)
DAY = 86_400_000_000
ENVIRONMENT = {
    "TABLE_BUCKET_ARN": "arn:aws:s3tables:us-east-1:000000000000:bucket/recall-test",
    "LAKE_JOBS_FUNCTION": "jobs",
    "FAILED_QUEUE_URL": "http://queue",
}


def dicts(rows):
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def events(rows):
    return [(row["learner"], row["card"], row["event_id"]) for row in dicts(rows)]


def test_added_reviews_are_rows_after_those_that_the_card_had():
    had, late = review("e1", rating=1), review("e0", 0.75, micros=MICROS - DAY, seq=4)
    record = change(
        card(had), card(late, had, review("e2", 0.5, micros=MICROS + DAY, seq=5), model="v2"), at=AT + 90_000
    )

    first, second = dicts(changes_of([record]).rows)

    assert (first["event_id"], first["recall_probability"], first["model_version"]) == ("e0", 0.75, "v2")
    assert (first["review_count"], first["after_reviews"]) == (None, 1)
    assert (second["event_id"], second["reviews"], second["failures"]) == ("e2", 2, 1)
    assert second["reviewed_at"] == REVIEWED_AT + timedelta(days=1)
    assert second["received_at"] == RECEIVED_AT + timedelta(seconds=90_000)
    assert second["days_since_last_review"] == 1.0


def test_row_has_the_state_that_the_last_write_noted():
    states = {7: (0.5, *(0.1 * number for number in range(6)))}
    record = change(None, card(review("e1", seq=7), review("e2", seq=8), states=states), item="card#card#a b")

    known, unknown = dicts(changes_of([record]).rows)

    assert tuple(known[name] for name in STATE) == states[7]
    assert {unknown[name] for name in STATE} == {None}
    assert known["card"] == "card#a b"


def test_imported_review_has_no_prediction_that_was_shown():
    old, new = (review(name, 0.5, micros=MICROS - days * DAY) for name, days in (("old", 8), ("new", 6)))

    rows = dicts(changes_of([change(None, card(old, new))]).rows)

    assert [(row["event_id"], row["recall_probability"], row["model_version"]) for row in rows] == [
        ("old", None, None),
        ("new", 0.5, "v1"),
    ]


@pytest.mark.parametrize(
    ("after", "gone"),
    [(card(review("e2")), ["e1"]), (None, ["e1", "e2"])],
    ids=["undone", "card deleted, or its retention over"],
)
def test_reviews_that_a_card_has_no_longer_are_removed(after, gone):
    changes = changes_of([change(card(review("e1"), review("e2")), after)])

    assert changes.removed == [Key("ann", "gato", event, REVIEWED_AT) for event in gone]
    assert changes.rows == []


@pytest.mark.parametrize(
    "record",
    [
        change(None, {"version": {"N": "1"}}, item="#"),
        change({"version": {"N": "1"}}, {"erased": {"BOOL": True}}, item="#"),
        change({"version": {"N": "9"}}, None, item="#"),
        change(card(review("e1")), card(review("e1"))),
    ],
    ids=["learner", "erasure begins", "learner's retention ends", "card without a new review"],
)
def test_other_changes_say_nothing(record):
    assert changes_of([record]) == ([], [], {}, [])


def test_last_change_of_a_review_wins():
    sent, undone = change(None, card(review("e1"))), change(card(review("e1")), None)

    assert changes_of([sent, undone]) == ([], [Key("ann", "gato", "e1", REVIEWED_AT)], {}, [])


def test_review_that_was_undone_and_sent_again_is_removed_and_added():
    again = review("e1", rating=1, micros=MICROS + DAY)
    changes = changes_of(
        [change(card(review("e1")), None), change(None, card(again)), change(card(again), None)] * 2
        + [change(None, card(again))]
    )

    assert changes.removed == [Key("ann", "gato", "e1", REVIEWED_AT)]  # as the table has it, not as of later
    assert [row["rating"] for row in dicts(changes.rows)] == [1]


def test_of_an_erased_learner_only_what_came_afterwards_is_left():
    changes = changes_of(
        [
            change(None, card(review("e1")), learner="--help"),
            change(card(review("e2")), None, learner="--help"),
            change(None, card(review("e3")), learner="bob"),
            erasure("--help", at=AT + 1),
            change(None, card(review("anew")), learner="--help"),
        ]
    )

    assert sorted(events(changes.rows)) == [("--help", "gato", "anew"), ("bob", "gato", "e3")]
    assert [key.event_id for key in changes.removed] == ["e2"]
    assert changes.erased == {"--help": RECEIVED_AT + timedelta(seconds=1)}


BAD_BYTES = {"reviews": {"B": "AAAA"}, "model": {"S": "v1"}}
LATER_BY_A_DAY = review("e1", micros=MICROS + DAY, rating=7)


@pytest.mark.parametrize(
    ("record", "named"),
    [
        (change(None, BAD_BYTES), ("ann", "card#gato", "111")),
        (change(None, {"reviews": {"B": "§"}}), ("ann", "card#gato", "111")),
        (change(None, {"version": {"N": "1"}}), ("ann", "card#gato", "111")),
        (change(None, card(LATER_BY_A_DAY)), ("ann", "card#gato", "111")),
        ({"eventName": "REMOVE", "dynamodb": change(None, None)["dynamodb"]}, ("ann", "card#gato", "111")),
        ({"eventName": "INSERT", "dynamodb": {}}, (None, None, None)),
        ({"eventName": "INSERT"}, (None, None, None)),
    ],
    ids=["cut off", "no base64", "no reviews", "no such rating", "no old image", "no keys", "no change"],
)
def test_unreadable_record_is_named_and_the_others_go_on(record, named):
    changes = changes_of([record, change(None, card(review("e1")), learner="bob")])

    (unreadable,) = changes.unreadable
    assert unreadable[:3] == named
    assert "rror: " in unreadable.reason
    assert events(changes.rows) == [("bob", "gato", "e1")]


class FakeTable:
    """Notes what it is told; `error` is raised instead, once."""

    def __init__(self):
        self.told = []
        self.error = None

    def apply(self, rows, removed):
        error, self.error = self.error, None
        if error:
            raise error
        self.told.append(("apply", events(rows), [key.event_id for key in removed]))
        return Applied(len(rows), 1, len(removed))

    def forget(self):
        self.told.append("forget")


class FakeClient:
    """Notes the arguments of each call; `error` is raised instead, once."""

    def __init__(self):
        self.calls = []
        self.error = None

    def call(self, **arguments):
        error, self.error = self.error, None
        if error:
            raise error
        self.calls.append(arguments)

    invoke = send_message = call


@pytest.fixture
def table():
    return FakeTable()


@pytest.fixture
def jobs():
    return FakeClient()


@pytest.fixture
def queue():
    return FakeClient()


@pytest.fixture
def load(table, jobs, queue):
    """Give the call of a warm loader: records in."""
    loader = Loader(table, jobs, queue, Settings(ENVIRONMENT))
    return lambda *records: loader.load(changes_of(records))


def test_erased_learners_cards_are_removed_and_a_job_looks_for_them_everywhere(load, table, jobs):
    load(
        change(None, card(review("e1")), learner="bob"),
        change(card(review("e2")), None, learner="ann"),
        erasure("--help"),
        erasure("ann", at=AT + 60),
    )

    assert table.told == [("apply", [("bob", "gato", "e1")], ["e2"]), "forget"]
    (call,) = jobs.calls
    assert (call["FunctionName"], call["InvocationType"]) == ("jobs", "Event")
    until = "2026-11-20T23:59:59+00:00"
    assert json.loads(call["Payload"]) == {
        "command": ["erase", "--received-until", until, "--", "--help", "ann"]
    }


def test_job_erases_no_more_learners_than_an_event_can_name(load, jobs):
    load(*(erasure("😀" * 124 + f"{number:04}") for number in range(101)))

    commands = [json.loads(call["Payload"])["command"] for call in jobs.calls]
    assert [len(command) for command in commands] == [104, 5]
    assert max(len(call["Payload"]) for call in jobs.calls) < 256_000


def test_unreadable_records_are_put_aside_in_messages_that_the_queue_takes(load, queue):
    learners = ["😀" * 124 + f"{number:04}" for number in range(21)]
    load(*(change(None, BAD_BYTES, learner=learner, item=f"card#{learner}") for learner in learners))

    bodies = [call["MessageBody"] for call in queue.calls]
    found = [record for body in bodies for record in json.loads(body)["unreadable"]]
    assert [record["learner"] for record in found] == learners
    assert set(found[0]) == {"learner", "item", "sequence_number", "reason"}
    assert max(len(body) for body in bodies) < 256_000
    assert {call["QueueUrl"] for call in queue.calls} == {"http://queue"}


@pytest.mark.parametrize("broken", ["table", "jobs", "queue"])
def test_batch_that_failed_can_be_given_again(load, table, jobs, queue, broken):
    batch = [change(None, card(review("e1"))), erasure("bob"), change(None, BAD_BYTES)]
    error = TableError("down") if broken == "table" else EndpointConnectionError(endpoint_url="http://aws")
    {"table": table, "jobs": jobs, "queue": queue}[broken].error = error

    with pytest.raises(type(error)):
        load(*batch)
    load(*batch)

    assert table.told[-2:] == [("apply", [("ann", "gato", "e1")], []), "forget"]
    assert jobs.calls
    assert len(queue.calls) == 1


def test_log_line_counts_and_names_nobody(table, jobs, queue, monkeypatch, capsys):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("boto3.client", lambda name, **_: {"lambda": jobs, "sqs": queue}[name])
    monkeypatch.setattr(handler, "open_table", lambda *_where, **_options: table)
    handler._loader.cache_clear()
    records = [
        change(None, card(review("secret"), review("e2")), learner="bob"),
        change(card(review("e3")), None, learner="cid"),
        erasure("ann"),
        change(None, BAD_BYTES),
    ]
    handler.handler({"Records": records}, None)
    handler._loader.cache_clear()

    line = strict_json(capsys.readouterr().out)
    assert 0 <= line.pop("milliseconds") < 10_000
    assert line == {
        "level": "INFO",
        "message": "loader",
        "records": 4,
        "rows": 2,
        "repeated": 1,
        "removed": 1,
        "erased": 1,
        "unreadable": 1,
    }
