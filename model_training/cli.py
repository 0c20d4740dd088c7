"""Command line: ``python -m model_training COMMAND``, of those that ``--help`` lists.

A command's module, and with it the heavy libraries, is imported when it runs, so that ``--help`` and a
mistyped option answer at once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from model_training.cli_lifecycle import add_lifecycle
from recall.errors import RecallError

EXIT_ERROR = 2
# The simulated calendar begins in 2020: longer ones would reach into the future, which the readers refuse.
LONGEST_SIMULATION = 2_000
MOST_LEARNERS = 1_000
# `model_training.retraining.steps.STEPS`, whose import would take a second; a test holds them together.
RETRAINING_STEPS = ("prepare", "train", "evaluate", "gate", "promote")
_LIST = " ".join(RETRAINING_STEPS)
LONGEST_RETENTION = 36_500
LONGEST_SEARCH = 86_400


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Returns
    -------
    int
        Exit code: 0, or 2 after one line on stderr that says what is wrong.
    """
    arguments = parse(argv)
    try:
        run(arguments)
    except (RecallError, OSError) as error:
        print(f"error: {one_line(error)}", file=sys.stderr)
        return EXIT_ERROR
    return 0


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Return a command's arguments; exits as argparse does if they are wrong."""
    return _parser().parse_args(argv)


def run(arguments: argparse.Namespace) -> dict[str, Any] | None:
    """Run a command: ``run(arguments)`` of the module of its name in `model_training.commands`.

    Returns
    -------
    dict or None
        What the command tells programs, as plain values; what it tells people it has printed.

    Raises
    ------
    RecallError, OSError
        What went wrong; `one_line` says it.
    """
    result: dict[str, Any] | None = import_module(f"model_training.commands.{arguments.command}").run(
        arguments
    )
    return result


def one_line(error: Exception) -> str:
    """Say in one line what went wrong."""
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return " ".join(str(error).split())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m model_training", description="Train the forgetting model."
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    inspect = commands.add_parser("inspect", help="show what is understood of review logs")
    _add_reviews(inspect)
    inspect.set_defaults(command="inspect")

    fit = commands.add_parser("fit", help="train a model on review logs")
    _add_reviews(fit)
    fit.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="where to write model.json and card.json"
    )
    fit.add_argument(
        "--from-scratch",
        action="store_true",
        help="don't start from the default model: for the log that it was fitted on",
    )
    fit.set_defaults(command="fit")

    evaluate = commands.add_parser("evaluate", help="compare models and baselines on review logs")
    _add_reviews(evaluate)
    evaluate.add_argument(
        "--protocol",
        required=True,
        choices=("time", "new"),
        help="predict each learner's later reviews from everyone's earlier ones, or from other learners",
    )
    evaluate.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="where to write evaluation.json, .md and .html"
    )
    evaluate.set_defaults(command="evaluate")

    simulate = commands.add_parser("simulate", help="write a log of simulated learners")
    simulate.add_argument(
        "--out", required=True, type=Path, metavar="FILE.parquet", help="the Parquet file to write"
    )
    simulate.add_argument(
        "--learners", type=_whole(1, MOST_LEARNERS), default=20, help="how many (default: 20)"
    )
    simulate.add_argument(
        "--seed", type=_whole(0, 2**32 - 1), default=1, help="other seed, other reviews (default: 1)"
    )
    simulate.add_argument(
        "--days", type=_whole(1, LONGEST_SIMULATION), default=365, help="of studying (default: 365)"
    )
    simulate.set_defaults(command="simulate")

    publish = commands.add_parser("publish", help="upload a trained model and make it the served one")
    publish.add_argument(
        "directory", type=Path, nargs="?", metavar="DIR", help="the directory that fit wrote, or instead:"
    )
    publish.add_argument(
        "--sklearn", type=Path, metavar="FILE.skops", help="a fitted scikit-learn estimator of your own"
    )
    publish.add_argument(
        "--reviews", nargs="+", type=Path, metavar="REVIEWS", help="review logs to measure FILE.skops on"
    )
    publish.add_argument("--sign-key", type=Path, metavar="KEY.pem", help="sign with this private key")
    publish.add_argument("--sign-certificate", type=Path, metavar="CERT.pem", help="the key's certificate")
    publish.add_argument(
        "--certificate-chain", nargs="+", type=Path, metavar="CERT.pem", help="the certificates above it"
    )
    publish.add_argument("--bucket", required=True, metavar="NAME", help="the data lake's bucket")
    publish.add_argument(
        "--endpoint-url", metavar="URL", help="of another S3 than AWS's, such as the local cloud"
    )
    publish.set_defaults(command="publish")
    add_lifecycle(commands)
    _add_stored_reviews(commands)
    _add_cells(commands)
    return parser


def _add_stored_reviews(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands for the reviews that callers sent."""
    compact = commands.add_parser("compact", help="merge the reviews that arrived into the table of reviews")
    compact.add_argument(
        "--retention-days",
        type=_whole(1, LONGEST_RETENTION),
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
        type=_whole(0, LONGEST_SEARCH),
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
        type=_probability,
        default=0.9,
        metavar="P",
        help="a card is due when its recall has fallen to this (default: 0.9)",
    )
    due.add_argument(
        "--date", type=_day, metavar="YYYY-MM-DD", help="as from the day's beginning in UTC (default: now)"
    )
    for name, command in (
        ("compact", compact),
        ("erase", erase),
        ("retrain", retrain),
        ("calibrate", calibrate),
        ("due", due),
    ):
        _add_lake(command)
        command.set_defaults(command=name)


def _add_cells(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
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


def _add_lake(command: argparse.ArgumentParser) -> None:
    command.add_argument("--bucket", metavar="NAME", help="the data lake's bucket (default: make up's)")
    command.add_argument("--endpoint-url", metavar="URL", help="of another S3 than AWS's")


def _probability(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value < 1.0:
        raise argparse.ArgumentTypeError(f"{text!r} isn't a number greater than 0 and less than 1")
    return value


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} isn't a day, such as 2026-11-20") from error


def _add_reviews(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "reviews",
        nargs="+",
        type=Path,
        metavar="REVIEWS",
        help="Anki package or collection, CSV or Parquet, or JSON",
    )


def _whole(minimum: int, maximum: int) -> Callable[[str], int]:
    """Return an argument type: a whole number within bounds."""

    def parse(text: str) -> int:
        if not text.isdecimal() or not minimum <= int(text) <= maximum:
            raise argparse.ArgumentTypeError(f"{text!r} isn't a whole number from {minimum} to {maximum}")
        return int(text)

    return parse
