"""``recall tune``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from model_training.commands.options import PATH, command
from model_training.commands.output import Output
from model_training.commands.stages import choose_stage, cloud_of, read_context, stage_options
from recall.errors import RecallError

if TYPE_CHECKING:
    from tools.doctor.cloud import Cloud
    from tools.tune.estimate import Plan

DEFAULT_SIZES = "128,256,512,1024,1769,3008"
MOST_CALLS, MOST_COLD = 10_000, 100
STEPS = 5
PREDICT_READS = {"sizes", "predict", "out", "as_json"}  # of the command's options


class TuneFailedError(RecallError):
    """A function wasn't tuned: says why, and the fix."""


@command
@click.option(
    "--function",
    metavar="NAME",
    help="The function, by name or ARN.  [default: the one of the stage that predicts]",
)
@click.option(
    "--memory",
    "sizes",
    default=DEFAULT_SIZES,
    show_default=True,
    metavar="MB,MB,…",
    help="The memory sizes to try.",
)
@click.option("--payload", type=PATH, metavar="FILE.json", help="The event that the function gets.")
@click.option(
    "--calls",
    type=click.IntRange(1, MOST_CALLS),
    default=100,
    show_default=True,
    metavar="N",
    help="How many warm calls of each size.",
)
@click.option(
    "--cold",
    type=click.IntRange(1, MOST_COLD),
    default=5,
    show_default=True,
    metavar="N",
    help="How many cold starts of each size.",
)
@click.option("--predict", is_flag=True, help="Predict from measured CPU times, without AWS and a payload.")
@click.option("-o", "--out", type=PATH, metavar="FILE.svg|png", help="Where to draw time and cost.")
@stage_options
def tune(  # noqa: PLR0913 - the command's options
    *,
    function: str | None,
    sizes: str,
    payload: Path | None,
    calls: int,
    cold: int,
    predict: bool,
    out: Path | None,
    stage: str | None,
    region: str | None,
    profile: str | None,
    endpoint_url: str | None,
) -> Output:
    """Measure what a function costs and how long it takes at each memory size, and say which to choose.

    It calls a temporary copy of the function, which is deleted at the end, also after an error or Ctrl-C. The
    copy has the function's role: what the payload makes it write, it writes. docs/tune.md has an event to
    start with, and the policy that it takes.
    """
    try:
        from tools.tune import request
        from tools.tune.chart import check_path
        from tools.tune.errors import TuneError
        from tools.tune.estimate import Plan
    except ImportError as error:
        raise TuneFailedError(
            f"{error}: tune runs in a checkout of the project, in its environment"
        ) from error

    try:
        tried = request.read_sizes(sizes)
        chart = None if out is None else check_path(out)
        if predict:
            _check_read_by_predict(click.get_current_context())
            return _predict(tried, chart)
        if payload is None:
            raise click.UsageError("give --payload, an event as the function gets it, or --predict")
        plan = Plan(tried, calls, cold, request.read_payload(payload))
        context = read_context()
        stage = choose_stage(stage, context, elsewhere=bool(region or profile or endpoint_url))
        return _measure(cloud_of(stage, region, profile, endpoint_url), stage, function, plan, chart)
    except TuneError as error:
        raise TuneFailedError(str(error)) from error


def _check_read_by_predict(context: click.Context) -> None:
    for option in context.command.params:
        name = option.name or ""
        is_given = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if is_given and name not in PREDICT_READS:
            raise click.UsageError(f"--predict doesn't read {option.opts[0]}: give one of the two")


def _measure(cloud: Cloud, stage: str, function: str | None, plan: Plan, chart: Path | None) -> Output:
    from model_training.commands.tuned import measured
    from model_training.progress import Progress
    from tools.tune.chart import draw_measured
    from tools.tune.run import tune as run
    from tools.tune.stage import function_of

    with Progress(STEPS) as progress:
        name = function or function_of(cloud, stage)
        tuned = run(cloud, name, plan, progress.step, lambda text: print(text, file=sys.stderr))
    output = measured(cloud, tuned)
    if chart is not None:
        draw_measured(chart, output.data["title"], tuned.sizes, output.data["recommended"])
    return output


def _predict(sizes: tuple[int, ...], chart: Path | None) -> Output:
    from model_training.commands.tuned import PREDICTED, predicted
    from tools.tune.chart import draw_predicted
    from tools.tune.predict import predict

    predictions = predict(sizes)
    if chart is not None:
        draw_predicted(chart, PREDICTED, predictions)
    return predicted(predictions)
