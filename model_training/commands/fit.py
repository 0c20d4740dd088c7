"""``recall fit``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from model_training.commands.log_summary import log_summary, prior_summary
from model_training.commands.options import command, out
from model_training.commands.output import Output
from model_training.commands.review_files import ReviewFiles, reviews
from model_training.progress import Progress
from model_training.reports.tables import Table, figure

if TYPE_CHECKING:
    from model_training.evaluation.holdout import Evaluation

METRICS = {"log_loss": "log loss", "auc": "AUC", "brier": "Brier score", "ece": "calibration error"}


@command
@reviews
@out("DIR", "model.json and card.json")
@click.option(
    "--from-scratch",
    is_flag=True,
    help="Don't start from the default model: for the log that it was fitted on.",
)
def fit(reviews: ReviewFiles, out: Path, *, from_scratch: bool) -> Output:
    """Train a model on review logs, and measure it on held-out reviews.

    REVIEWS are Anki packages or collections, CSV, Parquet or JSON.
    """
    from model_training.fitting.starting_point import SCRATCH, default_model
    from model_training.training.train import train, write_files

    now = datetime.now(UTC)
    out.mkdir(parents=True, exist_ok=True)
    with Progress(4) as progress:
        with progress.step("reading reviews"):
            log = reviews.read(now)
        trained = train(log.reviews, progress, SCRATCH if from_scratch else default_model())
    training = trained.artifact.training
    paths = write_files(trained, now, out)
    shown = [
        log_summary(log, training),
        *_evaluation(trained.evaluation, training["reliability"]),
        f"{prior_summary(training)}\n"
        "The history model, for cards that come with their reviews, is fitted on the same ones.\n"
        f"Wrote {', '.join(map(str, paths))}.",
    ]
    data = {
        "files": [str(path) for path in paths],
        "training": training,
        "held_out": _figures(trained.evaluation),
        "skipped": log.skipped,
        "notes": list(log.notes),
    }
    return Output(data, shown)


def _figures(evaluation: Evaluation | None) -> dict[str, Any] | None:
    if evaluation is None:
        return None
    return {
        "reviews": len(evaluation.recalled),
        "model": asdict(evaluation.model),
        "constant": asdict(evaluation.baseline),
    }


def _evaluation(evaluation: Evaluation | None, reliability: Sequence[Sequence[float]]) -> list[str | Table]:
    """Show the held-out scores beside the baseline's, and how well predicted recall agrees with observed."""
    from model_training.evaluation.held_out_percent import HELD_OUT_PERCENT

    if evaluation is None:
        return [
            "Nothing measured: a learner needs five scored reviews to hold one out, and the older ones both "
            "outcomes."
        ]
    model, baseline = asdict(evaluation.model), asdict(evaluation.baseline)
    rows = [(title, figure(model[name]), figure(baseline[name])) for name, title in METRICS.items()]
    bins = [(f"{p:.1%}", f"{observed:.1%}", f"{count:,.0f}") for p, observed, count in reliability]
    return [
        f"Held out: each learner's newest {HELD_OUT_PERCENT} % of the scored reviews, "
        f"{len(evaluation.recalled):,}.\nThe model for these figures saw only the older ones.",
        Table(("", "model", "constant"), rows),
        "Calibration on the held-out reviews",
        Table(("predicted", "observed", "reviews"), bins),
    ]
