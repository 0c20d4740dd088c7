"""The options of the commands on the reviews that callers sent, and on what such reviews are reduced to."""

from __future__ import annotations

import argparse
from pathlib import Path

from model_training.cli_arguments import add_lake, day, probability, whole

# `model_training.retraining.steps.STEPS`, whose import would take a second; a test holds them together.
RETRAINING_STEPS = ("prepare", "train", "evaluate", "gate", "promote")
_LIST = " ".join(RETRAINING_STEPS)
LONGEST_RETENTION = 36_500
LONGEST_SEARCH = 86_400


def add_stored_reviews(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands for the reviews that callers sent."""
    compact = commands.add_parser("compact", help="merge the reviews that arrived into the table of reviews")
    compact.add_argument(
        "--retention-days",
        type=whole(1, LONGEST_RETENTION),
        metavar="N",
        help="drop what was reviewed before the last N days (default: keep all)",
    )
    erase = commands.add_parser("erase", help="erase a learner from everything that the lake keeps")
    erase.add_argument("learner", metavar="LEARNER", help="as the reviews name them")
    retrain = commands.add_parser(
        "retrain", help="train on the stored reviews, and promote what beats the live model"
    )
    retrain.add_argument("--run", required=True, metavar="NAME", help="the run's name; again: it goes on")
    retrain.add_argument(
        "--automl-seconds",
        type=whole(0, LONGEST_SEARCH),
        default=0,
        metavar="N",
        help="let FLAML search a scikit-learn challenger for so long (default: 0, none)",
    )
    retrain.add_argument(
        "--steps", nargs="+", choices=RETRAINING_STEPS, metavar="STEP", help=f"which (default: {_LIST})"
    )
    calibrate = commands.add_parser(
        "calibrate", help="compare predictions with what came of them, day by day"
    )
    due = commands.add_parser("due", help="make the due lists of the decks in the lake, ahead of time")
    due.add_argument(
        "--target-recall",
        type=probability,
        default=0.9,
        metavar="P",
        help="a card is due when its recall has fallen to this (default: 0.9)",
    )
    due.add_argument(
        "--date", type=day, metavar="YYYY-MM-DD", help="as from the day's beginning in UTC (default: now)"
    )
    for name, command in (
        ("compact", compact),
        ("erase", erase),
        ("retrain", retrain),
        ("calibrate", calibrate),
        ("due", due),
    ):
        add_lake(command)
        command.set_defaults(command=name)


def add_cells(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands for more reviews than one machine's memory holds."""
    aggregate = commands.add_parser("aggregate", help="reduce a table of stored reviews to its cells")
    aggregate.add_argument(
        "reviews", nargs="+", type=Path, metavar="PATH", help="Parquet files of the table, or their folder"
    )
    aggregate.add_argument(
        "--out", required=True, type=Path, metavar="CELLS.parquet", help="the Parquet file to write"
    )
    aggregate.set_defaults(command="aggregate")
    fit_cells = commands.add_parser("fit-cells", help="train the three-input model on cells")
    fit_cells.add_argument(
        "cells", type=Path, metavar="CELLS", help="what aggregate or another engine wrote: a file or a folder"
    )
    fit_cells.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="where to write model.json and card.json"
    )
    fit_cells.set_defaults(command="fit_cells")
