"""Compaction killed at any point and run again: the table is that of an undisturbed run, each event once."""

import pickle
import signal
import subprocess
import sys
from pathlib import Path
from threading import Lock

import pytest

from model_training.registry.lake import LakeError
from model_training.review_table import ReviewTableError, compact, erase, load

from .fake_s3 import FakeS3, refusal
from .review_events import NOW, event, inbox_of, post, table_of

PROJECT = Path(__file__).parents[2]


def stored():
    """Give a lake with two days in its table, and an inbox that touches them and more."""
    s3 = FakeS3(began=NOW)
    post(s3, event(1), event(2, days_ago=2), event(3, days_ago=5))
    compact(s3.lake, now=NOW)
    # New days, old days, an event again, and one again with another content and another day.
    post(s3, event(4), event(5, days_ago=3), event(2, days_ago=2), minute=1)
    post(s3, event(6, days_ago=3), event(3, days_ago=4, rating=1), minute=2)
    post(s3, event(7, days_ago=2), event(4, days_ago=2, rating=1), minute=3)
    return s3


class Killed(BaseException):
    """The process is gone: nothing catches it."""


class Killer:
    """Lets so many operations of S3 happen, and kills at the next."""

    def __init__(self, operations, kill):
        self.left, self.kill, self.lock = operations, kill, Lock()

    def __call__(self, _operation, _key):
        with self.lock:  # readers come several at once
            if self.left == 0:
                self.kill()
            self.left -= 1


def die():
    raise Killed


def undisturbed():
    """Return what a run that nobody disturbs makes, and how many operations it takes."""
    s3, operations = stored(), []
    s3.before = lambda operation, key: operations.append((operation, key))
    compact(s3.lake, now=NOW)
    assert inbox_of(s3) == []
    return table_of(s3), len(operations)


TABLE, OPERATIONS = undisturbed()


def test_killed_before_any_operation_and_run_again_gives_the_same_table():
    for operations in range(OPERATIONS):
        s3 = stored()
        s3.before = Killer(operations, die)
        with pytest.raises(Killed):
            compact(s3.lake, now=NOW)
        s3.before = lambda _operation, _key: None
        compact(s3.lake, now=NOW)

        assert (table_of(s3), inbox_of(s3)) == (TABLE, []), f"killed before operation {operations}"


def test_killed_again_and_again_it_still_comes_to_an_end():
    s3 = stored()
    for operations in range(OPERATIONS + 1):
        s3.before = Killer(operations, die)
        try:
            compact(s3.lake, now=NOW)
        except Killed:
            continue
    s3.before = lambda _operation, _key: None

    assert table_of(s3) == TABLE
    assert inbox_of(s3) == []


@pytest.mark.parametrize("operations", [OPERATIONS // 3, 2 * OPERATIONS // 3])
def test_reviews_that_come_between_kill_and_replay_are_merged_too(operations):
    late = event(8, days_ago=3), event(6, days_ago=1, rating=1), event(1, rating=1)
    s3 = stored()
    s3.before = Killer(operations, die)
    with pytest.raises(Killed):
        compact(s3.lake, now=NOW)
    s3.before = lambda _operation, _key: None
    post(s3, *late, minute=9)
    compact(s3.lake, now=NOW)
    calm = stored()
    post(calm, *late, minute=9)
    compact(calm.lake, now=NOW)

    assert table_of(s3) == table_of(calm)
    assert sorted(load(s3.lake)["event_id"]) == [f"e{number}" for number in range(1, 9)]


RUN = """
import os, pickle, signal, sys, threading
from model_training.review_table import compact
from tests.training.review_events import NOW
from tests.training.fake_s3 import FakeS3
path, left, lock = sys.argv[1], int(sys.argv[2]), threading.Lock()
s3 = FakeS3(began=NOW)
s3.__dict__ |= pickle.load(open(path, "rb"))
def before(operation, key):
    global left
    with lock:
        state = {name: s3.__dict__[name] for name in ("objects", "history", "writes")}
        with open(path + ".new", "wb") as file:
            pickle.dump(state, file)
        os.replace(path + ".new", path)
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
s3.before = before
compact(s3.lake, now=NOW)
"""


@pytest.mark.parametrize("share", [0.6, 0.9])
def test_run_after_a_killed_process_gives_the_same_table(share, tmp_path):
    path = tmp_path / "s3"
    s3 = stored()
    path.write_bytes(pickle.dumps({name: s3.__dict__[name] for name in ("objects", "history", "writes")}))
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(path), str(int(share * OPERATIONS))],
        cwd=PROJECT,
        env={"PYTHONPATH": "lambda_src", "TMPDIR": str(tmp_path)},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    left = FakeS3(began=NOW)
    left.__dict__ |= pickle.loads(path.read_bytes())  # noqa: S301 - our own, of a moment ago
    assert inbox_of(left)
    compact(left.lake, now=NOW)

    assert table_of(left) == TABLE
    assert inbox_of(left) == []


@pytest.mark.parametrize("moment", ["get", "put", "delete"])
def test_two_compactions_at_once_store_each_event_once(moment):
    """The second runs whole in the middle of the first: before its first read, write or deletion."""
    s3 = stored()

    def second(operation, key):
        if operation == moment and (moment != "get" or "table" in key):
            s3.before = lambda _operation, _key: None
            compact(s3.lake, now=NOW)

    s3.before = second
    compact(s3.lake, now=NOW)

    assert table_of(s3) == TABLE
    assert inbox_of(s3) == []


def test_second_compaction_with_newer_reviews_loses_none_of_them():
    s3 = stored()

    def second(operation, _key):
        if operation == "put":
            s3.before = lambda _operation, _key: None
            post(s3, event(8), event(9, days_ago=2), minute=9)
            compact(s3.lake, now=NOW)

    s3.before = second
    compact(s3.lake, now=NOW)

    assert sorted(load(s3.lake)["event_id"]) == [f"e{number}" for number in range(1, 10)]
    assert inbox_of(s3) == []


@pytest.mark.parametrize("moment", ["list", "get", "put", "delete"])
def test_learner_who_is_erased_during_a_compaction_stays_erased(moment):
    """The erasure runs whole in the middle of it, after the inbox was read."""
    s3 = FakeS3(began=NOW)
    post(s3, event(1), event(2, learner="bob"))
    compact(s3.lake, now=NOW)
    post(s3, event(3), event(4, learner="bob"), minute=1)
    read = []

    def erased(operation, key):
        if read and operation == moment:
            s3.before = lambda _operation, _key: None
            erase(s3.lake, "ann", now=NOW)
        read.extend([key] if operation == "get" and "inbox" in key else [])

    s3.before = erased
    compact(s3.lake, now=NOW)

    assert s3.before is not erased
    assert load(s3.lake)["event_id"].tolist() == ["e2", "e4"]
    assert inbox_of(s3) == []


def test_day_that_others_write_again_and_again_is_named_and_the_inbox_kept():
    s3 = stored()
    before = inbox_of(s3)
    s3.error, s3.fails_at = refusal("PreconditionFailed"), "reviews.parquet"
    with pytest.raises(ReviewTableError, match="others wrote the same days 5 times"):
        compact(s3.lake, now=NOW)

    assert inbox_of(s3) == before


def test_run_after_a_failure_of_s3_gives_the_same_table():
    s3 = stored()
    s3.error, s3.fails_at = refusal("InternalError"), "date=2026-11-18/reviews.parquet"
    with pytest.raises(LakeError, match="date=2026-11-18"):
        compact(s3.lake, now=NOW)
    s3.error = None
    compact(s3.lake, now=NOW)

    assert table_of(s3) == TABLE
