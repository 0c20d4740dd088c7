"""What a model must pass before the pointer may name it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from model_training.registry.monotone import first_rise, on_grid
from model_training.registry.parity import different_card, different_history, not_recorded
from model_training.registry.refusal import RefusalError
from model_training.registry.schedule_gate import schedule_faults
from model_training.registry.stored_model import Predict, StoredModel
from recall.errors import ArtifactError
from recall.pointer import OWN_FORMATS, TOLERANCES

NOT_COMPARED = "no reviews were given to compare it on"
NEWER = ": --reviews FILE, newer than it was trained on"


class GateError(RefusalError):
    """A model may not go live: names the version, the gate and the way out."""


class Judgement(NamedTuple):
    """What comparing a model with the live one and with simple baselines came to.

    Parameters
    ----------
    against : str
        Why it may not go live, for people; empty when it may.
    record : dict
        What was compared on what, as JSON values; empty when nothing was.
    way_out : str
        What to do about it on the command line, to be said behind `against`.
    """

    against: str
    record: dict[str, Any]
    way_out: str = ""


# From the model and the version that is live (None: the default model).
Judge = Callable[[StoredModel, str | None], Judgement]


def check(model: StoredModel, *, forced: bool = False) -> list[str]:
    """Check a model by itself: digest, schema and features, monotonicity, schedule, parity.

    Parameters
    ----------
    model : StoredModel
        The model that is to go live.
    forced : bool
        Whether an owner's own model may rise (those that `recall fit` made never may), and a schedule may be
        senseless.

    Returns
    -------
    list of str
        Notes for people, a line each.

    Raises
    ------
    GateError
        If the model fails a check.
    """
    if model.sha256 != model.card.get("model_sha256"):
        raise GateError(
            f"{model.version}: the stored {model.file} isn't the one of its card: publish it again"
        )
    try:
        served = model.served()
        notes = check_monotone(model, served.predict, forced=forced)
        differing = different_card(model.card, served.predict, TOLERANCES[model.format])
        differing = differing or different_history(model.card, served.history)
        faults = [] if served.history is None else list(schedule_faults(served.history))
    except (ArtifactError, ValueError) as error:  # ValueError: for inputs that an own model never met
        raise GateError(f"{model.version}: {error}") from error
    if differing:
        raise GateError(f"{model.version}: {differing}")
    if faults and not forced:
        more = f" ({len(faults)} such faults)" if len(faults) > 1 else ""
        raise GateError(
            f"{model.version}: {faults[0]}{more}: train it on more reviews",
            f', or if learners may get such schedules: promote {model.version} --force "reason"',
        )
    notes += [f"{model.version}: {fault}" for fault in faults]
    return notes + [f"{model.version} {lack}" for lack in not_recorded(model.card, served)]


def check_monotone(model: StoredModel, predict: Predict, *, forced: bool = False) -> list[str]:
    """Make sure on a grid that recall is in [0, 1] and never rises with elapsed days or with difficulty.

    Parameters
    ----------
    model : StoredModel
        The model.
    predict : callable
        Its curve: from cards to probabilities of recall.
    forced : bool
        Whether it may rise, if it is an owner's own model: those that `recall fit` made never may.

    Returns
    -------
    list of str
        A note on where recall rises, for a model that may rise.

    Raises
    ------
    GateError
        If it breaks the promise: names the card.
    """
    recall = on_grid(predict)
    for card, probability in recall.items():
        if not 0.0 <= probability <= 1.0:  # NaN fails too
            raise GateError(f"{model.version}: recall of the card {card} is {probability}: train it again")
    rise = first_rise(recall, TOLERANCES[model.format])
    if rise is None:
        return []
    if model.format not in OWN_FORMATS:
        raise GateError(f"{model.version}: {rise}: train it again")
    if not forced:
        raise GateError(
            f"{model.version}: {rise}: fit one that can't",
            f', or if callers may get such answers: promote {model.version} --force "reason"',
        )
    return [f"{model.version}: {rise}"]


def check_judged(model: StoredModel, live: str | None, judge: Judge | None, why: str) -> Judgement:
    """Refuse a model that isn't as good as the live one on reviews that neither has seen, without a reason.

    Parameters
    ----------
    model : StoredModel
        The model that is to go live.
    live : str or None
        The version that is live; None while the default model is.
    judge : callable or None
        Compares the two on the same reviews; None when there are none.
    why : str
        The reason to go on all the same; empty for none.

    Returns
    -------
    Judgement
        What was found; for a model that goes on for a reason, what speaks against it.

    Raises
    ------
    GateError
        If the judgement is against it, and no reason is given.
    """
    judgement = Judgement(NOT_COMPARED, {}, NEWER) if judge is None else judge(model, live)
    if judgement.against and not why:
        raise GateError(
            f"{model.version} doesn't go live: {judgement.against}",
            f'{judgement.way_out}; to promote it all the same: promote {model.version} --force "reason"',
        )
    return judgement
