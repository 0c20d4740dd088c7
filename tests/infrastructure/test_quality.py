"""The live model is calibrated daily, watched by alarms, and drawn on the dashboard."""

import json

import pytest

from intake.quality import KEY
from model_training.calibration import run
from model_training.calibration.day import FEWEST
from stacks.data_lake import QUALITY
from stacks.learning import quality
from tests.infrastructure.conftest import PROJECT, only, resources

METRICS = {run.LOG_LOSS, run.CALIBRATION_ERROR, run.AUC, run.INPUT_DRIFT}
ALARMS = {
    "LearningCalibrationError": (run.CALIBRATION_ERROR, 0.1),
    "LearningInputDrift": (run.INPUT_DRIFT, 0.25),
}


def test_calibration_runs_daily_after_the_compaction(stacks):
    rule = only(stacks["Learning"], "AWS::Events::Rule", "JobsCalibrate")
    (target,) = rule["Targets"]

    assert rule["ScheduleExpression"] == "cron(47 3 * * ? *)"
    assert only(stacks["Learning"], "AWS::Events::Rule", "JobsCompact")["ScheduleExpression"] == (
        "cron(17 3 * * ? *)"
    )
    assert json.loads(target["Input"]) == {"command": ["calibrate"]}


def test_metrics_are_those_that_the_calibration_writes():
    assert {quality.LOG_LOSS, quality.CALIBRATION_ERROR, quality.AUC, quality.INPUT_DRIFT} == METRICS


@pytest.mark.parametrize(("name", "metric", "threshold"), [(n, *rest) for n, rest in ALARMS.items()])
def test_alarm_looks_at_the_days_worst_value_and_tells_the_topic(stacks, name, metric, threshold):
    (alarm,) = resources(stacks["Monitoring"], "AWS::CloudWatch::Alarm", name)

    assert (alarm["Namespace"], alarm["MetricName"]) == ("Recall", metric)
    assert alarm["Dimensions"] == [{"Name": "Stage", "Value": "prod"}]
    assert (alarm["Period"], alarm["Statistic"], alarm["EvaluationPeriods"]) == (86400, "Maximum", 1)
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (threshold, "GreaterThanOrEqualToThreshold")
    assert alarm["TreatMissingData"] == "notBreaching"
    assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "MonitoringTopic2EDA8B02"}]


@pytest.mark.parametrize("name", ["CalibrationError", "InputDrift", "JobErrors", "JobFailures"])
def test_alarm_names_its_page_of_the_runbook(stacks, name):
    (alarm,) = resources(stacks["Monitoring"], "AWS::CloudWatch::Alarm", f"Learning{name}")
    place = alarm["AlarmDescription"].split(" What to do: ")[1]
    text = (PROJECT / place).read_text(encoding="utf-8")

    assert place == f"docs/runbook/{name}.md"
    assert text.startswith(f"# {name}\n")
    parts = ["**What it means.**", "## What to look at", "## What to do"]
    assert [text.index(part) for part in parts] == sorted(text.index(part) for part in parts)


@pytest.mark.parametrize(
    ("name", "threshold"),
    [("CalibrationError", quality.WORST_CALIBRATION_ERROR), ("InputDrift", quality.LARGEST_DRIFT)],
)
def test_page_says_the_threshold_and_how_many_outcomes_it_takes(name, threshold):
    text = " ".join((PROJECT / "docs" / "runbook" / f"{name}.md").read_text(encoding="utf-8").split())

    assert f"{threshold} or more" in text
    assert f"at least {FEWEST} " in text


def drawn(template):
    """Return the text of the dashboard."""
    return json.dumps(only(template, "AWS::CloudWatch::Dashboard")["DashboardBody"])


def test_dashboard_draws_them_where_reviews_are_collected_and_nowhere_else(stacks, prod):
    assert all(metric in drawn(stacks["Monitoring"]) for metric in METRICS)
    assert not any(metric in drawn(prod["Monitoring"]) for metric in METRICS)


def test_report_that_the_intake_may_read_is_the_one_that_is_written():
    assert run.LATEST == QUALITY == KEY
