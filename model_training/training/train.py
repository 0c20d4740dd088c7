"""From a review log to a model and what is known of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from threadpoolctl import threadpool_limits

from model_training.evaluation.holdout import Evaluation, Mask, Predict, evaluate_held_out
from model_training.evaluation.scores import reliability_rows, rounded
from model_training.fitting.cell_outcomes import CellOutcomes
from model_training.fitting.maximum_likelihood import prior_ratio
from model_training.fitting.starting_point import StartingPoint
from model_training.history.both_models import (
    FITS_OF_BOTH,
    FITS_OF_THREE_INPUTS,
    fit_both,
    fit_three_inputs,
    fit_with_cells,
)
from model_training.history.known import recorded_histories
from model_training.progress import Advance, Progress
from model_training.registry.card import (
    CARD_FILE,
    MEASURED_FILE,
    MODEL_FILE,
    RECORDED_CARDS,
    encode_card,
    make_card,
    recorded_predictions,
)
from model_training.review_log.distributions import input_distributions
from model_training.review_log.features import (
    FEATURE_COLUMNS,
    OUTCOME,
    learner_weights,
    scored_features,
)
from model_training.simulation.simulate import is_simulated
from model_training.training.problems import MINIMUM_SCORED_REVIEWS
from recall.artifact import Artifact, encode
from recall.errors import ReviewLogError
from recall.history import HistoryModel
from recall.three_inputs import ThreeInputModel

# Scored reviews. Of more, the line for known learners, which takes the longest, isn't fitted to the older
# ones alone: such a model is judged on reviews that came after it (`model_training.retraining.by_hand`).
MOST_MEASURED_WHOLE = 200_000


@dataclass(frozen=True)
class TrainedModel:
    """A fitted model with its measurements.

    Parameters
    ----------
    artifact : Artifact
        The model to serve, fitted on all scored reviews.
    evaluation : Evaluation or None
        Figures of a model of the same kind that was fitted on the older reviews only; None if there was
        nothing to measure.
    recorded : list
        What the fitted estimator predicts, from `model_training.registry.card.recorded_predictions`.
    recorded_histories : dict or None
        What the fitted history model predicts, from `model_training.history.known.recorded_histories`; None
        of a model without one.
    measured : Artifact or None
        The model that `evaluation` is of; None if there is none, or of too many reviews to fit it whole.
    """

    artifact: Artifact
    evaluation: Evaluation | None
    recorded: list[list[float]]
    recorded_histories: dict[str, Any] | None
    measured: Artifact | None = None


def train(reviews: pd.DataFrame, progress: Progress, start: StartingPoint) -> TrainedModel:
    """Measure the three-input curve on held-out reviews, then fit it and the history model on all of them.

    Parameters
    ----------
    reviews : DataFrame
        `model_training.review_log.canonical.ReviewLog.reviews`.
    progress : Progress
        Shows three steps, or two where nothing can be held out.
    start : StartingPoint
        The prior of all fits.

    Raises
    ------
    ReviewLogError
        If fewer than 20 reviews are scored, or all of them ended alike.
    """
    with progress.step("computing features", len(reviews)) as advance:
        features = scored_features(reviews, advance)
    data = describe(reviews) | {"scored_reviews": len(features)}
    return train_features(features, data, progress, start)


def train_features(
    features: pd.DataFrame,
    data: dict[str, Any],
    progress: Progress,
    start: StartingPoint,
    cells: CellOutcomes | None = None,
) -> TrainedModel:
    """Do what `train` does with scored reviews; errors as of `train`.

    Parameters
    ----------
    features : DataFrame
        Result of `model_training.review_log.features.scored_features`.
    data : dict
        Result of `describe` of the log that they are of, with its number of ``scored_reviews``.
    progress : Progress
        Shows two steps, or one where nothing can be held out.
    start : StartingPoint
        The prior of all fits.
    cells : CellOutcomes, optional
        The outcomes of all scored reviews, where the others are a sample of them.
    """
    _check_trainable(features)

    measured: list[Artifact] = []

    def fit_older(older: Mask) -> Predict:
        whole = len(features) <= MOST_MEASURED_WHOLE
        size = (FITS_OF_BOTH if whole else FITS_OF_THREE_INPUTS) * int(older.sum())
        with progress.step("measuring on held-out reviews", size) as advance:
            if whole:
                estimator, history = fit_both(features[older], start, advance)
                kept = {"scored_reviews": int(older.sum())}
                measured.append(Artifact(estimator.to_model(), kept, history))
            else:
                estimator = fit_three_inputs(features[older], start, advance)
        return lambda X: estimator.predict_proba(X)[:, 1]

    # The matrices are narrow: more threads would spend their time waiting for each other.
    with threadpool_limits(1):
        evaluation = evaluate_held_out(features, fit_older)
        with progress.step("fitting on all reviews", FITS_OF_BOTH * len(features)) as advance:
            curve, history, recorded, ratio = _fitted(features, cells, start, advance)
    profile = data | {
        "ranges": ranges(features),
        "inputs": input_distributions(features),
        "prior": {"name": start.name, "share": rounded(ratio / (1 + ratio))},
        "metrics": metrics(evaluation),
        "reliability": reliability_rows(evaluation.recalled, evaluation.probability) if evaluation else [],
    }
    artifact = Artifact(curve, profile, history)
    return TrainedModel(
        artifact, evaluation, recorded, recorded_histories(history), measured[0] if measured else None
    )


def _fitted(
    features: pd.DataFrame, cells: CellOutcomes | None, start: StartingPoint, advance: Advance
) -> tuple[ThreeInputModel, HistoryModel, list[list[float]], float]:
    """Fit both models; return them, what the curve predicts for known cards, and the prior's weight."""
    if cells is not None:
        curve, history = fit_with_cells(features, cells, start, advance)
        predicted = [curve.recall_probability(*card) for card in RECORDED_CARDS]
        ratio = prior_ratio(int(cells.reviews.sum()), float(cells.weight.sum()))
        return curve, history, recorded_predictions(predicted), ratio
    estimator, history = fit_both(features, start, advance)
    known = pd.DataFrame(RECORDED_CARDS, columns=FEATURE_COLUMNS)
    predicted = estimator.predict_proba(known)[:, 1].tolist()
    ratio = prior_ratio(len(features), float(learner_weights(features).sum()))
    return estimator.to_model(), history, recorded_predictions(predicted), ratio


