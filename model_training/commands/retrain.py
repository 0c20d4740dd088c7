"""``recall retrain``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from model_training.commands.options import command, lake, table
from model_training.commands.output import Output
from model_training.progress import Progress
from model_training.retraining import STEPS
from recall.errors import RecallError

if TYPE_CHECKING:
    from model_training.retraining.run import Output as Outcome
    from model_training.retraining.run import Run

PREPARE = STEPS[0]
FEWEST_SAMPLED, MOST_SAMPLED = 10_000, 10_000_000  # reviews
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
    help="Let FLAML's AutoML search a challenger for so long; 0 for none.",
)
@click.option(
    "--onnx",
    is_flag=True,
    help="The stage serves ONNX models: a search tries LightGBM and XGBoost, too.",
)
@click.option(
    "--sample-reviews",
    type=click.IntRange(FEWEST_SAMPLED, MOST_SAMPLED),
    default=1_000_000,
    show_default=True,
    metavar="N",
    help="Of more scored reviews than so many, train on those of a sample of the learners.",
)
@click.option(
    "--steps",
    multiple=True,
    type=click.Choice(STEPS),
    metavar="STEP",
    help=f"Do only this step; once for each.  [default: {', '.join(STEPS)}]",
)
@table
@lake
def retrain(
    name: str,
    bucket: str | None,
    endpoint_url: str | None,
    table_bucket: str | None,
    automl_seconds: int,
    onnx: bool,
    sample_reviews: int,
    steps: tuple[str, ...],
) -> Output:
    """Train on the stored reviews, and promote what beats the live model beyond the noise.

    Steps that are done already aren't done again. The report is written whatever comes of the steps, but for
    `prepare` alone: that runs where the table of reviews is, and not what draws.
    """
    from model_training.registry.lake import find_lake
    from model_training.retraining.run import Run

    run = Run(find_lake(bucket, endpoint_url), name, automl_seconds, onnx=onnx)
    lines: list[str] = []

    def prepare(now: datetime) -> Outcome:
        return _prepare(run, table_bucket, endpoint_url, sample_reviews, now)

    if steps == (PREPARE,):
        outcome = _do(run, steps, prepare, lines)
        return Output({"run": run.name} | outcome, ["\n".join(lines)])
    from model_training.reports.retraining.page import write_report

    try:
        outcome = _do(run, steps or STEPS, prepare, lines)
    except RecallError as error:
        write_report(run, str(error))
        raise
    report = write_report(run)
    lines.append(f"report: s3://{run.lake.bucket}/{report}")
    return Output({"run": run.name} | outcome | {"report": report}, ["\n".join(lines)])


def _prepare(
    run: Run, table_bucket: str | None, endpoint_url: str | None, most: int, now: datetime
) -> Outcome:
    """Prepare a run from the lake's table, by DuckDB."""
    from model_training.engines.duck import duck
    from model_training.registry.table import find_table
    from model_training.retraining.prepare import READ, prepare, write_to

    with duck(find_table(table_bucket, endpoint_url), READ) as engine:
        return prepare(run, engine, write_to(run.lake, engine), now, most)


def _do(run: Run, steps: Sequence[str], prepare: Callable[[datetime], Outcome], lines: list[str]) -> Outcome:
    """Do steps until one stops the run; append a line for each."""
    outcome: Outcome = {}
    with Progress(len(steps)) as progress:
        for step in steps:
            with progress.step(step):
                done = _step(run, step, prepare)
            outcome = {"step": step} | {key: done[key] for key in OUTCOME if key in done}
            lines.append(f"{step}: done" if outcome["go"] else f"{step}: stopped: {outcome['why']}")
            if not outcome["go"]:
                break
    return outcome


def _step(run: Run, step: str, prepare: Callable[[datetime], Outcome]) -> Outcome:
    now = datetime.now(UTC)
    if step == PREPARE:
        return run.do(step, lambda: prepare(now))
    from model_training.retraining.steps import do

    return do(run, step, now)
