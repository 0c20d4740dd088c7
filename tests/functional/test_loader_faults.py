"""A batch of the stream gets into the table exactly once, whatever happens to the loader on the way."""

import threading
from itertools import count

import pytest

import lake.table
from lake.catalog import open_table
from lake.errors import TableError
from lake.table import Applied

from .lake_proxy import Death, LakeProxy, refused
from .lake_rows import key, names, rows
from .store_proxy import unanswered

pytestmark = pytest.mark.slow

BEFORE = [*rows("ann"), *rows("bob"), *rows("erin")]
EXPECTED = sorted(
    (learner, "gato", event)
    for learner, events in {"ann": "014", "bob": "01", "cid": "014", "erin": "014"}.items()
    for event in (f"e{day}" for day in events)
)


@pytest.fixture
def arn(review_tables):
    """Give the ARN of a new table bucket, whose table has rows."""
    arn = review_tables.create()
    review_tables.open(arn).apply(BEFORE)
    return arn


@pytest.fixture
def proxy(review_tables):
    """Give a proxy in front of the catalogue and the files."""
    with LakeProxy(review_tables.url) as running:
        yield running


def load(table):
    """Apply the batch of which all of this is about."""
    return table.apply([*rows("cid"), *rows("ann")], [key("bob", 4), key("nobody", 1)])


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("work", ["batch", "erasure"])
def test_whatever_call_killed_the_loader_the_next_one_finishes(review_tables, proxy, monkeypatch, work, done):
    """At each call that writes: what is killed at one that reads has done what the call before it did."""
    monkeypatch.setattr(lake.table, "MOST_TRIES", 1)
    for number in count(1):
        proxy.fault = None
        arn = review_tables.create()
        first, second = open_table(arn, proxy.url), review_tables.open(arn)
        first.apply(BEFORE)
        proxy.fault = death = Death(number, done=done)
        try:
            load(first) if work == "batch" else first.erase(["bob"])
        except TableError:
            assert death.came
        if work == "batch":
            load(second)
            assert names(second) == EXPECTED
        else:
            second.erase(["bob"])
            assert {learner for learner, _, _ in names(second)} == {"ann", "erin"}
        if not death.came:
            break
    assert number > 8


@pytest.mark.parametrize(
    "answer",
    [
        unanswered,
        *(lambda call, status=status: (call.upstream(), refused(call, status)) for status in (500, 502, 503)),
    ],
    ids=["connection lost", "500", "502", "503"],
)
def test_commit_whose_response_is_lost_is_found_and_not_done_twice(review_tables, arn, proxy, answer):
    table, commits = open_table(arn, proxy.url), []

    def first_commit_answers(call):
        commits.append(call.commits)
        answer(call) if sum(commits) == 1 and call.commits else call.give(call.upstream())

    proxy.fault = first_commit_answers

    assert load(table) == Applied(0, 6, 0)  # as the second attempt finds it
    assert sum(commits) == 1
    assert names(review_tables.open(arn)) == EXPECTED


def test_commit_that_others_came_before_is_done_anew_on_theirs(review_tables, arn, proxy):
    table, other = open_table(arn, proxy.url), review_tables.open(arn)
    theirs = iter(
        [
            lambda: other.apply([], [key("bob", 0)]),  # writes the file anew that the batch writes anew
            lambda: other.apply(rows("cid", days=(0,))),  # a row of the batch
            lambda: other.erase(["erin"]),
        ]
    )

    def somebody_else_first(call):
        if call.commits:
            next(theirs, lambda: None)()
        call.give(call.upstream())

    proxy.fault = somebody_else_first

    assert load(table) == Applied(2, 4, 1)
    assert names(other) == [name for name in EXPECTED if name != ("bob", "gato", "e0") and name[0] != "erin"]


def test_loaders_of_two_shards_at_once_lose_nothing(review_tables, arn):
    batches, failures = 3, []

    def shard(learner):
        try:
            table = review_tables.open(arn)
            for day in range(0, 10 * batches, 10):
                assert table.apply(rows(learner, event=learner, days=(day, day + 1))).added == 2
                assert table.apply([], [key(learner, day, event=learner)]).removed == 1
        except BaseException as error:
            failures.append(error)
            raise

    shards = [threading.Thread(target=shard, args=(learner,)) for learner in ("x", "y")]
    for each in shards:
        each.start()
    for each in shards:
        each.join()

    assert failures == []
    ours = [name for name in names(review_tables.open(arn)) if name[0] in "xy"]
    assert ours == sorted(
        (learner, "gato", f"{learner}{day + 1}") for learner in "xy" for day in range(0, 10 * batches, 10)
    )


@pytest.mark.parametrize("status", [500, 503])
def test_files_store_that_is_down_for_a_while_is_waited_for(review_tables, arn, proxy, status):
    table, failing = open_table(arn, proxy.url), count(1)

    def down(call):
        if call.command == "PUT" and next(failing) <= 4:
            return refused(call, status)
        return call.give(call.upstream())

    proxy.fault = down

    assert load(table) == Applied(3, 3, 1)
    assert names(review_tables.open(arn)) == EXPECTED


def test_store_that_stays_down_fails_the_batch_and_leaves_the_table_as_it_was(
    review_tables, arn, proxy, monkeypatch
):
    monkeypatch.setattr(lake.table, "MOST_TRIES", 2)
    monkeypatch.setattr(lake.table, "LONGEST_PAUSE", 0)
    table = open_table(arn, proxy.url)
    proxy.fault = lambda call: refused(call, 400) if call.command == "PUT" else call.give(call.upstream())
    there = names(review_tables.open(arn))

    with pytest.raises(TableError, match=f"^s3://{arn.rpartition('/')[2]}/recall/reviews: "):
        load(table)

    assert names(review_tables.open(arn)) == there
    proxy.fault = None
    assert load(table) == Applied(3, 3, 1)


def test_batch_in_halves_after_a_failure_is_there_once(review_tables, arn, proxy):
    """As Lambda gives it after a batch that failed when it was done."""
    table = review_tables.open(arn)
    load(table)

    assert table.apply(rows("cid")) == Applied(0, 3, 0)
    assert table.apply(rows("ann"), [key("bob", 4)]) == Applied(0, 3, 0)
    assert names(table) == EXPECTED
