"""The learning loop's alarms go off on what the jobs function really writes, and are over without it."""

import time

import pytest

from model_training.calibration.live import CALIBRATION_ERROR, INPUT_DRIFT
from model_training.jobs.handler import JobError, handler
from model_training.jobs.telemetry import JobLog
from tests.cloudwatch.alarms import MORE_POINTS, Sample, state
from tests.cloudwatch.definitions import definitions
from tests.cloudwatch.emf import samples
from tests.infrastructure.conftest import synthesized_stage

ALARMS = definitions(synthesized_stage("local"))
HOUR, DAY = 3_600, 86_400


@pytest.fixture
def environment(monkeypatch):
    settings = {"LAKE_BUCKET": "lake", "METRICS_NAMESPACE": "Recall", "STAGE": "local"}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


def states_after(written, name, *, later):
    """Return an alarm's states when its period has ended, and `later` seconds after that."""
    alarm = ALARMS[name]
    ended = (time.time() // alarm["Period"] + 1) * alarm["Period"]
    first = state(alarm, written, ended)
    return first, state(alarm, written, ended + later, first)


def test_failed_job_sets_off_job_failures_until_no_job_fails(environment, capsys):
    with pytest.raises(JobError):
        handler({"command": ["no-such-command"]}, None)

    assert states_after(list(samples(capsys.readouterr().out.splitlines())), "JobFailures", later=3_600) == (
        "ALARM",
        "OK",
    )


def test_job_that_is_done_sets_off_nothing(capsys):
    JobLog("Recall", "local").finished(["calibrate"], 1.5)
    written = list(samples(capsys.readouterr().out.splitlines()))

    assert {sample.name for sample in written} == {"JobFailures"}
    assert states_after(written, "JobFailures", later=0)[0] == "OK"


@pytest.mark.parametrize("name", ["LakeJobErrors", "TrainingJobErrors"])
def test_job_that_ends_without_a_result_sets_off_its_functions_alarm(name):
    """Lambda itself counts them, whatever the handler could still write."""
    alarm = ALARMS[name]
    dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
    errors = [Sample("AWS/Lambda", "Errors", dimensions, time.time(), 1.0)]

    assert dimensions["FunctionName"].startswith(f"{name.removesuffix('JobErrors')}JobsFunction")
    assert states_after(errors, name, later=3_600) == ("ALARM", "OK")


@pytest.mark.parametrize(
    ("name", "metric"),
    [("TrainingRunFailed", "ExecutionsFailed"), ("TrainingRunTimedOut", "ExecutionsTimedOut")],
)
def test_run_that_ends_badly_sets_off_its_alarm(name, metric):
    """Step Functions itself counts them, also when nothing could be published."""
    alarm = ALARMS[name]
    dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
    ended = [Sample("AWS/States", metric, dimensions, time.time(), 1.0)]

    assert dimensions["StateMachineArn"].startswith("RetrainingMachine")
    assert states_after(ended, name, later=3_600) == ("ALARM", "OK")


@pytest.mark.parametrize(
    ("name", "metric", "well", "bad"),
    [("CalibrationError", CALIBRATION_ERROR, 0.099, 0.1), ("InputDrift", INPUT_DRIFT, 0.249, 0.25)],
)
def test_calibration_that_finds_trouble_sets_off_its_alarm_for_a_day(capsys, name, metric, well, bad):
    jobs = JobLog("Recall", "local")
    jobs.measured("calibrate", {metric: well})
    fine = list(samples(capsys.readouterr().out.splitlines()))
    jobs.measured("calibrate", {metric: bad})
    trouble = list(samples(capsys.readouterr().out.splitlines()))

    assert states_after(fine, name, later=0)[0] == "OK"
    assert states_after(trouble, name, later=10 * DAY) == ("ALARM", "OK")


@pytest.mark.parametrize("name", ["JobsSilent", "ExpireSilent", "DueSilent", "CalibrateSilent"])
def test_job_that_runs_no_more_sets_off_its_alarm_after_a_day(name):
    alarm = ALARMS[name]
    dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
    run = [Sample(alarm["Namespace"], "Invocations", dimensions, 0, 1.0)]
    a_day_later, silent = DAY + HOUR, DAY + (3 + MORE_POINTS) * HOUR

    assert [state(alarm, run, now) for now in (1, a_day_later, silent)] == ["OK", "OK", "ALARM"]
    (watched,) = dimensions.values()
    assert watched.startswith(
        "LakeJobsFunction" if name == "JobsSilent" else f"LakeJobs{name.removesuffix('Silent')}"
    )


@pytest.mark.parametrize(
    ("name", "metric", "of", "well", "bad"),
    [
        ("FailedWork", "ApproximateNumberOfMessagesVisible", "FailedWork", 0.0, 1.0),
        ("LoaderDelayed", "IteratorAge", "LoaderFunction", HOUR * 1000 - 1.0, HOUR * 1000.0),
    ],
)
def test_what_the_loader_cannot_take_sets_off_its_alarm(name, metric, of, well, bad):
    """SQS and Lambda count both, whatever the handler could still write."""
    alarm = ALARMS[name]
    dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}

    def after(value):
        return states_after(
            [Sample(alarm["Namespace"], metric, dimensions, time.time(), value)], name, later=HOUR
        )

    assert of in str(dimensions)
    assert after(well)[0] == "OK"
    assert after(bad) == ("ALARM", "OK")
