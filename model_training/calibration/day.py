"""What is known of one UTC day: each model's figures, and how far the inputs had moved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pandas as pd

from model_training.calibration.figures import DIGITS, Figures, figures
from model_training.calibration.outcomes import Outcomes
from model_training.calibration.tenure import Models, Tenure, evidence_after
from model_training.fitting.starting_point import default_model
from model_training.registry.lake import Lake
from model_training.registry.stored_model import read_card
from model_training.review_log.features import FEATURE_COLUMNS, OUTCOME
from model_training.review_log.stability import (
    Distribution,
    by_learner,
    input_distributions,
    stability_index,
)

SHOWN, REPLAYED = "shown", "replayed_"
# Callers name the versions: nobody may fill a report with them. Of more, the most used are kept.
MOST_VERSIONS = 5
WEEK = timedelta(days=7)
FEWEST = 500  # below it, chance alone looks like a bad model, or like a shift

TRAINING, OLDER = "training", "older_reviews"


def day_report(day: date, outcomes: Outcomes, tenure: Tenure, models: Models, lake: Lake) -> dict[str, Any]:
    """Return a day's report, as JSON values.

    Returns
    -------
    dict
        ``day``; ``model_version``, live at its end; ``predictions``: figures by ``source`` (``shown``, or
        ``replayed_three_inputs`` and ``replayed_history`` by the live model) and ``model_version`` (None
        where the caller named none); ``drift``, see `input_drift`, or None.
    """
    return {
        "day": str(day),
        "model_version": tenure.version or default_model().name,
        "predictions": [*_shown(outcomes.shown_on(day)), *_replayed(day, outcomes, tenure, models)],
        "drift": input_drift(day, outcomes.inputs, _trained_on(lake, tenure.version)),
    }


def input_drift(
    day: date, inputs: pd.DataFrame, trained_on: dict[str, Distribution] | None
) -> dict[str, Any] | None:
    """Return how far the inputs of the week that ends with a day are from the reference.

    Parameters
    ----------
    day : datetime.date
        The week's last day.
    inputs : DataFrame
        The model's inputs, one row for each scored review of the lake.
    trained_on : dict or None
        The inputs' distributions in the reviews that the live model was trained on. None where its card has
        none, and for the default model, which was trained on other people: the reviews before the week are
        the reference then.

    Returns
    -------
    dict or None
        ``reference``, ``reviews`` and the population stability index of each input, in which no learner
        weighs more than 50 reviews; None when the week, or the reviews before it, are fewer than `FEWEST`.
    """
    end = pd.Timestamp(day, tz="UTC") + pd.Timedelta(days=1)
    start = end - WEEK
    week = inputs[(inputs["reviewed_at"] >= start) & (inputs["reviewed_at"] < end)]
    older = inputs[inputs["reviewed_at"] < start]
    if len(week) < FEWEST or (trained_on is None and len(older) < FEWEST):
        return None
    reference = input_distributions(older) if trained_on is None else trained_on
    weights = by_learner(week)
    return {
        "reference": OLDER if trained_on is None else TRAINING,
        "reviews": len(week),
        "inputs": {
            name: round(stability_index(reference[name], week[name], weights), DIGITS)
            for name in FEATURE_COLUMNS
        },
    }


def _shown(reviews: pd.DataFrame) -> Iterator[Figures]:
    versions = reviews["model_version"].fillna("")
    sizes = versions.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    for version in sizes.index[:MOST_VERSIONS]:
        of_version = reviews[versions == version]
        recalled, probability = (of_version[name].to_numpy() for name in ("recalled", "recall_probability"))
        yield {"source": SHOWN, "model_version": version or None} | figures(recalled, probability)


def _replayed(day: date, outcomes: Outcomes, tenure: Tenure, models: Models) -> Iterator[Figures]:
    model = models.get(tenure.version)
    if model is None:
        return
    reviews = outcomes.unshown_on(day, evidence_after(tenure, model))
    if reviews.empty:
        return
    recalled = reviews[OUTCOME].to_numpy()
    for way, probability in model.predictions(reviews).items():
        yield {"source": REPLAYED + way, "model_version": model.version} | figures(recalled, probability)


def _trained_on(lake: Lake, version: str | None) -> dict[str, Distribution] | None:
    data = None if version is None else read_card(lake, version).get("data")
    found = data.get("inputs") if isinstance(data, dict) else None
    return found if isinstance(found, dict) and set(FEATURE_COLUMNS) <= set(found) else None
