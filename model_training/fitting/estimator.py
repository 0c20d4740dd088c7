"""The forgetting curve as a scikit-learn classifier, fitted by maximum likelihood with a prior."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from model_training.fitting.likelihood import log_recall
from model_training.fitting.maximum_likelihood import (
    PRIOR_MODEL,
    Teacher,
    fit_coefficients,
    input_curves,
    input_design,
    prior_ratio,
    unflat,
)
from recall.features import FEATURE_NAMES, FEATURES
from recall.three_inputs import ThreeInputModel


class PowerCurveClassifier(ClassifierMixin, BaseEstimator):
    """Forgetting curve `recall.three_inputs.ThreeInputModel`, fitted to review outcomes.

    Minimises the log loss over all reviews, and over the pseudo-outcomes of the prior at the same inputs and
    of a teacher at its own (`model_training.fitting.maximum_likelihood`), by L-BFGS-B within the signs that
    keep recall from rising with difficulty.

    Parameters
    ----------
    prior_strength : float, default=1.0
        Multiplies `model_training.fitting.maximum_likelihood.prior_ratio`; 0 for plain maximum likelihood.
    prior : ThreeInputModel, optional
        What is known of learners without the log; `model_training.fitting.maximum_likelihood.PRIOR_MODEL`
        by default.
    teacher : Teacher, optional
        Result of `model_training.history.teacher.history_teacher`; none by default.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
        The two outcomes, sorted; the second one is "recalled".
    coefficients_ : ndarray of shape (6,)
        Coefficients as `maximum_likelihood.input_curves` takes them, to 6 significant digits.
    n_iter_ : int
        Iterations of the solver.
    n_features_in_ : int
        Always 3.
    """

    def __init__(
        self,
        prior_strength: float = 1.0,
        prior: ThreeInputModel | None = None,
        teacher: Teacher | None = None,
    ) -> None:
        self.prior_strength = prior_strength
        self.prior = prior
        self.teacher = teacher

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit the six coefficients.

        Parameters
        ----------
        X : array-like of shape (n_reviews, 3)
            Columns ``days_since_last_review``, ``review_count``, ``difficulty``, within the bounds of
            `recall.features.FEATURES`.
        y : array-like of shape (n_reviews,)
            Two classes; the greater one means "recalled".
        sample_weight : array-like of shape (n_reviews,), optional
            Weight of each review, 0 or more; 1 each by default.
            `model_training.review_log.features.learner_weights` keeps one busy learner from
            outweighing all others.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If X is out of bounds or misnamed, y hasn't two classes, or the prior's strength is negative.
        """
        if not self.prior_strength >= 0:
            raise ValueError(f"prior_strength is {self.prior_strength}; it must be 0 or more")
        _check_names(X)
        rows, outcomes = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(outcomes)
        self.classes_, recalled = np.unique(outcomes, return_inverse=True)
        weight = _check_sample_weight(sample_weight, rows, dtype=np.float64, ensure_non_negative=True)
        _check_two_classes(outcomes, np.unique(outcomes[weight > 0]))
        _check_bounds(rows)
        ratio = self.prior_strength * prior_ratio(len(rows), float(np.sum(weight)))
        prior = PRIOR_MODEL if self.prior is None else self.prior
        self.coefficients_, self.n_iter_ = fit_coefficients(
            rows, recalled.astype(np.float64), weight, ratio, prior, self.teacher
        )
        return self

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Probabilities of failure and of recall.

        Parameters
        ----------
        X : array-like of shape (n_reviews, 3)
            The three inputs, as in `fit`.

        Returns
        -------
        ndarray of shape (n_reviews, 2)
            Probabilities in the order of ``classes_``.
        """
        check_is_fitted(self)
        rows = validate_data(self, X, dtype=np.float64, reset=False)
        _check_bounds(rows)
        curves = input_curves(self.coefficients_, input_design(rows[:, 1], rows[:, 2]))
        log_p = log_recall(curves, rows[:, 0])
        return np.column_stack([-np.expm1(log_p), np.exp(log_p)])

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the likelier class of each row; equal odds count as recalled."""
        recalled = self.predict_proba(X)[:, 1] >= 0.5  # noqa: PLR2004 - even odds
        return self.classes_[recalled.astype(int)]

    def to_model(self) -> ThreeInputModel:
        """Return the fitted curve as the plain data that is served."""
        check_is_fitted(self)
        return unflat(self.coefficients_)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        tags.input_tags.positive_only = True
        return tags


def _check_names(X: ArrayLike) -> None:
    """Refuse a data frame whose columns are others or in another order; arrays have no names to check."""
    names = list(getattr(X, "columns", FEATURE_NAMES))
    if names != list(FEATURE_NAMES):
        raise ValueError(f"X has the columns {names}; needed are {', '.join(FEATURE_NAMES)}, in this order")


def _check_bounds(X: NDArray[np.float64]) -> None:
    if X.shape[1] != len(FEATURES):
        raise ValueError(f"X has {X.shape[1]} feature(s); needed are {', '.join(FEATURE_NAMES)}")
    for column, feature in zip(X.T, FEATURES, strict=True):
        outside = column[(column < feature.minimum) | (column > feature.maximum)]
        if outside.size:
            raise ValueError(
                f"{feature.name} is {outside[0]:g}; it must be {feature.minimum} to {feature.maximum}"
            )


def _check_two_classes(y: NDArray[Any], classes: NDArray[Any]) -> None:
    if len(classes) == 1:
        raise ValueError("y holds only one class; needed are two, failed and recalled")
    if len(classes) > 2:  # noqa: PLR2004 - failed and recalled
        raise ValueError(
            f"Only binary classification is supported. The type of the target is {type_of_target(y)}."
        )
