"""Both clients give the same of a learner, and store a review once whatever fails."""

import json

import msgspec
import pytest

from tests.unit.histories import seeded

from .callers import call_awaited, call_blocking
from .faults import FAULTS
from .learners import random_reviews, review
from .test_python_client_learner import IDS

# Slow: every call goes through three clients.
pytestmark = pytest.mark.slow


def sent(*reviews):
    """Return reviews as JSON has them."""
    return [{name: value for name, value in one.items() if value is not None} for one in plain(reviews)]


def plain(value):
    return json.loads(msgspec.json.encode(value))


FIRST, SECOND, SLIP, OTHER = sent(
    review("gato", 9, 1, event_id="e1"),
    review("gato", 4, event_id="e2", duration_ms=2400),
    review("gato", 0, 1, event_id="e3"),
    review("perro", 8, 2, event_id="é4"),
)
PAST = {"card": "pez", "reviews": [{"rating": 3, "reviewed_at": "2026-01-02T03:04:05.123456+09:00"}]}
LONG = sent(*random_reviews(1400, 90, seeded(6)))
# Calls about one learner, one after the other: the name of each, its method, and what it takes.
CALLS = {
    "unknown learner": ("describe",),
    "nothing due": ("due",),
    "a review": ("study", FIRST, {"time_zone": "Europe/Berlin", "day_starts_at": "05:00"}),
    "reviews of which one is wrong": (
        "study",
        [SECOND, OTHER | {"rating": 7}, OTHER, FIRST],
        {"for_each_rating": True, "target_recall": 0.85},
    ),
    "a wrong review": ("study", FIRST | {"card": ""}),
    "a wrong option": ("study", [FIRST], {"target_recall": 1}),
    "no reviews": ("study", []),
    "a slip": ("study", SLIP),
    "its undoing": ("undo", "e3"),
    "a card": ("card", "gato", {"for_each_rating": True}),
    "an unknown card": ("card", "pez"),
    "an import": ("import_cards", [PAST, PAST], {"time_zone": "Asia/Tokyo"}),
    "an import of which one is wrong": ("import_cards", [PAST, {"card": "ave", "reviews": [{"rating": 0}]}]),
    "due cards": ("due", {"limit": 2, "order": "loss", "until": "2026-12-24T18:00:00+01:00"}),
    "a wrong limit": ("due", {"limit": 0}),
    "the learner": ("describe",),
    "the export": ("export",),
    "a forgotten card": ("forget_card", "perro"),
    "a card forgotten twice": ("forget_card", "perro"),
    "many reviews": ("study", LONG),
    "many reviews again": ("study", LONG, {"for_each_rating": False}),
    "a large export": ("export",),
    "a forgotten learner": ("forget",),
    "a learner forgotten twice": ("forget",),
}
WRONG = {"unknown learner", "a wrong review", "a wrong option", "an unknown card", "a wrong limit"}
WRONG |= {"a card forgotten twice"}


@pytest.fixture(params=["python", "python-async", "typescript"])
def call(request, node):
    return {"python": call_blocking, "python-async": call_awaited, "typescript": node}[request.param]


def outcomes_of(call, endpoint, learner):
    """Return what each of the calls gives, in their order."""
    found = {}
    for name, (method, *given) in CALLS.items():
        options = given.pop() if given and isinstance(given[-1], dict) and "rating" not in given[-1] else {}
        found[name] = call(endpoint, method, *given, learner=learner, **options)
    return found


def test_calls_about_a_learner_give_the_same(memory_server, node, monkeypatch):
    monkeypatch.setattr("memory.endpoints.export.FULL", 20_000)
    memory_server.faults.clear()
    expected = outcomes_of(call_blocking, memory_server.endpoint, "ann")
    found = outcomes_of(node, memory_server.endpoint, "bea")
    expected["the learner"].result["learner"] = "bea"

    assert {name for name, outcome in expected.items() if outcome.error} == WRONG
    assert found == expected


@pytest.mark.parametrize("fault", [name for name, fault in FAULTS.items() if fault.passing])
def test_review_is_stored_once_whatever_passes(memory_server, call, learner, fault):
    memory_server.faults.clear()
    memory_server.faults.append(FAULTS[fault])
    studied = call(memory_server.endpoint, "study", OTHER | {"event_id": None}, learner=learner)
    exported = call(memory_server.endpoint, "export", learner=learner)

    assert studied.error is None
    assert studied.result["status"] == ("repeated" if fault == "response lost" else "accepted")
    assert [one["event_id"] for one in exported.result] == [studied.result["event_id"]]


def test_deletion_whose_response_was_lost_is_done(memory_server, call, learner):
    memory_server.faults.clear()
    call(memory_server.endpoint, "study", [FIRST, OTHER], learner=learner)
    lost = {}
    for method, name in (("undo", "é4"), ("forget_card", "gato")):
        memory_server.faults.append(FAULTS["response lost"])
        lost[method] = call(memory_server.endpoint, method, name, learner=learner).result

    assert lost == {"undo": {"event_id": "é4"}, "forget_card": {"card": "gato"}}


@pytest.mark.parametrize("text", IDS)
def test_any_id_finds_its_way(memory_server, node, learner, text):
    memory_server.faults.clear()
    one = OTHER | {"card": text, "event_id": text}
    node(memory_server.endpoint, "study", one, learner=text + learner)

    assert node(memory_server.endpoint, "card", text, learner=text + learner).result["card"] == text
    assert node(memory_server.endpoint, "undo", text, learner=text + learner).result["event_id"] == text
