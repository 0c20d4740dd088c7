"""What a run's report says in words: what was decided, and about which cards it shows predictions."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from model_training.retraining.run import Output
from recall.three_inputs import difficulty_from_share, failure_share

OUTPUTS = ("prepare", "train", "evaluate", "gate", "refit", "promote")


class TypicalCard(NamedTuple):
    """A card that everybody can imagine.

    Parameters
    ----------
    title : str
        The card in words.
    days : float
        Days since its last review.
    review_days, failures : int
        Review days and failures so far, with one review a day.
    """

    title: str
    days: float
    review_days: int
    failures: int

    @property
    def inputs(self) -> tuple[float, float, float]:
        """The model's inputs."""
        share = failure_share(self.failures, self.review_days)
        return self.days, self.review_days, difficulty_from_share(share)


TYPICAL_CARDS = (
    TypicalCard("seen once, a day ago", 1, 1, 0),
    TypicalCard("seen once, a week ago", 7, 1, 0),
    TypicalCard("seen and failed once, a day ago", 1, 1, 1),
    TypicalCard("4 review days without a failure, after a week", 7, 4, 0),
    TypicalCard("4 review days, 2 of them failed, after a week", 7, 4, 2),
    TypicalCard("12 review days without a failure, after 2 months", 60, 12, 0),
    TypicalCard("12 review days, 4 of them failed, after 2 months", 60, 12, 4),
)


def titled(version: str, champion: str) -> str:
    """Name a model for people."""
    return f"{version} (live before)" if version == champion else version


def champion_first(figures: dict[str, Any], champion: str) -> list[tuple[str, Any]]:
    """Return models with their figures, the one that was live first."""
    return sorted(figures.items(), key=lambda item: item[0] != champion)


def decision(outputs: dict[str, Output], failure: str | None) -> str:
    """Return the outcome of a run in one sentence.

    Parameters
    ----------
    outputs : dict
        Outputs of the steps that are done, by step, in order.
    failure : str or None
        Why the step after them failed, if it did.
    """
    if failure is not None:
        return f"The run failed at the step {_next(outputs)}: {_sentence(failure)} The live model stays."
    stopped = next((step for step, output in outputs.items() if not output["go"]), None)
    if stopped is not None:
        return f"Nothing changed: {_sentence(outputs[stopped]['why'])}"
    if "promote" in outputs:
        chosen, before = outputs["promote"]["version"], outputs["promote"]["before"]
        return f"{chosen} is live in the place of {before}: {_sentence(outputs['gate']['why'])}"
    if "gate" in outputs:
        chosen = outputs["gate"]["version"]
        step = _next(outputs)
        return f"{chosen} may go live: {_sentence(outputs['gate']['why'])} The step {step} isn't done yet."
    return f"The run isn't at its end: the step {_next(outputs)} comes next."


def _next(outputs: dict[str, Output]) -> str:
    return next((step for step in OUTPUTS if step not in outputs), OUTPUTS[-1])


def _sentence(text: str) -> str:
    return minus(text.replace("`", "")).rstrip(".") + "."


def minus(text: str) -> str:
    """Write negative numbers with a true minus."""
    return re.sub(r"(?<=[ (])-(?=\d)", "−", text)
