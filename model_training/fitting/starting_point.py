"""What is known of learners before a log is read: what `fit` starts from."""

from __future__ import annotations

from dataclasses import dataclass

from model_training.fitting.maximum_likelihood import PRIOR_MODEL
from model_training.registry.default_model import DEFAULT_MODEL, default_version
from recall.artifact import decode
from recall.history import HistoryModel
from recall.three_inputs import ThreeInputModel


@dataclass(frozen=True)
class StartingPoint:
    """A prior for both models.

    Parameters
    ----------
    name : str
        Its name in reports and in the artifact.
    three_inputs : ThreeInputModel
        Prior of the three-input curve.
    history : HistoryModel or None
        Prior of the history model; None for FSRS-6 with its published parameters.
    """

    name: str
    three_inputs: ThreeInputModel
    history: HistoryModel | None


# Without any real review of ours: for a log that the default model was itself fitted on.
SCRATCH = StartingPoint("FSRS-6's published parameters", PRIOR_MODEL, None)


def default_model() -> StartingPoint:
    """Return the model that ships with the function, under the version that its responses name."""
    model = decode(DEFAULT_MODEL.read_bytes())
    return StartingPoint(default_version(), model.three_inputs, model.history)
