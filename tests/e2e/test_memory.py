"""The memory over HTTP in the local cloud: a learner's whole way, odd ids, wrong requests, logs."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from tests.e2e.conftest import PROJECT
from tests.training.collections import Answer, write_collection

pytestmark = pytest.mark.e2e

NOW = datetime.now(UTC).replace(microsecond=0)


def review(event_id, card, *, days_ago=10.0, rating=3):
    at = (NOW - timedelta(days=days_ago)).isoformat()
    return {"event_id": event_id, "card": card, "rating": rating, "reviewed_at": at}


class Learner:
    """A learner, as an app calls the service about them."""

    def __init__(self, service, name):
        self._service = service
        self._path = f"/v1/learners/{quote(name, safe='')}"

    def get(self, *names, query=""):
        return self._service.call("GET", self._to(names) + query)

    def delete(self, *names):
        return self._service.call("DELETE", self._to(names))

    def study(self, *reviews, **more):
        return self._service.call("POST", f"{self._path}/reviews", {"reviews": reviews} | more)

    def bring(self, card, *reviews):
        return self._service.call(
            "POST", f"{self._path}/import", {"cards": [{"card": card, "reviews": reviews}]}
        )

    def export(self):
        return [(line["card"], line["event_id"]) for line in self.get("export").body]

    def _to(self, names):
        return "/".join([self._path, *(quote(name, safe="") for name in names)])


@pytest.mark.parametrize("odd", ["plain", "a/b", "a%20b", "Zoë 食べる 😀", "a+b c?d=e&f#g", "%2F..%2e"])
def test_learner_studies_sees_undoes_imports_and_is_forgotten(service, odd):
    ann, card, event = Learner(service, f"l {odd}"), f"c {odd}", f"e {odd}"
    studied = ann.study(review(event, card), review("second", card, days_ago=5), for_each_rating=True)
    assert studied.status == 200
    assert [each["status"] for each in studied.body["results"]] == ["accepted"] * 2
    due_at = studied.body["results"][1]["due_at"]

    seen = ann.get("cards", card)
    assert (seen.body["card"], seen.body["due_at"], seen.body["state"]["reviews"]) == (card, due_at, 2)
    far = (NOW + timedelta(days=59)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert [each["card"] for each in ann.get("due", query=f"?until={far}").body["cards"]] == [card]

    assert ann.delete("reviews", event).body == {"event_id": event, "card": card, "reviews": 1}
    old = {"rating": 1, "reviewed_at": (NOW - timedelta(days=300)).isoformat()}
    assert ann.bring(f"old {odd}", old).body["accepted"] == 1
    exported = ann.export()
    assert (exported[0], exported[1][0]) == ((card, "second"), f"old {odd}")
    assert ann.get().body["cards"] == 2
    assert ann.delete("cards", card).body == {"card": card, "reviews": 1}

    assert ann.delete().body == {"cards": 1}
    assert ann.get().status == 404
    assert ann.delete().body == {"cards": 0}


@pytest.mark.parametrize(
    ("call", "status", "code", "field"),
    [
        (lambda ann: ann.study(review("e", "c", rating=5)), 400, "invalid_input", "reviews[0].rating"),
        (lambda ann: ann.get("due", query="?order=hardest"), 400, "invalid_input", "order"),
        (lambda ann: ann.get("cards", "unknown"), 404, "not_found", "learner"),
        (lambda ann: ann.get("decks"), 404, "not_found", "path"),
        (lambda ann: ann.delete("due"), 405, "method_not_allowed", "method"),
    ],
    ids=["field", "parameter", "learner", "path", "method"],
)
def test_wrong_request_is_named(service, call, status, code, field):
    answer = call(Learner(service, "nobody"))

    assert answer.status == status
    assert (answer.body["error"]["code"], answer.body["error"]["field"]) == (code, field)


def test_learners_need_a_key(service):
    assert service.call("GET", "/v1/learners/nobody", x_api_key=None).status == 403


def test_reviews_of_many_learners_are_remembered_too(service):
    sent = [review(f"many-{name}", "c") | {"learner": name} for name in ("many 1", "many 2")]
    answer = service.call("POST", "/v1/reviews", {"reviews": sent})

    assert (answer.status, answer.body["accepted"]) == (202, 2)
    assert [Learner(service, each["learner"]).export() for each in sent] == [
        [("c", "many-many 1")],
        [("c", "many-many 2")],
    ]


@pytest.mark.slow
def test_anki_collection_is_imported_by_the_command_and_its_cards_are_due(service, tmp_path):
    path = tmp_path / "collection.anki2"
    answers = [
        Answer(NOW - timedelta(days=30 - day, seconds=card), card=card) for day in range(9) for card in (0, 1)
    ]
    cards = write_collection(path, sorted(answers, key=lambda answer: answer.at))
    reached = os.environ | {"RECALL_ENDPOINT": service.endpoint, "RECALL_API_KEY": service.api_key}
    command = [sys.executable, "-m", "model_training", "import", str(path), "--learner", "anki/ann"]
    for accepted, repeated in ((18, 0), (0, 18)):
        done = subprocess.run(command, cwd=PROJECT, env=reached, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        counts = f"{accepted} of 18 reviews of 2 cards imported, {repeated} were there already, 0 rejected"
        assert done.stdout == f"anki/ann: {counts}\n"

    ann = Learner(service, "anki/ann")
    assert ann.get().body["cards"] == 2
    assert {card for card, _ in ann.export()} == set(map(str, cards))


def test_logs_name_no_learner_card_or_review(service):
    ids = [f"secret{kind}{NOW.timestamp():.0f}" for kind in ("learner", "card", "event", "unknown")]
    learner, card, event, unknown = ids
    ann = Learner(service, learner)
    ann.study(review(event, card))
    ann.study(review(event, card, rating=9))
    for names in ([], ["due"], ["cards", card], ["cards", unknown], ["export"], [unknown]):
        ann.get(*names)
    service.call("POST", "/v1/reviews", {"reviews": [review(event, card) | {"learner": learner}]})
    for names in (["reviews", event], ["reviews", unknown], []):
        ann.delete(*names)

    messages = service.log_messages()
    assert any('"/v1/learners/{learner}/reviews/{event_id}"' in message for message in messages)
    assert not [message for message in messages if any(each in message for each in ids)]
