"""What is compared: anything that can be fitted to scored reviews and then predicts others."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

from model_training.evaluation.scores import Probabilities

# Rows are `model_training.evaluation.rows.timeline`'s, and a predictor gets whole timelines from their first
# row on. The probability of a row may rest on everything in the log before that review, and on nothing later
# of its learner, not even its own outcome.
Predictor = Callable[[pd.DataFrame], Probabilities]
Fit = Callable[[pd.DataFrame], Predictor]


class Candidate(NamedTuple):
    """A model or baseline.

    Parameters
    ----------
    name : str
        Its key in ``evaluation.json``.
    title : str
        Its title in reports.
    knows : str
        What a prediction rests on, for reports: of the card, and of its learner's earlier outcomes.
    fit : callable
        Takes training rows, and returns a predictor of other rows.
    """

    name: str
    title: str
    knows: str
    fit: Fit
