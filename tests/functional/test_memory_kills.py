"""Large changes take several transactions: killed between any two of them, the next call finishes them."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from .kills import KilledError, killed_at

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
CARDS = 150  # more than a transaction can have


def reviews(number):
    """Return a review of each of so many cards."""
    return [
        {
            "event_id": f"e{n}",
            "card": f"card {n}",
            "rating": 3,
            "reviewed_at": (NOW - timedelta(minutes=n)).isoformat(),
        }
        for n in range(number)
    ]


@pytest.fixture
def memory(device):
    return device(clock=NOW.timestamp)


def kills(call, *, done, prepare=lambda _learner: None):
    """Make a call again and again, killed at its first, its second, … call of the store, to the last one.

    Parameters
    ----------
    call : callable
        Takes the id of a learner, another one each time.
    done : bool
        Whether DynamoDB still does what the function was killed at.
    prepare : callable
        Is called before, with the same learner.

    Yields
    ------
    str
        The learner's id, each time after the kill.
    """
    for at in count(1):
        learner = f"ada {at}"
        prepare(learner)
        try:
            with killed_at(at, done=done):
                call(learner)
        except KilledError:
            yield learner
        else:
            return


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
def test_reviews_of_many_cards_are_there_once_after_a_retry(memory, done):
    sent, found = reviews(CARDS), []
    for learner in kills(lambda learner: memory.study(learner, sent), done=done):
        found.append(len(memory.export(learner)))
        response = memory.study(learner, sent[::-1])
        assert response.body["repeated"] == found[-1]
        assert response.body["accepted"] == CARDS - found[-1]
        exported = sorted(row["event_id"] for row in memory.export(learner))
        assert exported == sorted(row["event_id"] for row in sent)
        assert memory.learner(learner).body["reviews"] == CARDS
    assert found == ([0, 99, 99, CARDS] if done else [0, 0, 99, 99])


@pytest.mark.parametrize("again", ["erased", "studied", "read"])
@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
def test_learner_is_gone_wherever_the_erasure_was_killed(memory, tables, table, done, again):
    memory.study("bob", reviews(1))
    found = []
    for learner in kills(
        memory.erase, done=done, prepare=lambda learner: memory.study(learner, reviews(CARDS))
    ):
        left = len(memory.export(learner))
        found.append(left)
        kept = []
        if again == "read" and not left:  # the export has finished what was begun
            assert memory.learner(learner).status == 404
        elif again == "erased" or left:
            assert memory.erase(learner).status == 200
        else:
            (result,) = memory.study(learner, reviews(1)).body["results"]
            assert (result["status"], result["new"]) == ("accepted", True)
            assert memory.learner(learner).body["reviews"] == 1
            kept = ["#", "card#card 0"]
        stored = [item["item"]["S"] for item in tables.items(table) if item["learner"]["S"] == learner]
        assert sorted(stored) == kept
    assert found == ([CARDS] + [0] * 7 if done else [CARDS] * 2 + [0] * 6)
    assert len(memory.export("bob")) == 1
