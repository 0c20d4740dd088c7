"""Each alarm goes off when its condition is there, and no other does; then it is over.

The alarms' own definitions, out of the templates, are evaluated by CloudWatch's rules over the metric data
that real calls of the function make. Only Lambda's refusal is made up; tests/e2e has a real one.
"""

from functools import partial

import pytest

from stacks.service_alarms import FEWEST_FAILURES, FEWEST_REQUESTS
from tests.cloudwatch.alarms import MORE_POINTS, state
from tests.cloudwatch.definitions import definitions
from tests.infrastructure.conftest import synthesized_stage

from .alarm_traffic import Traffic, lake_with_model
from .s3_server import S3Server

pytestmark = pytest.mark.slow

PERIOD = 300
CALLS = 12  # in each period, that are well
HOUR, DAY = 3_600, 86_400
SILENCE = {"CanarySilent"}  # of what doesn't happen
RELEASE = {"ReleaseFunctionErrors", "ReleaseApiServerErrorRate"}

# What happens so many times in each period, and the alarms that go off.
CONDITIONS = {
    "crash": (2, {"FunctionErrors", "ApiServerErrorRate"} | RELEASE),
    "refuse": (2, {"FunctionThrottles", "ApiServerErrorRate", "ReleaseApiServerErrorRate"}),
    "slow": (2, {"FunctionP99Duration"}),
    "without_model": (2, {"ModelLoadFailures", "ApiServerErrorRate", "ReleaseApiServerErrorRate"}),
    "degraded": (1, {"ModelLoadFailures"}),
    "wrong": (10, {"ApiClientErrorRate"}),
    "wrong_layer": (1, {"CanaryErrors"}),
}


@pytest.fixture
def stage():
    """Give the templates of prod."""
    return synthesized_stage("prod")


@pytest.fixture
def traffic(stage, capsys, monkeypatch):
    with S3Server() as server:
        calls = Traffic(stage, lake_with_model(server), capsys, monkeypatch)
        yield calls
        calls.close()


class Watch:
    """The stage's alarms, asked at the end of each period."""

    def __init__(self, stage, traffic):
        self._alarms = definitions(stage)
        self._traffic = traffic
        self._states = dict.fromkeys(self._alarms, "OK")
        self.now = 0

    def period(self, *events, calls=CALLS):
        """Let a period pass with calls that are well, and `events` in its last minute; return who alarms."""
        self.now += PERIOD
        for call in range(calls):
            self._traffic.well(self.now - PERIOD * (call + 0.5) / CALLS)
        for event in events:
            event(self.now - 30)
        for name, definition in self._alarms.items():
            self._states[name] = state(definition, self._traffic.samples, self.now, self._states[name])
        return {name for name, found in self._states.items() if found == "ALARM"}

    def after(self, periods, names):
        """Return those that so many periods are enough for."""
        return {name for name in names if self._alarms[name]["DatapointsToAlarm"] <= periods}


@pytest.fixture
def watch(stage, traffic):
    """Give the alarms of a stage that was well for as long as any of them looks back."""
    watch = Watch(stage, traffic)
    traffic.canary_runs(1)  # once, for all the hours that a test lasts
    for _ in range(3 + MORE_POINTS):
        assert watch.period() == set()
    return watch


@pytest.fixture
def condition(traffic, monkeypatch):
    """Give a way to get a condition's events in one period, and the alarms that it sets off."""

    def named(name):
        times, alarms = CONDITIONS[name]
        event = getattr(traffic, name)
        if name == "wrong_layer":
            event = partial(event, monkeypatch=monkeypatch)
        return [event] * times, alarms

    return named


@pytest.mark.parametrize("name", CONDITIONS)
def test_condition_sets_off_its_alarms_and_no_other_and_then_it_is_over(watch, condition, name):
    events, alarms = condition(name)
    seen = [watch.period(*events) for _ in range(3)]

    assert seen == [watch.after(periods, alarms) for periods in (1, 2, 3)]
    assert watch.period() & alarms <= {"ModelLoadFailures", "CanaryErrors"}  # no call says that they are well
    assert [watch.period() for _ in range(1 + MORE_POINTS)][-1] == set()


