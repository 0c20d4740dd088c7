"""Train on the stored reviews, compare with the live model, and promote what is better beyond the noise."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from datetime import UTC, datetime

from model_training.registry.lake import find_lake
from model_training.reports.retraining.page import write_report
from model_training.retraining.run import Output, Run
from model_training.retraining.steps import STEPS, do
from recall.errors import RecallError

TOLD = ("go", "why", "version")


def run(arguments: argparse.Namespace) -> Output:
    """Do the ``steps`` (None: all) of the run ``run`` that aren't done, until one stops it, and report.

    The report is written whatever comes of the steps, a failure included.

    Returns
    -------
    dict
        The last step's name, whether to ``go`` on, ``why`` or why not, the chosen model's ``version``, and
        the key of the ``report``.
    """
    lake = find_lake(arguments.bucket, arguments.endpoint_url)
    training_run = Run(lake, arguments.run, arguments.automl_seconds)
    try:
        outcome = _do(training_run, arguments.steps or STEPS)
    except RecallError as error:
        write_report(training_run, str(error))
        raise
    report = write_report(training_run)
    print(f"report: s3://{training_run.lake.bucket}/{report}")
    return {"run": training_run.name} | outcome | {"report": report}


def _do(training_run: Run, steps: Iterable[str]) -> Output:
    outcome: Output = {}
    for step in steps:
        output = do(training_run, step, datetime.now(UTC))
        outcome = {"step": step} | {key: output[key] for key in TOLD if key in output}
        print(f"{step}: done" if outcome["go"] else f"{step}: stopped: {outcome['why']}")
        if not outcome["go"]:
            break
    return outcome
