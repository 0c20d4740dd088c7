"""Reviews of many learners in one request: as of each alone, in a few round trips."""

import random
from contextlib import closing

import pytest

from .memories import NOW, REVIEW, Memory
from .store_proxy import StoreProxy, conflicting


@pytest.fixture
def proxy(tables):
    """Give a proxy in front of DynamoDB."""
    with StoreProxy(tables.url) as running:
        yield running


@pytest.fixture
def function(device, proxy):
    """Give the memory's function behind the proxy, at the moment `NOW`."""
    return device(proxy.url, clock=lambda: NOW)


def send(function, reviews):
    return function.call("POST", "/v1/reviews", {"reviews": reviews})


def of_learners(count):
    return [REVIEW | {"learner": f"learner {number}"} for number in range(count)]


def test_fifty_learners_take_two_round_trips(function, proxy, tables, table):
    answer = send(function, of_learners(240))

    assert (answer.status, answer.body["accepted"]) == (202, 240)
    assert proxy.calls == ["BatchGetItem", "TransactWriteItems"] * 5
    assert len(tables.items(table)) == 480
    assert send(function, of_learners(240)).body["repeated"] == 240
    assert proxy.calls[10:] == ["BatchGetItem"] * 5


def test_table_is_as_if_each_learner_had_been_sent_alone(function, tables, table):
    chance = random.Random(7)  # noqa: S311 - no secret
    cards = {name: chance.choice((1, 3, 40, 120)) for name in map(str, range(12))}
    reviews = [
        REVIEW
        | {"event_id": f"e{chance.randrange(400)}", "learner": name, "rating": chance.randint(1, 4)}
        | {"card": f"c{chance.randrange(cards[name])}", "reviewed_at": f"2026-11-{day:02}T08:00:00Z"}
        for day in range(1, 20)
        for name in cards
        for _ in range(4)
    ]
    parts = [reviews[:500], reviews[450:]]
    together = [send(function, part).body["accepted"] for part in parts]
    alone_table = tables.create()
    with closing(Memory(alone_table, tables.url, clock=lambda: NOW)) as alone:
        accepted = [
            sum(
                send(alone, some).body["accepted"]
                for name in cards
                if (some := [each for each in part if each["learner"] == name])
            )
            for part in parts
        ]

    assert together == accepted
    assert sum(together) > 700
    by_key = sorted(tables.items(table), key=lambda item: (item["learner"]["S"], item["item"]["S"]))
    assert by_key == sorted(
        tables.items(alone_table), key=lambda item: (item["learner"]["S"], item["item"]["S"])
    )


def test_learners_of_whom_one_is_changed_meanwhile_are_taken_one_after_the_other(function, proxy):
    proxy.script = [None, conflicting]

    assert send(function, of_learners(3)).body["accepted"] == 3
    assert proxy.calls == ["BatchGetItem", "TransactWriteItems"] * 4
    assert send(function, of_learners(3)).body["repeated"] == 3


def test_erasure_that_was_interrupted_is_finished_and_that_learner_begins_anew(function, tables, table):
    send(function, of_learners(3))
    tables.client.put_item(
        TableName=table, Item={"learner": {"S": "learner 1"}, "item": {"S": "#"}, "erased": {"BOOL": True}}
    )
    answer = send(function, [each | {"event_id": "e2"} for each in of_learners(3)])

    assert (answer.body["accepted"], answer.body["repeated"]) == (3, 0)
    assert [len(function.export(f"learner {number}")) for number in range(3)] == [2, 1, 2]
