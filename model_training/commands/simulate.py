"""Write a log of simulated learners as Parquet, and show how near it is to a real one."""

from __future__ import annotations

import argparse

import pandas as pd

from model_training.progress import Progress
from model_training.simulation.resemblance import comparison
from model_training.simulation.simulate import simulate_learner


def run(arguments: argparse.Namespace) -> None:
    """Simulate ``learners`` over ``days`` from ``seed``, write them to ``out``, print the figures."""
    logs = []
    with Progress(arguments.learners + 1) as progress:
        for number in range(arguments.learners):
            with progress.step("simulating learners"):
                logs.append(simulate_learner(arguments.seed, number, arguments.days))
        with progress.step("writing"):
            reviews = pd.concat(logs, ignore_index=True)
            reviews.to_parquet(arguments.out, index=False)
    print(f"Wrote {len(reviews):,} simulated reviews of {arguments.learners:,} learners to {arguments.out}.")
    print(f"\n{comparison(reviews)}")
