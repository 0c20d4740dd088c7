"""Recall on a grid of cards, and whether it rises where it should fall."""

from __future__ import annotations

from itertools import pairwise, product

from model_training.registry.stored_model import Inputs, Predict

# From the bounds of the features to what is common between them.
DAYS = (0.0, 0.01, 0.5, 1.0, 3.0, 10.0, 30.0, 100.0, 400.0, 3_000.0, 36_500.0)
REVIEW_COUNTS = (1.0, 2.0, 5.0, 15.0, 60.0, 500.0, 10_000.0)
DIFFICULTIES = (1.0, 1.2, 2.0, 3.5, 5.5, 8.0, 9.9, 10.0)
# Two ways to add up the same sum differ by less.
TOLERANCE = 1e-12


def on_grid(predict: Predict) -> dict[Inputs, float]:
    """Return the recall of each card of the grid."""
    cards = list(product(DAYS, REVIEW_COUNTS, DIFFICULTIES))
    return dict(zip(cards, predict(cards), strict=True))


def first_rise(recall: dict[Inputs, float]) -> str | None:
    """Say between which cards of the grid recall rises with elapsed days or difficulty; None if nowhere.

    Steps between neighbours suffice: where none rises, none does between any two.
    """
    longer = ((a, n, d, b, n, d) for a, b in pairwise(DAYS) for n in REVIEW_COUNTS for d in DIFFICULTIES)
    harder = ((t, n, a, t, n, b) for a, b in pairwise(DIFFICULTIES) for n in REVIEW_COUNTS for t in DAYS)
    for name, steps in (("elapsed days", longer), ("difficulty", harder)):
        for step in steps:
            before, after = step[:3], step[3:]
            if recall[after] > recall[before] + TOLERANCE:
                return (
                    f"recall rises with {name}, from {recall[before]:.6f} for the card {before} "
                    f"to {recall[after]:.6f} for {after}"
                )
    return None
