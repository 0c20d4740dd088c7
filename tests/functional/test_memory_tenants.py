"""An API key that is bound to a prefix reaches no other learner, and DynamoDB isn't even asked."""

import json

import pytest

from .calls import refused
from .store_proxy import StoreProxy

TENANTS = json.dumps({"key of a": "a-", "key of b": "b-"})
REVIEW = {"event_id": "e1", "card": "gato", "rating": 3, "reviewed_at": "2026-11-20T08:15:00Z"}
CALLS = {
    "study": lambda memory, learner: memory.study(learner, [REVIEW]),
    "due": lambda memory, learner: memory.due(learner),
    "card": lambda memory, learner: memory.card(learner, "gato"),
    "learner": lambda memory, learner: memory.learner(learner),
    "export": lambda memory, learner: memory.call("GET", "/v1/learners/{learner}/export", learner=learner),
    "import": lambda memory, learner: memory.import_cards(
        learner, [{"card": "perro", "reviews": [{"rating": 3, "reviewed_at": "2026-11-20T08:15:00Z"}]}]
    ),
    "undo": lambda memory, learner: memory.undo(learner, "e1"),
    "delete a card": lambda memory, learner: memory.delete_card(learner, "perro"),
    "erase": lambda memory, learner: memory.erase(learner),
}


@pytest.fixture
def proxy(tables):
    """Give a proxy in front of DynamoDB, which counts calls."""
    with StoreProxy(tables.url) as running:
        yield running


def test_bound_key_reaches_its_own_learners(device):
    memory = device(key="key of a", TENANTS=TENANTS)
    for name, call in CALLS.items():
        assert (name, call(memory, "a-ann").status) == (name, 200)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("learner", ["b-ben", "ann", "A-ann"])
def test_bound_key_reaches_no_other_learner(device, proxy, call, learner):
    memory = device(proxy.url, key="key of a", TENANTS=TENANTS)
    code, _, field = refused(CALLS[call](memory, learner), 403)
    assert (code, field) == ("forbidden", "learner")
    assert proxy.calls == []


def test_key_that_is_not_bound_reaches_everyone(device):
    memory = device(key="the owner's", TENANTS=TENANTS)
    assert [memory.study(learner, [REVIEW]).status for learner in ("a-ann", "b-ben", "c")] == [200] * 3


def test_call_without_a_key_reaches_nobody_where_keys_are_bound(device, proxy):
    memory = device(proxy.url, key=None, TENANTS=TENANTS)
    assert refused(memory.study("a-ann", [REVIEW]), 403)[0] == "forbidden"
    assert proxy.calls == []


def test_reviews_of_many_learners_are_stored_of_ones_own_only(device, memory):
    bound = device(key="key of a", TENANTS=TENANTS)
    sent = [REVIEW | {"event_id": f"e{n}", "learner": name} for n, name in enumerate(("a-ann", "b-ben"))]
    response = bound.call("POST", "/v1/reviews", {"reviews": sent})
    assert response.status == 202
    assert response.body["accepted"] == 1
    (rejected,) = response.body["rejected"]
    assert (rejected["index"], rejected["error"]["code"]) == (1, "forbidden")
    assert rejected["error"]["field"] == "reviews[1].learner"
    assert len(memory.export("a-ann")) == 1
    assert memory.export("b-ben") == []
