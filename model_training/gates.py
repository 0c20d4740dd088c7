"""What a model must pass before the pointer may name it."""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any

from model_training.stored_model import PORTABLE, Predict, StoredModel, measured
from recall.errors import ArtifactError, RecallError

# From the bounds of the features to what is common between them.
DAYS = (0.0, 0.01, 0.5, 1.0, 3.0, 10.0, 30.0, 100.0, 400.0, 3_000.0, 36_500.0)
REVIEW_COUNTS = (1.0, 2.0, 5.0, 15.0, 60.0, 500.0, 10_000.0)
DIFFICULTIES = (1.0, 1.2, 2.0, 3.5, 5.5, 8.0, 9.9, 10.0)
# Two ways to add up the same sum differ by less.
TOLERANCE = 1e-12


class GateError(RecallError):
    """A model may not go live: names the version, the gate and the way out."""


def check(model: StoredModel) -> list[str]:
    """Check a model by itself: digest, schema and features, monotonicity, parity.

    A user's own estimator promises no monotonicity, and isn't asked for it.

    Returns
    -------
    list of str
        What couldn't be checked, a line each.

    Raises
    ------
    GateError
        If it fails.
    """
    if model.sha256 != model.card.get("model_sha256"):
        raise GateError(
            f"{model.version}: the stored {model.file} isn't the one of its card: publish it again"
        )
    try:
        curves = model.curves()
    except ArtifactError as error:
        raise GateError(f"{model.version}: {error}") from error
    if model.format == PORTABLE:
        for curve in curves:
            check_monotone(model.version, curve)
    return check_parity(model, curves[0])


def check_monotone(version: str, predict: Predict) -> None:
    """Make sure on a grid that recall is in [0, 1] and never rises with elapsed days or with difficulty.

    Raises
    ------
    GateError
        If it does: names the card.
    """
    recall = dict.fromkeys(product(DAYS, REVIEW_COUNTS, DIFFICULTIES), 0.0)
    recall.update(zip(recall, predict(list(recall)), strict=True))
    for card, probability in recall.items():
        if not 0.0 <= probability <= 1.0:  # NaN fails too
            raise GateError(f"{version}: recall of the card {card} is {probability}: train it again")
    over_days = ((a, n, d, b, n, d) for a, b in pairwise(DAYS) for n in REVIEW_COUNTS for d in DIFFICULTIES)
    harder = ((t, n, a, t, n, b) for a, b in pairwise(DIFFICULTIES) for n in REVIEW_COUNTS for t in DAYS)
    for name, steps in (("elapsed days", over_days), ("difficulty", harder)):
        for step in steps:
            lower, higher = step[:3], step[3:]
            if recall[higher] > recall[lower] + TOLERANCE:
                raise GateError(
                    f"{version}: recall rises with {name}, from {recall[lower]:.6f} for the card {lower} "
                    f"to {recall[higher]:.6f} for {higher}: train it again"
                )


def check_parity(model: StoredModel, predict: Predict) -> list[str]:
    """Compare with the predictions that were recorded when the model was made, within 1e-12.

    Returns
    -------
    list of str
        A line if there are none to compare with.

    Raises
    ------
    GateError
        If one differs: names the card.
    """
    recorded = model.card.get("recorded")
    if not recorded:
        return [f"{model.version} records no predictions (an older model): parity isn't checked"]
    try:
        known = {
            (float(days), float(count), float(difficulty)): float(p)
            for days, count, difficulty, p in recorded
        }
    except (TypeError, ValueError) as error:
        raise GateError(
            f"{model.version}: its card's recorded predictions aren't any: publish it again"
        ) from error
    for (card, then), now in zip(known.items(), predict(list(known)), strict=True):
        if not abs(now - then) <= TOLERANCE:  # NaN fails too
            raise GateError(
                f"{model.version}: predicts {now} for the card {card}, recorded was {then}: train it again"
            )
    return []


def compare(model: StoredModel, live: str, live_card: dict[str, Any], why: str) -> list[str]:
    """Refuse a model that is worse than the live one on the same held-out reviews, unless there is a reason.

    Figures from different reviews say nothing about which model is better: then that is told, and it passes.

    Parameters
    ----------
    model : StoredModel
        That is to go live.
    live : str
        The version that is live.
    live_card : dict
        Its card.
    why : str
        The reason to go on all the same; empty for none.

    Returns
    -------
    list of str
        What to know, a line each.

    Raises
    ------
    GateError
        If it is worse, and no reason is given.
    """
    loss, live_loss = (measured(card, "metrics", "log_loss") for card in (model.card, live_card))
    if loss is None or live_loss is None:
        return []  # a user's own estimator brings no figures, a small log gives none
    held_out = model.card.get("held_out_sha256")
    if held_out is None or held_out != live_card.get("held_out_sha256"):
        return [
            f"{model.version} and {live} (live) were measured on different reviews: they can't be compared"
        ]
    if loss <= live_loss:
        return []
    figures = f"log loss {loss} to {live_loss} on the same held-out reviews"
    worse = f"{model.version} is worse than {live} (live): {figures}"
    if not why:
        raise GateError(f'{worse}; to promote it all the same: promote {model.version} --force "reason"')
    return [worse]
