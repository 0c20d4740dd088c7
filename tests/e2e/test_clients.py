"""The clients over HTTP: compressed bodies, parts and errors get through the local cloud's gateway."""

from contextlib import closing
from datetime import UTC, datetime

import pytest
from recall_client import Client, ForbiddenError, History, InvalidInputError, Review, ThreeInputs

from tests.clients.callers import Node

pytestmark = pytest.mark.e2e

INPUTS = [
    ThreeInputs(days_since_last_review=i % 90, review_count=1 + i % 9, difficulty=5) for i in range(1400)
]
HISTORIES = [
    History(reviews=[Review(days_ago=1 + i, rating=3), Review(days_ago=i / 2, rating=3)]) for i in range(100)
]
CARDS = [*INPUTS, *HISTORIES]


@pytest.fixture
def client(service):
    with Client(service.endpoint, service.api_key) as client:
        yield client


def test_predictions_of_a_large_mixed_batch_are_in_its_order(client):
    predictions = client.predict(CARDS)

    assert len(predictions) == 1500
    for position in (0, 1000, 1450):
        alone = client.predict(CARDS[position]).recall_probability
        # Not quite equal: `now` is another, and so are the last digits of a history's times.
        assert predictions[position].recall_probability == pytest.approx(alone, abs=1e-6)


def test_wrong_input_names_the_card_in_the_whole_list(client):
    with pytest.raises(InvalidInputError) as refused:
        client.schedule([*CARDS, ThreeInputs(review_count=0, difficulty=5)])

    assert refused.value.field == "cards[1500].review_count"
    assert refused.value.request_id


def test_wrong_key_is_forbidden(service):
    with Client(service.endpoint, "not-the-key") as client, pytest.raises(ForbiddenError):
        client.model()


@pytest.fixture
def node(service):
    with closing(Node(service.api_key)) as node:
        yield node


def test_typescript_client_gives_what_the_python_client_gives(service, client, node):
    deck = [
        {"days_since_last_review": i % 90, "review_count": 1 + i % 9, "difficulty": 5} for i in range(1400)
    ]
    deck += [{"reviews": [{"days_ago": 1 + i, "rating": 3}], "rating": 3} for i in range(100)]
    now = datetime(2026, 11, 20, 9, tzinfo=UTC)
    expected = client.predict(deck, now=now)
    outcome = node(service.endpoint, "predict", deck, now="2026-11-20T09:00:00Z")

    assert [one["recall_probability"] for one in outcome.result["results"]] == [
        one.recall_probability for one in expected
    ]
    assert outcome.result["learner_state"] == expected.learner_state
    assert node(service.endpoint, "schedule", [*deck[:1400], {"review_count": 0, "difficulty": 5}]).field == (
        "cards[1400].review_count"
    )
