"""A card takes reviews up to a number, and to what its item holds; those that it has are repeated."""

from datetime import UTC, datetime, timedelta

import pytest

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
MOST = 2000  # reviews of a card
MOST_BYTES = 300_000  # of them
FIXED_BYTES = 31  # of a review, beside its id
LARGEST_ITEM = 400 * 1024  # of DynamoDB's


def reviews(ids):
    """Return reviews as an import has them, an hour apart."""
    return [
        {"event_id": event_id, "rating": 3, "reviewed_at": (NOW - timedelta(hours=n)).isoformat()}
        for n, event_id in enumerate(ids)
    ]


@pytest.fixture
def memory(device):
    return device(clock=NOW.timestamp)


@pytest.mark.parametrize(
    ("ids", "room"),
    [
        ([f"e{n}" for n in range(MOST + 1)], MOST),
        # The longest ids: 128 characters of 4 bytes.
        (["\U0001f4da" * 124 + f"{n:04}" for n in range(700)], -(-MOST_BYTES // (FIXED_BYTES + 124 * 4 + 4))),
    ],
    ids=["number", "bytes"],
)
def test_full_card_takes_no_more(memory, tables, table, ids, room):
    first = ids[: room - 1]
    assert memory.import_cards("ada", [{"card": "gato", "reviews": reviews(first)}]).status == 200
    sent = [review | {"card": "gato"} for review in reviews([*ids[room - 1 : room + 1], ids[0]])]
    *more, again = memory.study("ada", sent).body["results"]
    assert again["status"] == "repeated"
    refused, accepted = sorted(more, key=lambda result: result["status"], reverse=True)
    assert (refused["status"], accepted["status"]) == ("rejected", "accepted")
    assert refused["error"]["code"] == "invalid_input"
    assert refused["error"]["message"].startswith(
        refused["error"]["field"] + " has as many reviews as a card"
    )
    assert len(memory.export("ada")) == room
    (item,) = [item for item in tables.items(table) if item["item"]["S"] == "card#gato"]
    assert len(item["reviews"]["B"]) < LARGEST_ITEM
