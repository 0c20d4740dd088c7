"""The experiment's results in figures: JSON values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, log
from statistics import fmean
from typing import Any

import numpy as np

from model_training.closed_loop.experiment import FSRS_FITTED, Contender, Plan, Result

# What two schedulers' reviews are compared at: recall at reviews says nothing of the cards that rarely come.
EQUAL = ("achieved_recall", "known_cards")

# For each kind of memory, each learner's results.
Results = Mapping[str, Sequence[Mapping[Contender, Result]]]


def summarise(results: Results, plan: Plan, *, seed: int, model: str) -> dict[str, Any]:
    """Return the experiment's figures.

    Parameters
    ----------
    results : mapping of str to sequence of mapping
        For each kind of memory, each learner's results.
    plan : Plan
        The experiment's plan.
    seed : int
        The learners' seed.
    model : str
        The served model's name.

    Returns
    -------
    dict
        The parameters; under ``memories``, for each kind, ``schedulers`` (of each scheduler and target what
        `scheduler_figures` gives) and for each of `EQUAL` the `reviews_at_equal`.
    """
    return {
        "seed": seed,
        "model": model,
        "learners": len(next(iter(results.values()))),
        "plan": plan._asdict(),
        "memories": {kind: _memory_figures(learners) for kind, learners in results.items()},
    }


def _memory_figures(learners: Sequence[Mapping[Contender, Result]]) -> dict[str, Any]:
    schedulers = [scheduler_figures(each, [results[each] for results in learners]) for each in learners[0]]
    equal = {f"at_equal_{key}": reviews_at_equal(schedulers, key) for key in EQUAL}
    return {"schedulers": schedulers, **equal}


def scheduler_figures(contender: Contender, learners: Sequence[Result]) -> dict[str, Any]:
    """Return the figures of a scheduler with a target recall.

    Returns
    -------
    dict
        ``achieved_recall`` is the mean true probability of recall over all counted reviews, ``per_learner``
        the same over each learner's; ``known_cards`` is the expected number of cards that are recalled at
        the end, ``reviews`` all of the scheduler's time.
    """
    scheduler, target = contender
    per_learner = [fmean(each.recalls) for each in learners]
    reviews, cards = sum(each.reviews for each in learners), sum(each.cards for each in learners)
    known = sum(each.known for each in learners)
    return {
        "scheduler": scheduler,
        "target_recall": target,
        "achieved_recall": fmean(recall for each in learners for recall in each.recalls),
        "lowest_learner": min(per_learner),
        "highest_learner": max(per_learner),
        "per_learner": per_learner,
        "reviews": reviews,
        "cards": cards,
        "reviews_per_card": reviews / cards,
        "known_cards": known,
        "known_per_1000_reviews": 1_000 * known / reviews,
    }


def reviews_at_equal(schedulers: Sequence[Mapping[str, Any]], key: str) -> list[dict[str, Any]]:
    """Return what each scheduler would cost where it is as good as FSRS-6, fitted per learner.

    Parameters
    ----------
    schedulers : sequence of dict
        Figures of one kind of memory, each from `scheduler_figures`.
    key : str
        The figure in which both are equal, one of `EQUAL`.

    Returns
    -------
    list of dict
        For each target of the fitted FSRS-6: the figure that it reached, under its key, and
        of each scheduler that takes a target ``reviews``: ln(reviews), interpolated linearly between the
        figures that it reached itself; None outside of them.
    """
    costs: dict[str, list[Mapping[str, Any]]] = {}
    for each in schedulers:
        if each["target_recall"] is not None:
            costs.setdefault(each["scheduler"], []).append(each)
    return [
        {
            "target_recall": each["target_recall"],
            key: each[key],
            "reviews": {name: _reviews_at(each[key], key, figures) for name, figures in costs.items()},
        }
        for each in costs[FSRS_FITTED]
    ]


def _reviews_at(value: float, key: str, figures: Sequence[Mapping[str, Any]]) -> float | None:
    reached, log_reviews = zip(*sorted((each[key], log(each["reviews"])) for each in figures), strict=True)
    return exp(np.interp(value, reached, log_reviews)) if reached[0] <= value <= reached[-1] else None
