"""What the memory's table costs, by reviews, due lists and cards.

How DynamoDB counts: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html.
"""

from collections.abc import Callable
from math import ceil

from tools.cost.bill import GB
from tools.cost.prices import Meter, PriceTable, total

WRITE_UNIT_BYTES, READ_UNIT_BYTES = 1024, 4096
IN_A_TRANSACTION = 2  # times as many write units
STORED_WITH_AN_ITEM = 100  # bytes
# Of a transaction, which also writes the learner: `memory.table`; tests/unit/test_cost_memory.py holds these
# figures to the code. A card has 7 reviews on average when it is written, by real logs.
MOST_CARDS = 99
CARD_BYTES, LEARNER_BYTES = 620, 720


def write_units(cards: int) -> int:
    """Return the write units of a request with one review of each of so many cards."""
    transactions = ceil(cards / MOST_CARDS)
    return IN_A_TRANSACTION * (
        cards * ceil(CARD_BYTES / WRITE_UNIT_BYTES) + transactions * ceil(LEARNER_BYTES / WRITE_UNIT_BYTES)
    )


def read_units(cards: int) -> int:
    """Return the read units of the same request, which reads what it changes."""
    transactions = ceil(cards / MOST_CARDS)
    return cards * ceil(CARD_BYTES / READ_UNIT_BYTES) + transactions * ceil(LEARNER_BYTES / READ_UNIT_BYTES)


def due_units(cards: int) -> int:
    """Return the read units of a due list of a learner with so many cards, which reads whole items."""
    return ceil((cards * CARD_BYTES + LEARNER_BYTES) / READ_UNIT_BYTES)


def charge_reviews(meter: Meter, reviews: float, cards: int) -> None:
    """Charge the table for reviews that come in requests of one review of each of so many cards."""
    requests = reviews / cards
    meter.add("DynamoDB writes", "dynamodb_writes", requests * write_units(cards))
    meter.add("DynamoDB reads", "dynamodb_reads", requests * read_units(cards))


def charge_due_lists(meter: Meter, lists: float, cards: int) -> None:
    """Charge the table for due lists of learners with so many cards."""
    meter.add("DynamoDB reads", "dynamodb_reads", lists * due_units(cards))


def charge_cards(meter: Meter, cards: float) -> None:
    """Charge a month's storage of so many cards, and their point-in-time recovery."""
    stored = cards * (CARD_BYTES + STORED_WITH_AN_ITEM) / GB
    meter.add("DynamoDB storage", "dynamodb_storage", stored, standing=True)
    meter.add("DynamoDB point-in-time recovery", "dynamodb_recovery", stored, standing=True)


def memory_usd(table: PriceTable) -> dict[str, float]:
    """Return what the table costs without the free tier, in USD, by what is done or kept a million times."""
    return {
        "reviews, one a request": _usd(table, charge_reviews, 1),
        "reviews, 20 cards a request": _usd(table, charge_reviews, 20),
        "due lists of 1,000 cards": _usd(table, charge_due_lists, 1_000),
        "due lists of 20,000 cards": _usd(table, charge_due_lists, 20_000),
        "cards, kept for a month": _usd(table, charge_cards),
    }


def _usd(table: PriceTable, charge: Callable[..., None], *cards: int) -> float:
    meter = Meter(table, free_tier=False)
    charge(meter, 1e6, *cards)
    return total(meter.items)
