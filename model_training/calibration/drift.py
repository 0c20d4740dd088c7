"""How far the model's inputs of a week have moved from those before."""

from __future__ import annotations

from datetime import date, timedelta
from sys import float_info
from typing import TYPE_CHECKING, Any

from model_training import queries
from model_training.calibration.figures import DIGITS
from model_training.review_log.stability import (
    BINS,
    EDGE_DIGITS,
    MOST_OF_LEARNER,
    Distribution,
    stability_index,
)
from recall.features import DAYS_SINCE_LAST_REVIEW, DIFFICULTY, FEATURE_NAMES, REVIEW_COUNT
from recall.three_inputs import PRIOR_FAILURES, PRIOR_REVIEWS

if TYPE_CHECKING:
    from model_training.engines import Engine

WEEK, OLDER = timedelta(days=7), timedelta(days=28)
FEWEST = 500  # below it, chance alone looks like a bad model, or like a shift
TRAINING, OLDER_REVIEWS = "training", "older_reviews"
# The placeholders of `input_shares.sql` begin so.
_PLACEHOLDERS = {
    DAYS_SINCE_LAST_REVIEW.name: "days",
    REVIEW_COUNT.name: "count",
    DIFFICULTY.name: "difficulty",
}
_SAME = {"most": MOST_OF_LEARNER, "prior_failures": PRIOR_FAILURES, "prior_reviews": PRIOR_REVIEWS}

Inputs = dict[str, Distribution]


def input_drift(engine: Engine, day: date, trained_on: Inputs | None) -> dict[str, Any] | None:
    """Return how far the inputs of the week that ends with a day are from the reference.

    Parameters
    ----------
    engine : Engine
        Its ``reviews`` have those of the five weeks that end with the day.
    day : datetime.date
        The week's last UTC day.
    trained_on : dict or None
        The inputs' distributions in the reviews that the live model was trained on. None where its card has
        none, and for the default model, which was trained on other people: the four weeks before the week
        are the reference then.

    Returns
    -------
    dict or None
        ``reference``, ``reviews`` and the population stability index of each input, in which no learner
        weighs more than 50 reviews; None when the week, or the four before it, have fewer than `FEWEST`.
    """
    before = day - WEEK
    reference = trained_on or _spread(engine, before - OLDER + timedelta(days=1), before)
    if reference is None:
        return None
    reviews, shares = _shares(engine, before + timedelta(days=1), day, reference)
    if reviews < FEWEST:
        return None
    return {
        "reference": TRAINING if trained_on else OLDER_REVIEWS,
        "reviews": reviews,
        "inputs": {
            name: round(stability_index(reference[name]["shares"], shares[name]), DIGITS)
            for name in FEATURE_NAMES
        },
    }


def _spread(engine: Engine, first: date, last: date) -> Inputs | None:
    """Return the inputs' distributions in the scored reviews of some days, or None of too few."""
    rows = engine.rows(queries.read("input_deciles", first=first, last=last, bins=BINS, **_SAME))
    edges = {name: _edges([row for row in rows if row["input"] == name]) for name in FEATURE_NAMES}
    found: Inputs = {name: {"edges": edges[name]} for name in FEATURE_NAMES}
    reviews, shares = _shares(engine, first, last, found)
    if reviews < FEWEST:
        return None
    return {name: {"edges": edges[name], "shares": shares[name]} for name in FEATURE_NAMES}


def _edges(rows: list[dict[str, Any]]) -> list[float]:
    """Return the deciles of an input: the least values at which each tenth of the weight is reached."""
    reached = [
        min((row["value"] for row in rows if row["tenths"] >= tenths), default=None)
        for tenths in range(1, BINS)
    ]
    return sorted({round(value, EDGE_DIGITS) for value in reached if value is not None})


def _shares(engine: Engine, first: date, last: date, bins: Inputs) -> tuple[int, dict[str, list[float]]]:
    """Count the scored reviews of some days, and return which share of their weight is in each bin."""
    edges = {
        f"{_PLACEHOLDERS[name]}_{number}": edge
        for name in FEATURE_NAMES
        for number, edge in enumerate(_padded(bins[name]["edges"]), start=1)
    }
    rows = engine.rows(queries.read("input_shares", first=first, last=last, **_SAME, **edges))
    total = sum(row["weight"] for row in rows)
    shares = {name: [0.0] * (len(bins[name]["edges"]) + 1) for name in FEATURE_NAMES}
    for row in rows:
        for name in FEATURE_NAMES:
            shares[name][row[name]] += row["weight"] / total
    return sum(row["reviews"] for row in rows), shares


def _padded(edges: list[float]) -> list[float]:
    """Return nine edges, beyond the last of which nothing lies."""
    return [*edges, *[float_info.max] * (BINS - 1 - len(edges))]
