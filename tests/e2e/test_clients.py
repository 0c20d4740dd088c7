"""The Python client over HTTP: compressed bodies, parts and errors get through the local cloud's gateway."""

import pytest
from recall_client import Client, ForbiddenError, History, InvalidInputError, Review, ThreeInputs

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
