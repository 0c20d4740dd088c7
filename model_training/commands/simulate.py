"""``recall simulate``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from model_training.commands.options import command, learners, out, seed
from model_training.commands.output import Output
from model_training.progress import Progress
from model_training.reports.tables import Table

# The simulated calendar begins in 2020: longer ones would reach into the future, which the readers refuse.
LONGEST_SIMULATION = 2_000  # days
LARGE = 100  # from here on, decimals say nothing


@command
@out("FILE.parquet", "the log")
@learners(20)
@click.option(
    "--days",
    type=click.IntRange(1, LONGEST_SIMULATION),
    default=365,
    show_default=True,
    metavar="N",
    help="How many days they study.",
)
@seed("reviews")
def simulate(out: Path, learners: int, days: int, seed: int) -> Output:
    """Write a log of simulated learners, and show how near it is to a real one."""
    import pandas as pd

    from model_training.simulation.resemblance import REAL_LOG, figures
    from model_training.simulation.simulate import simulate_learner

    logs = []
    with Progress(learners + 1) as progress:
        for number in range(learners):
            with progress.step("simulating learners"):
                logs.append(simulate_learner(seed, number, days))
        with progress.step("writing"):
            log = pd.concat(logs, ignore_index=True)
            log.to_parquet(out, index=False)
    simulated = {name: None if pd.isna(value) else float(value) for name, value in figures(log).items()}
    wrote = f"Wrote {len(log):,} simulated reviews of {learners:,} learners to {out}."
    data = {
        "out": str(out),
        "reviews": len(log),
        "learners": learners,
        "simulated": simulated,
        "real": REAL_LOG,
    }
    return Output(data, [wrote, _comparison(simulated, REAL_LOG)])


def _comparison(simulated: Mapping[str, float | None], real: Mapping[str, float]) -> Table:
    rows = []
    for name, value in simulated.items():
        difference = "n/a" if value is None else f"{value / real[name] - 1:+.1%}"
        rows.append((name, _number(value), _number(real[name]), difference))
    return Table(("", "simulated", "real log", "difference"), rows)


def _number(value: float | None) -> str:
    if value is None:
        return "n/a"
    return f"{value:,.0f}" if value >= LARGE else f"{value:.3f}"
