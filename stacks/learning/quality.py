"""How good the live model is, as the daily calibration finds: its metrics, alarms and graphs."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch

from stacks.alarms import AlarmRule
from stacks.config import StageSettings
from stacks.inference import METRICS_NAMESPACE

# As model_training.calibration.run writes them, of 500 outcomes of a week or more; a test ties the names.
# By the stage alone: each version would be a metric of its own to pay, and the console shows them by version.
LOG_LOSS, CALIBRATION_ERROR, AUC = "LiveLogLoss", "LiveCalibrationError", "LiveAuc"
INPUT_DRIFT = "InputDrift"
# Predictions that are off by ten points in the mean. With 500 outcomes chance alone makes about four.
WORST_CALIBRATION_ERROR = 0.1
# Customary for a large shift: see model_training.review_log.stability.
LARGEST_DRIFT = 0.25
PERIOD = cdk.Duration.days(1)


def quality_rules(settings: StageSettings) -> list[AlarmRule]:
    """Return the alarms on the live model."""
    return [
        AlarmRule(
            "CalibrationError",
            _metric(settings, CALIBRATION_ERROR),
            WORST_CALIBRATION_ERROR,
            1,
            "The live model's predictions of the last 7 days are far from what came of them.",
        ),
        AlarmRule(
            "InputDrift",
            _metric(settings, INPUT_DRIFT),
            LARGEST_DRIFT,
            1,
            "The cards of the last 7 days aren't like those that the live model was trained on.",
        ),
    ]


def quality_graphs(settings: StageSettings) -> list[cloudwatch.IWidget]:
    """Return a row of the dashboard: how right the live model is, and how far the inputs have moved."""
    log_loss, error, auc, drift = (
        _metric(settings, name) for name in (LOG_LOSS, CALIBRATION_ERROR, AUC, INPUT_DRIFT)
    )
    return [
        cloudwatch.GraphWidget(
            title="Live model, 7 days: log loss and AUC", left=[log_loss, auc], width=12, height=6
        ),
        cloudwatch.GraphWidget(
            title="Live model, 7 days: calibration error and drift of the inputs",
            left=[error, drift],
            left_annotations=[
                cloudwatch.HorizontalAnnotation(value=WORST_CALIBRATION_ERROR, label="calibration error"),
                cloudwatch.HorizontalAnnotation(value=LARGEST_DRIFT, label="drift"),
            ],
            width=12,
            height=6,
        ),
    ]


def _metric(settings: StageSettings, name: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=METRICS_NAMESPACE,
        metric_name=name,
        dimensions_map={"Stage": settings.stage},
        period=PERIOD,
        statistic="Maximum",
    )
