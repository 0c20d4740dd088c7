"""The three-input curve from cells: weighted rows of mean inputs in the place of reviews."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from model_training.fitting.maximum_likelihood import Teacher, fit_coefficients, prior_ratio, unflat
from recall.three_inputs import ThreeInputModel

Array = NDArray[np.float64]


@dataclass(frozen=True)
class CellOutcomes:
    """Cells as the fit takes them: two rows each, all that was recalled, and all that was failed.

    Parameters
    ----------
    inputs : array of shape (n_rows, 3)
        The means of days, review count and difficulty in the cell.
    recalled : array of shape (n_rows,)
        0 or 1.
    reviews, weight : array of shape (n_rows,)
        The number of reviews in each row, and their total weight; more than 0.
    """

    inputs: Array
    recalled: Array
    reviews: Array
    weight: Array

    def fit(self, prior: ThreeInputModel, teacher: Teacher | None = None) -> tuple[ThreeInputModel, float]:
        """Fit a curve, also to a teacher's; return it and the prior's weight beside the reviews'."""
        ratio = prior_ratio(int(self.reviews.sum()), float(self.weight.sum()))
        with threadpool_limits(1):
            coefficients, _ = fit_coefficients(self.inputs, self.recalled, self.weight, ratio, prior, teacher)
        return unflat(coefficients), ratio
