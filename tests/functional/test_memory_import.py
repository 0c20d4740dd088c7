"""An Anki collection, imported: what is due is what the stateless schedule says of the same histories."""

import json
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from inference.handler import make_service
from model_training.learner_import.run import import_reviews
from model_training.progress import Progress
from model_training.readers import read

from ..training.collections import Answer, add_answers, add_card, open_collection
from .calls import load_event, response_of
from .memories import MODEL_FILE

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CARDS, DAYS = 25, 90


class ToFunction:
    """The memory's function in the place of a deployed service."""

    def __init__(self, memory):
        self._memory = memory

    def import_reviews(self, learner, body):
        response = self._memory.import_cards(learner, body["cards"])
        assert response.status == 200, response.body
        return response.body


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """Give the reviews of a collection whose owner studies in the evening, far from Greenwich."""
    path, random = tmp_path_factory.mktemp("anki") / "collection.anki2", Random(15)  # noqa: S311 - data
    with open_collection(path, cards=0) as collection:
        collection.set_config("localOffset", 8 * 60)  # minutes west
        for number in range(CARDS):
            add_card(collection, f"front {number}")
        answers = [
            Answer(
                NOW - timedelta(days=DAYS - day, minutes=random.randrange(500), milliseconds=card),
                card=card,
                ease=random.choices((1, 2, 3, 4), (1, 1, 5, 2))[0],
                duration_ms=random.randrange(1_000, 20_000),
            )
            for day in range(DAYS - 1)
            for card in random.sample(range(CARDS), 3)
        ]
        add_answers(collection, sorted(answers, key=lambda answer: answer.at))
    return read([path], now=NOW)


@pytest.fixture
def memory(device):
    return device(clock=NOW.timestamp)


def imported(log, memory):
    with Progress(1) as progress:
        return import_reviews(log, "ada", ToFunction(memory), progress)


def schedule(memory):
    """Return what the stateless API says of the exported histories, by card."""
    histories = {}
    for review in memory.export("ada"):
        names = {
            "at": review["reviewed_at"],
            "rating": review["rating"],
            "duration_ms": review["duration_ms"],
        }
        histories.setdefault(review["card"], []).append(names)
    body = {
        "cards": [{"reviews": reviews} for reviews in histories.values()],
        "now": NOW.isoformat(),
        "learner_state": memory.learner("ada").body["learner_state"],
    }
    variables = {"MODEL_FILE": str(MODEL_FILE), "MODEL_REFRESH_SECONDS": "60"}
    service = make_service(variables | {"METRICS_NAMESPACE": "Recall", "STAGE": "test"})
    event = load_event("predict_single", path="/v1/schedule", body=json.dumps(body))
    response = response_of(service.respond(event))
    assert response.status == 200, response.body
    return dict(zip(histories, response.body["results"], strict=True))


def test_imported_reviews_are_those_of_the_collection_each_on_its_study_day(log, memory):
    done = imported(log, memory)
    exported = memory.export("ada")

    assert (done.accepted, done.repeated, done.rejected) == (len(log.reviews), 0, {})
    assert done.other_study_days == 0
    assert [(each["card"], each["rating"], each["duration_ms"]) for each in exported] == [
        (str(card), rating, duration)
        for card, rating, duration in log.reviews[["card", "rating", "duration_ms"]].itertuples(index=False)
    ]


def test_second_import_changes_nothing(log, memory):
    imported(log, memory)
    before = memory.export("ada"), memory.learner("ada").body
    done = imported(log, memory)

    assert (done.accepted, done.repeated) == (0, len(log.reviews))
    assert (memory.export("ada"), memory.learner("ada").body) == before


def test_due_list_is_the_stateless_schedule_of_the_same_histories(log, memory):
    imported(log, memory)
    expected = schedule(memory)
    listed = {card["card"]: card for card in memory.due("ada", limit="1000").body["cards"]}

    assert {card for card, found in expected.items() if found["due_at"] <= "2026-11-20T12:00:00Z"} == set(
        listed
    )
    assert 0 < len(listed) < CARDS
    for name, card in listed.items():
        assert card["due_at"] == expected[name]["due_at"]
        assert card["interval_days"] == pytest.approx(expected[name]["interval_days"], rel=1e-6)
