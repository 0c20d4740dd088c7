"""A model that only predicts, such as an estimator of the owner's own, is scheduled by what it predicts."""

import json

import pytest

from http_kit.request import Request
from inference.endpoints.curve import curve
from inference.endpoints.predict import predict
from inference.endpoints.rank import rank
from inference.endpoints.schedule import schedule
from inference.loaded_model import LoadedModel
from inference.sampled import Sampled
from recall.curve import interval, recall_probability

from .calls import CARD, post
from .fakes import THREE_INPUTS
from .full_model import NOW, REVIEWS

TIMELESS = {"review_count": 4, "difficulty": 5.5}


def smooth(cards):
    return [THREE_INPUTS.recall_probability(*card) for card in cards]


def steps(cards):
    """Recall of 0.9 for 5 days, of 0.6 up to the 40th, then of 0.2: as trees predict."""
    return [0.9 if days < 5 else 0.6 if days < 40 else 0.2 for days, _, _ in cards]


class Store:
    """Serves a model that only predicts."""

    def __init__(self, model):
        self._model = LoadedModel(model, {"training": None}, None, "own", None, "")

    def current(self):
        return self._model


def call(route, body, model=smooth):
    return json.loads(route(Request(post(body)), Store(model)).body)


def test_target_above_recall_after_the_shortest_interval_is_not_reachable():
    body = call(schedule, TIMELESS | {"target_recall": 0.99})

    assert body["interval_days"] == 1
    assert body["reachable"] is False
    assert body["highest_recall"] == recall_probability(THREE_INPUTS.curve(4, 5.5), 1)


def test_new_cards_recall_is_0_and_the_others_are_predicted():
    body = call(predict, {"cards": [{"reviews": []}, CARD, {"reviews": []}]})

    assert [r["recall_probability"] for r in body["results"]] == [0.0, *smooth([(3, 4, 5.5)]), 0.0]


def test_each_rating_has_its_interval():
    body = call(schedule, {"reviews": REVIEWS, "now": NOW, "for_each_rating": True, "target_recall": 0.5})

    days = [body[name]["interval_days"] for name in ("again", "hard", "good", "easy")]
    assert days[0] < days[1] == days[2] == days[3]  # three inputs know of failures only


def test_step_is_found_where_it_is():
    (intervals,) = Sampled(steps, [(0, 4, 5.5)]).intervals([0.95, 0.9, 0.7, 0.6, 0.5, 0.2, 0.1])

    assert intervals == [0, 0, *[pytest.approx(5)] * 2, *[pytest.approx(40)] * 2, 36_500]
    for days, target in zip(intervals[2:6], (0.7, 0.6, 0.5, 0.2), strict=True):
        assert steps([(days, 4, 5.5)])[0] <= target


def test_cards_and_targets_keep_their_order():
    cards = [(0, 1, 2), (0, 9, 3), (0, 4, 8)]
    intervals = Sampled(smooth, cards).intervals([0.8, 0.6])

    assert intervals == [
        [pytest.approx(interval(THREE_INPUTS.curve(*card[1:]), target), rel=1e-6) for target in (0.8, 0.6)]
        for card in cards
    ]


def test_curve_and_order_are_of_its_predictions():
    course = call(curve, TIMELESS | {"days": 50, "points": 11}, steps)
    ranking = call(
        rank, {"cards": [CARD | {"days_since_last_review": d} for d in (1, 4.5, 60)], "by": "loss"}, steps
    )

    assert course["recall_probability"] == [0.9, *[0.6] * 7, *[0.2] * 3]
    assert [(r["index"], r["expected_loss"]) for r in ranking["ranking"]] == [
        (1, pytest.approx(0.3)),
        (0, 0),
        (2, 0),
    ]
