"""The options of the commands that simulate learners."""

from __future__ import annotations

import argparse
from pathlib import Path

from model_training.cli_arguments import whole

# The simulated calendar begins in 2020: longer ones would reach into the future, which the readers refuse.
LONGEST_SIMULATION = 2_000
MOST_LEARNERS = 1_000
LARGEST_SEED = 2**32 - 1


def add_simulations(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `simulate` and `simulate-schedule`."""
    simulate = commands.add_parser("simulate", help="write a log of simulated learners")
    simulate.add_argument(
        "--out", required=True, type=Path, metavar="FILE.parquet", help="the Parquet file to write"
    )
    _add_drawn(simulate, learners=20, what="reviews")
    simulate.add_argument(
        "--days", type=whole(1, LONGEST_SIMULATION), default=365, help="of studying (default: 365)"
    )
    simulate.set_defaults(command="simulate")

    schedule = commands.add_parser(
        "simulate-schedule",
        help="compare what schedulers achieve, and at what cost, on learners whose memory is known",
    )
    schedule.add_argument(
        "--out",
        required=True,
        type=Path,
        metavar="DIR",
        help="where to write schedules.json and schedules.html",
    )
    schedule.add_argument(
        "--model", type=Path, metavar="MODEL.json", help="that fit wrote (default: the default model)"
    )
    _add_drawn(schedule, learners=8, what="learners")
    schedule.set_defaults(command="simulate_schedule")


def _add_drawn(command: argparse.ArgumentParser, *, learners: int, what: str) -> None:
    """Add how many learners are drawn, and from which seed."""
    command.add_argument(
        "--learners", type=whole(1, MOST_LEARNERS), default=learners, help=f"how many (default: {learners})"
    )
    command.add_argument(
        "--seed", type=whole(0, LARGEST_SEED), default=1, help=f"other seed, other {what} (default: 1)"
    )
