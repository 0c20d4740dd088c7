"""Recall on a grid of cards, and whether it rises where it should fall."""

from __future__ import annotations

from itertools import product

from model_training.registry.stored_model import Inputs, Predict

# From the bounds of the features to what is common between them.
DAYS = (0.0, 0.01, 0.5, 1.0, 3.0, 10.0, 30.0, 100.0, 400.0, 3_000.0, 36_500.0)
REVIEW_COUNTS = (1.0, 2.0, 5.0, 15.0, 60.0, 500.0, 10_000.0)
DIFFICULTIES = (1.0, 1.2, 2.0, 3.5, 5.5, 8.0, 9.9, 10.0)


def on_grid(predict: Predict) -> dict[Inputs, float]:
    """Return the recall of each card of the grid."""
    cards = list(product(DAYS, REVIEW_COUNTS, DIFFICULTIES))
    return dict(zip(cards, predict(cards), strict=True))


def first_rise(recall: dict[Inputs, float], tolerance: float) -> str | None:
    """Say between which cards of the grid recall rises with elapsed days or difficulty; None if nowhere.

    Each card is compared with the lowest one before it: many steps within the tolerance may not add up.

    Parameters
    ----------
    recall : dict
        Result of `on_grid`.
    tolerance : float
        By how much it may rise, from `recall.pointer.TOLERANCES`.
    """
    longer = ([(t, n, d) for t in DAYS] for n in REVIEW_COUNTS for d in DIFFICULTIES)
    harder = ([(t, n, d) for d in DIFFICULTIES] for n in REVIEW_COUNTS for t in DAYS)
    for name, lines in (("elapsed days", longer), ("difficulty", harder)):
        for line in lines:
            lowest = line[0]
            for card in line:
                if recall[card] > recall[lowest] + tolerance:
                    return (
                        f"recall rises with {name}, from {recall[lowest]:.6f} for the card {lowest} "
                        f"to {recall[card]:.6f} for {card}"
                    )
                lowest = min(lowest, card, key=recall.__getitem__)
    return None