def files(trained: TrainedModel, trained_at: datetime) -> dict[str, bytes]:
    """Return the artifact, its card and the model that was measured as they are stored, by file name."""
    model = encode(trained.artifact)
    measured = None if trained.measured is None else encode(trained.measured)
    held_out = trained.evaluation.held_out_sha256 if trained.evaluation else None
    training = trained.artifact.training
    card = make_card(
        training,
        model,
        trained_at,
        recorded=trained.recorded,
        recorded_histories=trained.recorded_histories,
        held_out_sha256=held_out,
        measured=measured,
    )
    found = {MODEL_FILE: model, CARD_FILE: encode_card(card)}
    return found if measured is None else found | {MEASURED_FILE: measured}


def write_files(trained: TrainedModel, trained_at: datetime, folder: Path) -> list[Path]:
    """Write a model's `files` into a folder, without one of an earlier model; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MEASURED_FILE).unlink(missing_ok=True)
    written = files(trained, trained_at)
    for name, content in written.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in written]


def describe(reviews: pd.DataFrame) -> dict[str, Any]:
    """Return what the log holds, as JSON values that name nobody."""
    time = reviews["reviewed_at"]
    return {
        "reviews": len(reviews),
        "learners": int(reviews["learner"].nunique()),
        "cards": len(reviews[["learner", "card"]].drop_duplicates()),
        "first_review": time.min().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "last_review": time.max().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "simulated": is_simulated(reviews["learner"]),
    }


def ranges(features: pd.DataFrame) -> dict[str, list[float]]:
    """Return the lowest and the highest value of each input: beyond them the model extrapolates."""
    return {name: [float(features[name].min()), float(features[name].max())] for name in FEATURE_COLUMNS}


def metrics(evaluation: Evaluation | None) -> dict[str, float | int | None]:
    """Return the figures as they are stored; all null where nothing could be held out."""
    if evaluation is None:
        names = ("log_loss", "auc", "brier", "ece", "baseline_log_loss")
        return dict.fromkeys(names, None) | {"held_out_reviews": 0}
    figures = asdict(evaluation.model) | {"baseline_log_loss": evaluation.baseline.log_loss}
    figures = {name: rounded(value) for name, value in figures.items()}
    return figures | {"held_out_reviews": len(evaluation.recalled)}


def _check_trainable(features: pd.DataFrame) -> None:
    count, recalled = len(features), int(features[OUTCOME].sum())
    if count < MINIMUM_SCORED_REVIEWS:
        raise ReviewLogError(
            f"only {count} reviews come a day or more after the card's review before; "
            f"at least {MINIMUM_SCORED_REVIEWS} are needed: add more reviews"
        )
    if recalled in (0, count):
        ending = "recalled" if recalled else "failed"
        raise ReviewLogError(
            f"all {count} reviews a day or more after the one before were {ending}; forgetting can't be "
            "learnt without both outcomes: check the ratings (1 is a failure), or add more reviews"
        )
