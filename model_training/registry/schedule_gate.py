"""Whether a learner could follow a model's schedule, checked on a fixed set of 200 histories.

The histories lie in ``gate_histories.json``, each a list of (days since the first review, rating): the four
first ratings, and cards of made-up learners under an SM-2 scheduler. What a model must fulfil:

- **Order.** Again ≤ Hard ≤ Good ≤ Easy, in recall at every later delay and in the interval for every target,
  for learners of whom nothing is known and for better and worse ones.
- **Reach.** Recall without delay is above .95, the highest target that is promised.
- **Sense.** At a target of .9, a new card rated Good comes back after 0.5 to 30 days, one rated Easy within
  90; for 9 of 10 histories, a Good answer at the due time makes an interval of a day or more 1.1 to 8 times
  as long.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from math import floor
from pathlib import Path

from recall import learner
from recall.card_history import CardHistory, history_of
from recall.curve import Curve, interval, recall_probability
from recall.features import AGAIN, EASY, GOOD
from recall.history import HistoryModel, history_features
from recall.learner import LearnerState

HISTORIES = Path(__file__).with_name("gate_histories.json")
RATINGS = ("Again", "Hard", "Good", "Easy")
TARGETS = (0.7, 0.8, 0.9, 0.95, 0.97)
DELAYS = (0.01, 1.0, 10.0, 100.0, 1_000.0)  # days
SENSIBLE_TARGET, HIGHEST_TARGET = 0.9, 0.95
FIRST_GOOD, FIRST_EASY = (0.5, 30.0), 90.0  # days
GROWTH, ALLOWED_SHARE = (1.1, 8.0), 0.1
MORNING = 0.4  # of a study day: when the histories' first reviews were
# An average learner, and ones whose cards last e times as long or as short.
LEARNERS = [learner.START, *(LearnerState((s, 0, 0, 0, 0, 0), learner.START.covariance) for s in (-1.0, 1.0))]


def schedule_faults(model: HistoryModel) -> Iterator[str]:
    """Yield what is wrong with a model's schedule, a line each; nothing for one that may go live."""
    yield from _first_answers(model)
    growths = []
    for number, reviews in enumerate(json.loads(HISTORIES.read_bytes())):
        history = _history(reviews)
        answers = _answered(model, history)
        for state in LEARNERS:
            yield from _disorder([model.curve(features, state) for features in answers], number)
        before = interval(model.curve(history_features(history)), SENSIBLE_TARGET)
        if before >= 1.0:
            growths.append(interval(model.curve(answers[GOOD - 1]), SENSIBLE_TARGET) / before)
    yield from _growth(growths)


def _first_answers(model: HistoryModel) -> Iterator[str]:
    curves = [model.curve(history_features(CardHistory(0.0, rating, 0))) for rating in range(AGAIN, EASY + 1)]
    highest = recall_probability(curves[GOOD - 1], 0.0)
    if not highest > HIGHEST_TARGET:
        yield f"recall is {highest:.3f} at the most, so a target of {HIGHEST_TARGET} can't be reached"
    *_, good, easy = (interval(curve, SENSIBLE_TARGET) for curve in curves)
    shortest, longest = FIRST_GOOD
    if not shortest <= good <= longest:
        yield (
            f"a new card rated Good comes back after {good:.1f} days at {SENSIBLE_TARGET}; "
            f"sensible are {shortest} to {longest:g}"
        )
    if not easy <= FIRST_EASY:
        yield f"a new card rated Easy comes back after {easy:.1f} days; sensible are at most {FIRST_EASY:g}"


def _answered(model: HistoryModel, history: CardHistory) -> list[tuple[float, ...]]:
    """Return the features after each of the four answers, given at the due time, but a day later at least."""
    due = history.time + max(interval(model.curve(history_features(history)), SENSIBLE_TARGET), 1.0)
    day = max(floor(due + MORNING), history.day + 1)
    return [history_features(history.after(due, rating, day)) for rating in range(AGAIN, EASY + 1)]


def _disorder(curves: list[Curve], number: int) -> Iterator[str]:
    measures = [
        *(
            (f"the interval for {target}", [interval(curve, target) for curve in curves])
            for target in TARGETS
        ),
        *((f"recall after {t:g} days", [recall_probability(curve, t) for curve in curves]) for t in DELAYS),
    ]
    for what, values in measures:
        for worse, (before, after) in enumerate(pairwise(values)):
            if not before <= after:
                names = f"{RATINGS[worse + 1]} than after {RATINGS[worse]}"
                yield f"history {number}: {what} is less after {names}"


def _growth(growths: list[float]) -> Iterator[str]:
    least, most = GROWTH
    outside = [growth for growth in growths if not least <= growth <= most]
    if len(outside) > ALLOWED_SHARE * len(growths):
        yield (
            f"for {len(outside)} of {len(growths)} histories a Good answer makes the interval "
            f"{min(outside):.2f} to {max(outside):.2f} times as long; sensible are {least} to {most:g} times"
        )


def _history(reviews: list[tuple[float, int]]) -> CardHistory:
    return history_of((time, rating, floor(time + MORNING), 0.0) for time, rating in reviews)
