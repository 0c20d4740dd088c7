"""A model whose schedule no learner could follow is refused, with what is wrong with it."""

import json
import re
from math import log

import pytest

from model_training.fitting.starting_point import default_model
from model_training.registry.gates import GateError, check
from model_training.registry.schedule_gate import HISTORIES, schedule_faults
from model_training.registry.stored_model import StoredModel
from recall.artifact import Artifact, encode
from recall.history import HistoryModel
from recall.learner import START
from tests.unit.histories import FSRS_MODEL, line

from .releases import card_of

DEFAULT = default_model()
GOOD_TOO_LATE = "a new card rated Good comes back after 40.0 days at 0.9; sensible are 0.5 to 30"
EASY_TOO_LATE = "a new card rated Easy comes back after 143.9 days; sensible are at most 90"


class Changed:
    """A history model with other stabilities, such as no line of features may give."""

    def __init__(self, stability):
        self._stability = stability

    def curve(self, features, state=START):
        curve = FSRS_MODEL.curve(features, state)
        return curve._replace(log_stability=self._stability(curve.log_stability))


def faults(new_learner):
    return list(schedule_faults(HistoryModel(new_learner, DEFAULT.history.known_learner)))


def stored(history):
    model = encode(Artifact(DEFAULT.three_inputs, {}, history))
    return StoredModel("v1", "model.json", model, json.dumps(card_of(model, DEFAULT.three_inputs)).encode())


# A third of FSRS-6's stability, and half of what may be forgotten at 0.9 is slip.
IMPATIENT = line(-5.0, -2.0, -2.97, log_stability=1.0)
# The same stability for most cards, and a slip of 6 %.
CARELESS = line(1.0, -2.0, log(0.06 / 0.94))
FAULTS = list(schedule_faults(HistoryModel(CARELESS, CARELESS)))


@pytest.mark.parametrize("model", [DEFAULT.history, FSRS_MODEL], ids=["default", "FSRS-6"])
def test_sensible_model_has_no_fault(model):
    assert list(schedule_faults(model)) == []


def test_histories_are_200_and_begin_with_the_four_first_answers():
    histories = json.loads(HISTORIES.read_bytes())
    assert len(histories) == 200
    assert histories[:4] == [[[0, 1]], [[0, 2]], [[0, 3]], [[0, 4]]]


def test_good_that_comes_back_after_40_days_is_a_fault():
    # FSRS-6 gives 2.3065 days after Good and 8.2956 after Easy.
    longer = Changed(lambda log_stability: log_stability + log(40 / 2.3065))
    assert list(schedule_faults(longer))[:2] == [GOOD_TOO_LATE, EASY_TOO_LATE]


def test_good_that_comes_back_within_hours_is_a_fault():
    assert faults(IMPATIENT) == [
        "a new card rated Good comes back after 0.3 days at 0.9; sensible are 0.5 to 30"
    ]


def test_slip_that_keeps_recall_below_the_highest_target_is_a_fault():
    slipping = line(slip_logit=log(0.06 / 0.94), log_stability=1.0)
    assert faults(slipping) == ["recall is 0.940 at the most, so a target of 0.95 can't be reached"]


def test_intervals_that_grow_too_slowly_are_a_fault():
    (fault,) = faults(line(1.0, -2.0, -4.0))
    assert re.fullmatch(r"for 43 of 193 histories .* 1.00 to 1.09 times as long; .* 1\.1 to 8 times", fault)


def test_intervals_that_grow_too_fast_are_a_fault():
    squared = Changed(lambda log_stability: 2.0 * log_stability)
    fault = list(schedule_faults(squared))[-1]
    assert re.fullmatch(
        r"for 150 of 179 histories .* 1.00 to 185.93 times as long; .* 1\.1 to 8 times", fault
    )


def test_model_that_schedules_a_worse_answer_later_is_out_of_order():
    found = list(schedule_faults(Changed(lambda log_stability: -log_stability)))
    assert "history 2: the interval for 0.9 is less after Hard than after Again" in found
    assert "history 2: recall after 10 days is less after Easy than after Good" in found


def test_promotion_is_refused_with_the_first_fault_and_their_number():
    assert len(FAULTS) == 2
    with pytest.raises(GateError) as refused:
        check(stored(HistoryModel(CARELESS, CARELESS)))
    assert str(refused.value) == (
        f"v1: {FAULTS[0]} (2 such faults): train it on more reviews, or if learners may get such schedules: "
        'promote v1 --force "reason"'
    )


def test_forced_promotion_passes_and_notes_every_fault():
    assert check(stored(HistoryModel(CARELESS, CARELESS)), forced=True) == [
        *(f"v1: {fault}" for fault in FAULTS),
        "v1 records no predictions from histories (an older model): their parity isn't checked",
    ]


def test_model_without_histories_has_no_schedule_to_check():
    model = encode(Artifact(DEFAULT.three_inputs, {}))
    card = json.dumps(card_of(model, DEFAULT.three_inputs)).encode()
    assert check(StoredModel("v1", "model.json", model, card)) == []
