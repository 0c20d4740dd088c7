"""``recall retrain``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from model_training.commands.options import command, lake
from model_training.commands.output import Output
from model_training.progress import Progress
from recall.errors import RecallError

if TYPE_CHECKING:
    from model_training.retraining.run import Output as Outcome
    from model_training.retraining.run import Run

# `model_training.retraining.steps.STEPS`, whose import would take a second; a test holds them together.
STEPS = ("prepare", "train", "evaluate", "gate", "refit", "promote")
LONGEST_SEARCH = 86_400  # seconds
OUTCOME = ("go", "why", "version")


@command
@click.option(
    "--run", "name", required=True, metavar="NAME", help="The run's name; a run of that name goes on."
)
@click.option(
    "--automl-seconds",
    type=click.IntRange(0, LONGEST_SEARCH),
    default=0,
    show_default=True,
    metavar="N",
    help="Let FLAML search a scikit-learn challenger for so long; 0 for none.",
)
@click.option(
    "--steps",
    multiple=True,
    type=click.Choice(STEPS),
    metavar="STEP",
    help=f"Do only this step; once for each.  [default: {', '.join(STEPS)}]",
)
@lake
def retrain(
    name: str, bucket: str | None, endpoint_url: str | None, automl_seconds: int, steps: tuple[str, ...]
) -> Output:
    """Train on the stored reviews, and promote what beats the live model beyond the noise.

    Steps that are done already aren't done again. The report is written whatever comes of the steps.
    """
    from model_training.registry.lake import find_lake
    from model_training.reports.retraining.page import write_report
    from model_training.retraining.run import Run

    run = Run(find_lake(bucket, endpoint_url), name, automl_seconds)
    lines: list[str] = []
    try:
        outcome = _do(run, steps or STEPS, lines)
    except RecallError as error:
        write_report(run, str(error))
        raise
    report = write_report(run)
    lines.append(f"report: s3://{run.lake.bucket}/{report}")
    return Output({"run": run.name} | outcome | {"report": report}, ["\n".join(lines)])


def _do(run: Run, steps: Sequence[str], lines: list[str]) -> Outcome:
    """Do steps until one stops the run; append a line for each."""
    from model_training.retraining.steps import do

    outcome: Outcome = {}
    with Progress(len(steps)) as progress:
        for step in steps:
            with progress.step(step):
                done = do(run, step, datetime.now(UTC))
            outcome = {"step": step} | {key: done[key] for key in OUTCOME if key in done}
            lines.append(f"{step}: done" if outcome["go"] else f"{step}: stopped: {outcome['why']}")
            if not outcome["go"]:
                break
    return outcome
