"""The rules of the alarms on state machines: on training runs, and on the calibration on Spark."""

from aws_cdk import aws_cloudwatch as cloudwatch

from stacks.alarms import HOUR, AlarmRule, at_least
from stacks.config import StageSettings
from stacks.learning.batch_states import TRAINING_QUEUED
from stacks.learning.stack import LearningStack
from stacks.schedule import failed_starts
from stacks.service_metrics import PERIOD, own_metric


def run_rules(settings: StageSettings, learning: LearningStack) -> dict[str, AlarmRule]:
    """Return the rules by the alarms' names: on runs that fail, run out of time, wait, or don't start.

    A run that somebody stopped has no alarm: whoever did it knows.
    https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
    """
    machine, page = learning.retraining.machine, "TrainingRunFailed"
    rules = {
        page: _rule(page, machine.metric_failed(period=PERIOD), "A training run failed: nothing went live."),
        "TrainingRunTimedOut": _rule(
            page,
            machine.metric_timed_out(period=PERIOD),
            "A training run ran out of time: nothing went live.",
        ),
    }
    if learning.retraining.schedule:
        page = "RetrainingNotStarted"
        refused = failed_starts(learning.retraining.schedule)
        rules[page] = _rule(page, refused, "The schedule couldn't start a training run, and gave up.")
    if settings.training_compute == "batch":
        page = "TrainingRunQueued"
        # Longer than the time between two looks: one alarm for one wait.
        waits = own_metric(settings.stage, TRAINING_QUEUED, period=HOUR)
        rules[page] = _rule(page, waits, "A training run's job gets no machine, on Spot or on demand.")
    if learning.calibration:
        page, machine = "JobErrors", learning.calibration.machine
        no_result = "The calibration on Spark ended without its result; its log says why."
        rules |= {
            "CalibrationRunErrors": _rule(page, machine.metric_failed(period=PERIOD), no_result),
            "CalibrationRunTimedOut": _rule(page, machine.metric_timed_out(period=PERIOD), no_result),
        }
    return rules


def _rule(page: str, metric: cloudwatch.Metric, meaning: str) -> AlarmRule:
    return AlarmRule(
        page=page,
        metric=metric,
        threshold=at_least(1),
        missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,  # no run, no failure
        meaning=meaning,
    )
