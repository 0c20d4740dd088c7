"""A card that was never reviewed is answered everywhere."""

import pytest

from .calls import CARD
from .full_model import NOW

NEW = {"reviews": []}


def test_recall_of_a_new_card_is_0(call):
    assert call("/v1/predict", NEW).body == {
        "recall_probability": 0.0,
        "model": "history",
        "model_version": "file",
        "new": True,
    }


def test_new_card_in_a_list_leaves_the_others_as_they_are(call):
    results = call("/v1/predict", {"cards": [CARD, NEW, CARD]}).body["results"]

    assert [result.get("new", False) for result in results] == [False, True, False]
    assert results[0] == call("/v1/predict", CARD).body


def test_new_card_is_due_after_the_shortest_interval_from_now(call):
    assert call("/v1/schedule", NEW | {"now": NOW}).body == {
        "interval_days": 1 / 1440,
        "target_recall": 0.9,
        "reachable": False,
        "highest_recall": 0.0,
        "due_at": "2026-11-20T09:01:00Z",
        "model": "history",
        "model_version": "file",
        "new": True,
    }


def test_curve_of_a_new_card_is_0(call):
    body = call("/v1/curve", NEW | {"points": 3}).body

    assert body["recall_probability"] == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(("by", "place", "extra"), [("recall", 0, {}), ("loss", 1, {"expected_loss": 0.0})])
def test_new_card_is_ranked_by_a_recall_and_a_loss_of_0(call, by, place, extra):
    ranking = call("/v1/rank", {"cards": [CARD, NEW], "by": by}).body["ranking"]

    assert ranking[place] == {"index": 1, "recall_probability": 0.0, "new": True} | extra


def test_first_rating_makes_a_new_card_a_reviewed_one(call):
    body = call("/v1/schedule", NEW | {"rating": 3, "now": NOW}).body
    reviewed = call("/v1/schedule", {"reviews": [{"at": NOW, "rating": 3}], "now": NOW}).body

    assert "new" not in body
    assert body == reviewed | {"learner_state": body["learner_state"]}
