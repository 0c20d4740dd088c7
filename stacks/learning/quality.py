"""How good the live model is, as the daily calibration finds: its metrics, alarms and graphs."""

from collections.abc import Iterator

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch

from stacks.alarms import AlarmRule, at_least
from stacks.config import StageSettings
from stacks.dashboard import graph
from stacks.service_metrics import own_metric

# As the calibration writes them, of 500 outcomes of a week or more; test_metrics.py ties both.
# By the stage alone: each version would be a metric of its own to pay, and the console shows them by version.
LOG_LOSS, CALIBRATION_ERROR, AUC = "LiveLogLoss", "LiveCalibrationError", "LiveAuc"
INPUT_DRIFT = "InputDrift"
# Predictions that are off by ten points in the mean. With 500 outcomes chance alone makes about four.
WORST_CALIBRATION_ERROR = 0.1
# A population stability index that is customarily called a large shift.
LARGEST_DRIFT = 0.25
DAY = cdk.Duration.days(1)


def quality_rules(settings: StageSettings) -> Iterator[AlarmRule]:
    """Yield the rules of the alarms on the live model."""
    for page, name, worst, meaning in (
        (
            "CalibrationError",
            CALIBRATION_ERROR,
            WORST_CALIBRATION_ERROR,
            "The live model's predictions of the last 7 days are far from what came of them.",
        ),
        (
            "InputDrift",
            INPUT_DRIFT,
            LARGEST_DRIFT,
            "The cards of the last 7 days aren't like those that the live model was trained on.",
        ),
    ):
        yield AlarmRule(
            page=page,
            metric=_daily(settings, name),
            threshold=at_least(worst),
            missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,  # too few outcomes to say anything
            meaning=meaning,
        )


def quality_graphs(settings: StageSettings) -> list[cloudwatch.IWidget]:
    """Return a row of the dashboard: how right the live model is, and how far the inputs have moved."""
    log_loss, error, auc, drift = (
        _daily(settings, name) for name in (LOG_LOSS, CALIBRATION_ERROR, AUC, INPUT_DRIFT)
    )
    thresholds = [
        cloudwatch.HorizontalAnnotation(value=WORST_CALIBRATION_ERROR, label="calibration error"),
        cloudwatch.HorizontalAnnotation(value=LARGEST_DRIFT, label="drift"),
    ]
    return [
        graph("Live model, 7 days: log loss and AUC", [log_loss, auc]),
        graph("Live model, 7 days: calibration error and drift of the inputs", [error, drift], thresholds),
    ]


def _daily(settings: StageSettings, name: str) -> cloudwatch.Metric:
    return own_metric(settings.stage, name, period=DAY, statistic="Maximum")
