"""The live model's figures: on the dashboard, and in the pages of their alarms."""

import json

from model_training.calibration.drift import FEWEST
from model_training.calibration.live import AUC, CALIBRATION_ERROR, INPUT_DRIFT, LOG_LOSS
from stacks.learning import quality
from tests.infrastructure.conftest import PROJECT, only

METRICS = {LOG_LOSS, CALIBRATION_ERROR, AUC, INPUT_DRIFT}


def test_page_says_the_threshold_and_how_many_outcomes_it_takes():
    for name, threshold in (
        ("CalibrationError", quality.WORST_CALIBRATION_ERROR),
        ("InputDrift", quality.LARGEST_DRIFT),
    ):
        page = (PROJECT / "docs" / "runbook" / f"{name}.md").read_text(encoding="utf-8")
        text = " ".join(page.split())

        assert f"{threshold} or more" in text
        assert f"at least {FEWEST} " in text


def drawn(template):
    """Return the text of the dashboard."""
    return json.dumps(only(template, "AWS::CloudWatch::Dashboard")["DashboardBody"])


def test_dashboard_draws_them_where_reviews_are_collected_and_nowhere_else(stacks, prod):
    assert all(metric in drawn(stacks["Monitoring"]) for metric in METRICS)
    assert not any(metric in drawn(prod["Monitoring"]) for metric in METRICS)
