"""Parity of the history model: what training computes of known reviews, replayed by what is served."""

import json

import pytest

from model_training.fitting.starting_point import default_model
from model_training.history.known import REVIEWS, recorded_histories
from model_training.registry.gates import GateError, check
from model_training.registry.parity import different_history
from model_training.registry.stored_model import StoredModel
from recall.artifact import Artifact, encode
from recall.history import HEADS, HISTORY_FEATURES, SIGNS, HistoryModel

from .releases import card_of

START = default_model()
MODEL = encode(Artifact(START.three_inputs, {}, START.history))
RECORDED = recorded_histories(START.history)
PARAMETERS = ("intercept", *HISTORY_FEATURES, "log_decay", "slip_logit")
COUNT = PARAMETERS.index("log_decay")
NOTE = "v1 records no predictions from histories (an older model): their parity isn't checked"


def stored(recorded, model=MODEL):
    card = card_of(model, START.three_inputs) | {"recorded_histories": recorded}
    return StoredModel("v1", "model.json", model, json.dumps(card).encode())


def moved(history, head, position):
    """Return a history model with one number of a line moved, to the side that its sign allows."""
    data = history.to_dict()
    name = PARAMETERS[position]
    values, key = (data[head], name) if position >= COUNT else (data[head]["log_stability"], position)
    values[key] += SIGNS.get(name, 1) * 1e-9 * (1 + abs(values[key])) or 1e-9
    return HistoryModel.from_dict(data)


def test_model_that_predicts_what_was_recorded_passes_without_a_note():
    assert check(stored(RECORDED)) == []


def test_known_reviews_meet_every_feature():
    by_card = {}
    for card, _, rating, _ in REVIEWS:
        by_card.setdefault(card, []).append(rating)
    assert {ratings[0] for ratings in by_card.values()} == {1, 2, 3, 4}
    assert {(card, days) for card, days, *_ in RECORDED["predicted"]} > {("slow", 6.0), ("leech", 8.5)}
    assert len({tuple(row[2:]) for row in RECORDED["predicted"]}) == len(RECORDED["predicted"])


def test_other_answer_duration_is_noticed():
    recorded = json.loads(json.dumps(RECORDED))
    changed = recorded["reviews"].index(["slow", 6.0, 3, 30_000])
    recorded["reviews"][changed][3] = 30_001
    # The only later prediction of this card, and all that come after with the learner
    different = different_history({"recorded_histories": recorded}, START.history)
    assert "for the card ('with its learner', 'easy', 60.75), recorded was 0." in different


@pytest.mark.parametrize("head", HEADS)
def test_parameter_that_differs_from_the_recorded_model_is_noticed(head):
    unnoticed = []
    for position, name in enumerate(PARAMETERS):
        recorded = {"recorded_histories": recorded_histories(moved(START.history, head, position))}
        if ", recorded was 0." not in (different_history(recorded, START.history) or ""):
            unnoticed.append(name)
    assert unnoticed == []


@pytest.mark.parametrize(("head", "name"), [(2, "alone"), (3, "with its learner")])
def test_model_that_misses_a_recorded_prediction_is_refused(head, name):
    recorded = json.loads(json.dumps(RECORDED))
    recorded["predicted"][-1][head] += 2e-12
    card, days = recorded["predicted"][-1][:2]
    with pytest.raises(GateError) as refused:
        check(stored(recorded))
    assert f"for the card {(name, card, days)}, recorded was 0." in str(refused.value)


@pytest.mark.parametrize(
    "recorded",
    [
        [1],
        {"reviews": []},
        RECORDED | {"predicted": RECORDED["predicted"][1:]},
        RECORDED | {"reviews": [["a", 0.0, 9, 0], ["a", 1.0, 3, 0]]},
        RECORDED | {"reviews": [["a", 0.0, 3], ["a", 1.0, 3]]},
    ],
)
def test_malformed_recorded_predictions_are_refused(recorded):
    with pytest.raises(GateError, match=r"^v1: its card's recorded predictions aren't any: publish it again"):
        check(stored(recorded))


def test_older_model_without_recorded_histories_passes_with_a_note():
    assert check(stored(None)) == [NOTE]


def test_model_that_lost_its_history_is_refused():
    with pytest.raises(
        GateError, match=r"^v1: its card records predictions from histories, and it makes none"
    ):
        check(stored(RECORDED, encode(Artifact(START.three_inputs, {}))))
