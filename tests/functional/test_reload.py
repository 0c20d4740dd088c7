"""The table of reviews made right from the memory: what never came is added, what is too much goes."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from lake.schema import COLUMNS, STATE
from loader.changes import changes_of
from model_training import cli
from model_training.progress import Progress
from model_training.reload import Record, reload

from .lake_rows import names, rows
from .memory_stream import MemoryStream

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def review(event, card="gato", days=0, rating=3):
    at = (NOW - timedelta(days=days)).isoformat()
    return {"event_id": event, "card": card, "rating": rating, "reviewed_at": at}


@pytest.fixture
def memory(device):
    return device(clock=NOW.timestamp)


@pytest.fixture
def arn(review_tables):
    return review_tables.create()


@pytest.fixture
def lake(review_tables, arn):
    return review_tables.open(arn)


@pytest.fixture
def stream(tables, table):
    """Give the memory's stream, from its beginning."""
    return MemoryStream(tables, table)


@pytest.fixture
def record(tables, table):
    return Record(tables.client, table)


@pytest.fixture
def make_right(lake, record):
    """Give the reload of some learners, or of all."""

    def run(*learners, now=NOW):
        with Progress(1) as progress:
            return reload(lake, record, learners, progress, now=now).as_result()

    return run


def contents(lake):
    """Return the table's rows without what only the loader knows, sorted."""
    lost = {"received_at", "recall_probability", "model_version", *STATE}
    found = lake.batches(_columns(lost)).read_all().to_pylist()
    return sorted(found, key=lambda row: (row["learner"], row["card"], row["event_id"]))


def _columns(without):
    return [name for name in COLUMNS if name not in without]


def test_table_that_got_nothing_is_what_the_loader_would_have_made(
    memory, stream, lake, make_right, review_tables
):
    memory.study("ann", [review("e1", days=9, rating=1), review("e2", days=4), review("e3", "perro")])
    memory.study("ann", [review("late", days=6)])
    memory.study("bob/ñ", [review("e1")])
    memory.undo("ann", "e2")
    loaded = review_tables.open(review_tables.create())
    changes = changes_of(stream.records())
    loaded.apply(changes.rows, changes.removed)

    assert make_right() == {"learners": 2, "added": 4, "removed": 0}

    assert contents(lake) == contents(loaded)
    assert make_right() == {"learners": 2, "added": 0, "removed": 0}


def test_only_what_the_last_write_added_has_its_prediction_and_state(memory, stream, lake, make_right):
    memory.study("ann", [review("e1", days=9), review("e2", days=4)])
    memory.study("ann", [review("e3", days=1)])
    expected = changes_of(stream.records()).rows[-1]

    make_right()

    rows = lake.batches(tuple(_columns({"received_at"}))).read_all().to_pylist()
    by_event = {row["event_id"]: row for row in rows}
    known = {name: by_event["e3"][name] for name in ("recall_probability", "model_version", *STATE)}
    assert None not in known.values()
    assert set(known.values()) <= set(expected)
    assert {by_event["e2"][name] for name in known} == {None}


def test_prediction_that_comes_too_late_to_have_been_shown_is_left_out(memory, lake, make_right):
    memory.study("ann", [review("e1", days=9), review("e2", days=1)])

    make_right(now=NOW + timedelta(days=8))

    found = lake.batches(("recall_probability", "model_version")).read_all().to_pylist()
    assert {value for row in found for value in row.values()} == {None}


def test_rows_that_the_memory_has_not_go_and_the_others_stay_as_they_are(memory, stream, lake, make_right):
    memory.study("ann", [review("e1", days=9), review("e2", days=4)])
    memory.study("bob", [review("e1"), review("e2", "perro")])
    changes = changes_of(stream.records())
    lake.apply([*changes.rows, *rows("gone")])
    before = contents(lake)
    memory.undo("ann", "e2")
    memory.delete_card("bob", "perro")

    assert make_right() == {"learners": 3, "added": 0, "removed": 5}

    assert names(lake) == [("ann", "gato", "e1"), ("bob", "gato", "e1")]
    assert all(row in before for row in contents(lake))


def test_named_learners_only_are_compared(memory, lake, make_right):
    memory.study("ann", [review("e1")])
    memory.study("bob", [review("e1")])
    lake.apply(rows("gone"))

    assert make_right("ann", "nobody") == {"learners": 2, "added": 1, "removed": 0}
    assert {learner for learner, _, _ in names(lake)} == {"ann", "gone"}


def test_learner_who_is_being_erased_has_no_reviews(memory, tables, table, lake, make_right):
    memory.study("ann", [review("e1")])
    make_right()
    mark = {"learner": {"S": "ann"}, "item": {"S": "#"}, "erased": {"BOOL": True}}
    tables.client.put_item(TableName=table, Item=mark)

    assert make_right() == {"learners": 1, "added": 0, "removed": 1}


def test_review_that_is_undone_meanwhile_is_not_left_in_the_table(memory, lake, record, make_right):
    memory.study("ann", [review("e1"), review("e2")])
    apply = lake.apply

    def undone_first(added, removed):
        if added:
            memory.undo("ann", "e2")
        return apply(added, removed)

    lake.apply = undone_first

    assert make_right() == {"learners": 1, "added": 2, "removed": 1}
    assert names(lake) == [("ann", "gato", "e1")]


CALL = """
import sys
class Missing:
    def find_spec(self, name, *_):
        if name in ("numpy", "pandas", "scipy", "sklearn"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Missing())
from model_training.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.slow  # a process that imports everything
def test_command_runs_on_the_lake_layer(memory, tables, table, arn, lake, monkeypatch):
    memory.study("ann", [review("e1")])
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    where = ["--learners-table", table, "--table-bucket", arn, "--endpoint-url", tables.url]
    done = subprocess.run(
        [sys.executable, "-c", CALL, "reload", "--json", *where], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"learners": 1, "added": 1, "removed": 0}
    assert names(lake) == [("ann", "gato", "e1")]


def test_table_that_is_not_there_is_named(tables, arn, monkeypatch, capsys):
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
        monkeypatch.setenv(f"AWS_{name}", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    where = ["--learners-table", "nothing", "--table-bucket", arn, "--endpoint-url", tables.url]

    assert cli.main(["reload", *where]) == 2
    assert (
        "nothing: DynamoDB says ResourceNotFoundException; check --learners-table" in capsys.readouterr().err
    )