@pytest.mark.parametrize("name", ["crash", "degraded"])
def test_condition_is_over_when_no_more_requests_come(watch, condition, name):
    events, alarms = condition(name)
    seen = [watch.period(*events) for _ in range(2)]
    silence = [watch.period(calls=0) for _ in range(3 + MORE_POINTS)]

    assert seen == [watch.after(periods, alarms) for periods in (1, 2)]
    assert silence[-1] == set()


def test_one_bad_period_is_no_alarm_of_those_that_wait_for_more(watch, traffic):
    events = [traffic.wrong] * 10 + [traffic.slow] * 2 + [traffic.degraded]

    assert [watch.period(*events), watch.period(), watch.period(), watch.period()] == [set()] * 4


@pytest.mark.parametrize("hours", [1, 3])
def test_single_wrong_requests_at_night_are_no_alarm(watch, traffic, hours):
    """All that comes is wrong, time and again: a share of 100 %, of one request or a few."""
    for _ in range(hours * HOUR // PERIOD):
        assert watch.period(*[traffic.wrong] * hours, calls=0) == set()


def test_as_many_wrong_requests_as_say_something_are_an_alarm_at_night_too(watch, traffic):
    fewer, enough = [traffic.wrong] * (FEWEST_REQUESTS - 1), [traffic.wrong] * FEWEST_REQUESTS

    assert [watch.period(*fewer, calls=0) for _ in range(3)] == [set()] * 3
    assert [watch.period(*enough, calls=0) for _ in range(3)][-1] == {"ApiClientErrorRate"}


def test_single_failed_request_is_no_alarm_of_the_api_but_a_small_services_outage_is(watch, traffic):
    """Without other traffic: each is a share of 100 %."""
    of_the_api = {"ApiServerErrorRate"}

    assert watch.period(traffic.refuse, calls=0) & of_the_api == set()
    assert watch.period(*[traffic.refuse] * FEWEST_FAILURES, calls=0) & of_the_api == of_the_api


def test_lake_that_fails_once_and_then_works_is_no_alarm(watch, traffic):
    assert [watch.period(*[traffic.hiccup] * 3) for _ in range(3)] == [set()] * 3


def test_local_cloud_which_has_no_alarms_on_expressions_watches_the_shares_alone(stage):
    ours, local = definitions(stage), definitions(synthesized_stage("local"))

    for name, metric in (("ApiClientErrorRate", "4XXError"), ("ApiServerErrorRate", "5XXError")):
        (share,) = [q["MetricStat"] for q in ours[name]["Metrics"] if q["Id"] == "share"]
        assert share["Metric"]["MetricName"] == local[name]["MetricName"] == metric
        assert (share["Stat"], share["Period"]) == (local[name]["Statistic"], local[name]["Period"])
        for same in ("ComparisonOperator", "EvaluationPeriods", "TreatMissingData"):
            assert ours[name][same] == local[name][same]


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_every_alarm_of_a_stage_is_set_off_by_one_of_the_conditions(stage):
    assert set.union(SILENCE, *(alarms for _, alarms in CONDITIONS.values())) == set(
        definitions(synthesized_stage(stage))
    )


def test_canary_that_runs_no_more_sets_off_its_alarm_after_a_day(stage, traffic):
    alarm = definitions(stage)["CanarySilent"]
    traffic.canary_runs(0)
    a_day_later, silent = DAY + HOUR, DAY + (3 + MORE_POINTS) * HOUR

    assert [state(alarm, traffic.samples, now) for now in (1, a_day_later, silent)] == ["OK", "OK", "ALARM"]
    traffic.canary_runs(silent)
    assert state(alarm, traffic.samples, silent + 1, "ALARM") == "OK"
