"""Command line: ``python -m model_training COMMAND``, of those that ``--help`` lists.

A command's module, and with it the heavy libraries, is imported when it runs, so that ``--help`` and a
mistyped option answer at once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from model_training.cli_lifecycle import add_lifecycle
from model_training.cli_simulations import add_simulations
from model_training.cli_stored_reviews import add_cells, add_stored_reviews
from recall.errors import RecallError

EXIT_ERROR = 2


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

    add_simulations(commands)

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
    add_stored_reviews(commands)
    add_cells(commands)
    return parser


def _add_reviews(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "reviews",
        nargs="+",
        type=Path,
        metavar="REVIEWS",
        help="Anki package or collection, CSV or Parquet, or JSON",
    )
