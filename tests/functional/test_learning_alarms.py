"""The learning loop's alarms go off on what the jobs function really writes, and are over without it."""

import time
from functools import cache

import pytest

from model_training.calibration.live import CALIBRATION_ERROR, INPUT_DRIFT
from model_training.jobs.handler import JobError, handler
from model_training.jobs.telemetry import JobLog
from tests.cloudwatch.alarms import MORE_POINTS, Sample, state
from tests.cloudwatch.definitions import definitions
from tests.cloudwatch.emf import samples
from tests.infrastructure.conftest import learning_stage, synthesized_stage

HOUR, DAY = 3_600, 86_400


@cache
def alarms():
    """Return the alarms of the stage `local`, by name."""
    return definitions(synthesized_stage("local"))


@pytest.fixture
def environment(monkeypatch):
    settings = {"LAKE_BUCKET": "lake", "METRICS_NAMESPACE": "Recall", "STAGE": "local"}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


def states_after(written, name, *, later):
    """Return an alarm's states when its period has ended, and `later` seconds after that."""
    alarm = alarms()[name]
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
    alarm = alarms()[name]
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
    alarm = alarms()[name]
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
    alarm = alarms()[name]
    dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
    run = [Sample(alarm["Namespace"], "Invocations", dimensions, 0, 1.0)]
    a_day_later, silent = DAY + HOUR, DAY + (3 + MORE_POINTS) * HOUR

    assert [state(alarm, run, now) for now in (1, a_day_later, silent)] == ["OK", "OK", "ALARM"]
    (watched,) = dimensions.values()
    assert watched.startswith(
        "LakeJobsFunction" if name == "JobsSilent" else f"LakeJobs{name.removesuffix('Silent')}"
    )


def test_batches_of_old_changes_are_an_alarm_until_none_waits():
    """Lambda counts their age, whatever the handler could still write."""
    alarm = alarms()["LoaderDelayed"]
    dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}

    def after(age):
        return states_after(
            [Sample("AWS/Lambda", "IteratorAge", dimensions, time.time(), age)], "LoaderDelayed", later=HOUR
        )

    assert dimensions["FunctionName"].startswith("LoaderFunction")
    assert after(HOUR * 1000 - 1.0)[0] == "OK"
    assert after(HOUR * 1000.0) == ("ALARM", "OK")


def test_failed_work_is_an_alarm_until_its_queue_is_empty_even_when_sqs_writes_no_more_metrics():
    alarm = alarms()["FailedWork"]
    dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}

    def messages(number, at):
        return Sample("AWS/SQS", "ApproximateNumberOfMessagesVisible", dimensions, at, number)

    waiting, emptied = messages(1.0, 10), messages(0.0, 7 * HOUR + 10)

    assert "FailedWork" in dimensions["QueueName"]
    assert state(alarm, [waiting], 300) == "ALARM"
    assert state(alarm, [waiting], 7 * HOUR, "ALARM") == "ALARM"
    assert state(alarm, [waiting, emptied], 7 * HOUR + 300, "ALARM") == "OK"


@pytest.mark.parametrize("name", ["ExpireSilent", "DueSilent", "CalibrateSilent"])
def test_rule_whose_calls_fail_for_good_is_silent(name):
    """EventBridge counts them among its calls."""
    alarm = definitions(learning_stage())[name]
    called, failed = (query["MetricStat"]["Metric"] for query in alarm["Metrics"][1:])
    its = {each["Name"]: each["Value"] for each in called["Dimensions"]}

    def counted(metric, at):
        return Sample(metric["Namespace"], metric["MetricName"], its, at, 1.0)

    nights = [counted(called, night * DAY) for night in range(4)]
    refused = [counted(failed, night * DAY) for night in range(1, 4)]
    later = 2 * DAY + (3 + MORE_POINTS) * HOUR

    assert (called["MetricName"], failed["MetricName"]) == ("Invocations", "FailedInvocations")
    assert state(alarm, nights, later) == "OK"
    assert state(alarm, [*nights, *refused], later) == "ALARM"


def test_schedule_that_cannot_start_a_training_run_sets_off_its_alarm():
    alarm = definitions(learning_stage())["RetrainingNotStarted"]
    (rule,) = alarm["Dimensions"]
    refused = [Sample("AWS/Events", "FailedInvocations", {"RuleName": rule["Value"]}, 10, 1.0)]

    assert rule["Value"].startswith("RetrainingSchedule")
    assert [state(alarm, refused, now) for now in (300, HOUR)] == ["ALARM", "OK"]


class Stream:
    """The memory's writes and the loader's invocations, hour by hour, as the alarm LoaderSilent sees them."""

    def __init__(self):
        self.alarm = definitions(learning_stage())["LoaderSilent"]
        metrics = {q["Id"]: q["MetricStat"]["Metric"] for q in self.alarm["Metrics"] if "MetricStat" in q}
        self._metrics = metrics
        self._samples = []

    def _count(self, name, minute):
        metric = self._metrics[name]
        its = {each["Name"]: each["Value"] for each in metric["Dimensions"]}
        self._samples.append(Sample(metric["Namespace"], metric["MetricName"], its, minute * 60, 4.0))

    def written(self, *minutes):
        """Have reviews written in some minutes."""
        for minute in minutes:
            self._count("written", minute)

    def read(self, *minutes, collected=5):
        """Have the loader called for what was written in some minutes, after a batch was collected."""
        for minute in minutes:
            self._count("called", minute + collected)

    def alarms(self, until):
        """Return the minutes at whose end the alarm is on; its window slides, here by five minutes."""
        return [
            minute
            for minute in range(5, until, 5)
            if state(self.alarm, self._samples, minute * 60) == "ALARM"
        ]


@pytest.mark.parametrize(
    "written",
    [(), (59,), range(0, 240, 7), (58, 118, 178), (59, 61, 119, 121, 179), (3, 237)],
    ids=["night", "one review", "all day", "before the hour", "around the hour", "morning and evening"],
)
def test_loader_that_reads_what_is_written_is_not_silent(written):
    stream = Stream()
    stream.written(*written)
    stream.read(*written)

    assert stream.alarms(600) == []


@pytest.mark.parametrize("written", [range(0, 240, 7), (10, 40)], ids=["all day", "half an hour"])
def test_event_source_mapping_that_is_off_sets_off_the_alarm_within_two_hours(written):
    stream = Stream()
    stream.written(*written)

    assert 60 <= stream.alarms(600)[0] <= 120


def test_mapping_that_goes_off_is_noticed_and_one_that_is_on_again_ends_the_alarm():
    stream = Stream()
    stream.written(*range(0, 600, 10))
    stream.read(*range(0, 200, 10), *range(400, 600, 10))
    seen = stream.alarms(600)

    assert 200 + 60 <= seen[0] <= 200 + 130
    assert 400 <= seen[-1] <= 410


def test_silent_alarm_watches_the_memorys_table_and_the_loader():
    metrics = {
        q["Id"]: str(q["MetricStat"]["Metric"]) for q in Stream().alarm["Metrics"] if "MetricStat" in q
    }

    assert "ConsumedWriteCapacityUnits" in metrics["written"]
    assert "Learners" in metrics["written"]
    assert "Invocations" in metrics["called"]
    assert "LoaderFunction" in metrics["called"]
