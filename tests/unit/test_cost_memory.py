"""What the memory costs: worked out by hand, and held to what its real handler asks of its table."""

import contextlib
import io
import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta

import pytest

from inference.lake_source import DEFAULT_FOLDER
from memory import handler, table
from tools.cost import memory as cost
from tools.cost.prices import Meter, read_prices

STUDY = "/v1/learners/{learner}/reviews"
# As long as the ids of an app that uses UUIDs.
UUID = "8f0c9d2e-90c9-4f6e-8d39-0a7b5c9d2e1f"
START = datetime(2026, 11, 20, 8, 15, tzinfo=UTC)
REVIEWS = 7  # of a card when it is written, on average


def usd(charge, *arguments):
    """Return a bill's USD by line."""
    meter = Meter(read_prices(), free_tier=False)
    charge(meter, *arguments)
    return {item.label: item.usd for item in meter.items}


class NotedTable:
    """A table in memory that notes each call of it."""

    def __init__(self):
        self.calls, self.items = [], {}

    def call(self, operation, body):
        self.calls.append((operation, body))
        if operation == "BatchGetItem":
            ((name, wanted),) = body["RequestItems"].items()
            found = [self.items.get(json.dumps(key)) for key in wanted["Keys"]]
            return {"Responses": {name: [item for item in found if item]}}
        for write in body["TransactItems"]:
            item = write["Put"]["Item"]
            self.items[json.dumps({name: item[name] for name in ("learner", "item")})] = item
        return {}

    def sizes(self, start):
        """Return the bytes of the items whose sort keys begin so."""
        return [_size(item) for item in self.items.values() if item["item"]["S"].startswith(start)]


def _size(item):
    """Return an item's bytes by DynamoDB's rules.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
    """
    return sum(len(name) + _bytes_of(value) for name, value in item.items())


def _bytes_of(value):
    ((kind, content),) = value.items()
    if kind == "L":
        return 3 + sum(1 + _bytes_of(each) for each in content)
    if kind == "N":
        return (len(content) + 1) // 2 + 1
    return len(content.encode() if kind == "S" else b64decode(content))


@pytest.fixture
def noted(monkeypatch):
    """Give the table of a memory, and what reviews cards of its one learner, some days after the start."""
    noted = NotedTable()
    monkeypatch.setattr(handler, "DynamoDB", lambda _environment: noted)
    service = handler.make_service(
        {
            "MEMORY_TABLE": "learners",
            "MEMORY_RETENTION_DAYS": "1095",
            "TENANTS": "{}",
            "MODEL_FILE": f"{DEFAULT_FOLDER}/model.json",
            "MODEL_BUCKET": "lake",
            "AWS_REGION": "us-east-1",
            "MODEL_REFRESH_SECONDS": "60",
            "METRICS_NAMESPACE": "Recall",
            "STAGE": "test",
        },
        (START + timedelta(days=100)).timestamp,
    )

    def review(cards, days):
        at = (START + timedelta(days=days)).isoformat()
        reviews = [
            {
                "event_id": f"{UUID[:-3]}{days:03}",
                "card": card,
                "rating": 3,
                "reviewed_at": at,
                "duration_ms": 4200,
            }
            for card in cards
        ]
        event = {
            "resource": STUDY,
            "path": STUDY,
            "httpMethod": "POST",
            "pathParameters": {"learner": UUID},
            "headers": {"Content-Type": "application/json"},
            "body": json.dumps({"reviews": reviews}),
        }
        with contextlib.redirect_stdout(io.StringIO()):
            response = service.respond(event)
        assert json.loads(response["body"])["accepted"] == len(cards)

    return noted, review


def test_review_reads_once_and_writes_once_two_items_of_a_unit_each(noted):
    written, review = noted
    for days in range(REVIEWS):
        review([UUID], 3 * days)

    assert [operation for operation, _body in written.calls] == [
        "BatchGetItem",
        "TransactWriteItems",
    ] * REVIEWS
    assert 0.8 * cost.CARD_BYTES < max(written.sizes("card#")) <= cost.CARD_BYTES <= cost.WRITE_UNIT_BYTES
    assert 0.8 * cost.LEARNER_BYTES < max(written.sizes("#")) <= cost.LEARNER_BYTES <= cost.WRITE_UNIT_BYTES


def test_request_of_many_cards_writes_the_learner_once_in_each_transaction(noted):
    written, review = noted
    review([f"{UUID}-{number}" for number in range(250)], 0)
    items = [
        len(body["TransactItems"]) for operation, body in written.calls if operation == "TransactWriteItems"
    ]

    assert sum(items) * 2 == cost.write_units(250) == 2 * (250 + 3)
    assert table.MOST_CARDS == cost.MOST_CARDS


def test_million_reviews_one_by_one_and_in_requests_of_twenty():
    one, twenty = (usd(cost.charge_reviews, 1e6, cards) for cards in (1, 20))

    assert one == pytest.approx({"DynamoDB writes": 4 * 0.625, "DynamoDB reads": 2 * 0.125})
    assert twenty == pytest.approx({"DynamoDB writes": 42 / 20 * 0.625, "DynamoDB reads": 21 / 20 * 0.125})


def test_due_list_reads_whole_items_one_after_the_other():
    for cards in (1_000, 20_000):
        bytes_read = cards * cost.CARD_BYTES + cost.LEARNER_BYTES
        assert (cost.due_units(cards) - 1) * 4096 < bytes_read <= cost.due_units(cards) * 4096
    assert usd(cost.charge_due_lists, 1e6, 1_000)["DynamoDB reads"] == pytest.approx(
        cost.due_units(1_000) * 0.125
    )


def test_cards_are_stored_with_what_dynamodb_adds_and_kept_for_recovery():
    gigabytes = 1e6 * (cost.CARD_BYTES + 100) / 1e9

    assert usd(cost.charge_cards, 1e6) == pytest.approx(
        {"DynamoDB storage": gigabytes * 0.25, "DynamoDB point-in-time recovery": gigabytes * 0.20}
    )


def test_report_has_the_table_by_the_million():
    by_the_million = cost.memory_usd(read_prices())

    assert by_the_million["reviews, one a request"] == pytest.approx(2.75)
    assert by_the_million["reviews, 20 cards a request"] == pytest.approx(1.44375)
    assert by_the_million["due lists of 20,000 cards"] == pytest.approx(cost.due_units(20_000) * 0.125)
    assert by_the_million["cards, kept for a month"] == pytest.approx(0.720 * 0.45)
