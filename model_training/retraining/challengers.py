"""Fitting and storing a run's challengers, and the one that won once more: on all reviews."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from model_training.fitting.starting_point import default_model
from model_training.progress import Progress
from model_training.registry.publish import Release, load_release, store
from model_training.registry.stored_model import read_card
from model_training.retraining.reviews import Training
from model_training.retraining.run import Run
from model_training.training.train import train_features, write_files

TRAINING_STEPS = 2


def fit_challengers(run: Run, training: Training, at: datetime) -> list[str]:
    """Fit and store a model of ours, and one of another kind if the run searches; return their versions.

    Parameters
    ----------
    run : Run
        The run.
    training : Training
        The reviews, without those that will judge.
    at : datetime
        The run's own time, not the clock's: doing the step again gives the same version of our own model.
    """
    releases = [*_searched(run, training, at), _own(run, training, at)]
    return [_stored(run, release) for release in reversed(releases)]


def fit_again(run: Run, version: str, training: Training, at: datetime) -> str:
    """Fit a model of the same kind as a challenger to all reviews, store it, and return its version."""
    card = read_card(run.lake, version)
    if "automl" not in card:
        return _stored(run, _own(run, training, at))
    from model_training.retraining.automl import refitted  # noqa: PLC0415 - few runs search

    return _stored(run, refitted(card["automl"], training, at, run.name))


def _own(run: Run, training: Training, at: datetime) -> Release:
    with Progress(TRAINING_STEPS) as progress:
        trained = train_features(training.features, training.data, progress, default_model(), training.cells)
    trained.artifact.training["run"] = run.name  # by which callers of the service find the report
    with TemporaryDirectory(prefix="recall-run-") as folder:
        write_files(trained, at, Path(folder))
        return load_release(Path(folder))


def _searched(run: Run, training: Training, at: datetime) -> list[Release]:
    """Return the challenger of another kind; none when the reviews can't separate models."""
    if not run.automl_seconds:
        return []
    from model_training.retraining.automl import challenger  # noqa: PLC0415 - few runs search

    found = challenger(training, run.automl_seconds, at, run.name, onnx=run.onnx)
    return [] if found is None else [found]


def _stored(run: Run, release: Release) -> str:
    store(release, run.lake)
    return release.version
