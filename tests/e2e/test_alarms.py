"""Real trouble in the local cloud sets the deployed alarms off; ALARM and then OK reach their topic.

What the local cloud does otherwise than CloudWatch, and what stands in for it here, is in docs/alarms.md.
"""

import time

import pytest

from stacks.saved_queries import read_queries
from tests.cloudwatch.alarms import MORE_POINTS, state
from tests.cloudwatch.insights import run
from tests.cloudwatch.log_lines import record

from .alarm_topic import Alarms
from .alarm_trouble import CARD, Trouble

# Slow: five minutes without trouble have to pass before the alarms that count it can say OK.
pytestmark = [pytest.mark.e2e, pytest.mark.slow]

NAMES = [
    "FunctionErrors",
    "FunctionThrottles",
    "FunctionP99Duration",
    "ApiServerErrorRate",
    "ApiClientErrorRate",
    "ModelLoadFailures",
    "CanaryErrors",
]
# Evaluated by the rules only: the local cloud sets no alarm off for want of data.
SILENCE = ["CanarySilent", "JobsSilent", "ExpireSilent", "DueSilent", "CalibrateSilent"]
# Of the learning loop, which are evaluated elsewhere: tests/functional/test_learning_alarms.py.
LEARNING = [
    *("CalibrationError", "FailedWork", "InputDrift", "JobFailures"),
    *("LakeJobErrors", "LoaderDelayed", "TrainingJobErrors"),
    *("TrainingRunFailed", "TrainingRunTimedOut"),
]
# Of the memory: tests/functional/test_function_alarms.py.
MEMORY = [
    *("MemoryErrors", "MemoryThrottles", "MemoryP99Duration"),
    *("MemoryTableReadsThrottled", "MemoryTableWritesThrottled"),
    *("MemoryTableConflicts", "MemoryTableConditionFailures"),
    *(f"MemoryTableErrorsOf{operation}" for operation in ("BatchGetItem", "Query", "TransactWriteItems")),
]
# Of the text function, as those.
TEXT = ["TextErrors", "TextThrottles", "TextP99Duration"]
QUERIES = {name: (log, query) for name, log, query in read_queries()}
# The local cloud keeps no access log, and writes Lambda's own lines in another way.
LOGGED = [
    "FunctionThrottles/2",
    "FunctionP99Duration/1",
    "FunctionP99Duration/2",
    "ApiClientErrorRate/2",
    "ModelLoadFailures/1",
    "ModelLoadFailures/2",
    "CanaryErrors/1",
]
PERIOD_SECONDS = 300
BATCH = 100  # calls at once, until most of a quarter of an hour's calls are fast again
PATIENCE_SECONDS = 90


class Story:
    """What was done to the deployed service, what the cloud recorded, and the topic's messages."""

    def __init__(self, service):
        self.alarms = Alarms(service)
        self.trouble = Trouble(service)
        self.started = time.time()
        self.failures = {}
        self.loads = []

    def count(self, statuses):
        """Publish responses as API Gateway does: each is an error of the client, of the server, or none."""
        for name, hundred in (("ApiClientErrorRate", 4), ("ApiServerErrorRate", 5)):
            self.alarms.publish(name, [float(status // 100 == hundred) for status in statuses])
        return statuses


@pytest.fixture(scope="module")
def well(service):
    """Let a service be well for some calls; give the topic's messages, and the story so far."""
    story = Story(service)
    assert set(story.count(story.trouble.statuses(*[CARD] * 20))) == {200}
    return story, story.alarms.new_messages()


@pytest.fixture(scope="module")
def wrong(well):
    """Let everything go wrong, one thing after the other; give the topic's messages."""
    story, _messages = well
    trouble = story.trouble
    with trouble.release(MODEL_REFRESH_SECONDS="soon"):
        story.failures["crash"] = trouble.invoke()
        story.failures["crash, API"] = story.count(trouble.statuses(CARD, CARD))
    with trouble.slow_lake():
        story.failures["slow"] = trouble.invoke()
    story.failures["refused"] = trouble.refused()
    story.failures["canary"] = trouble.fail_canary()
    story.failures["client"] = story.count(trouble.statuses(*[{}] * 20, CARD))
    story.failures["key"] = story.count(trouble.statuses(*[CARD] * 5, x_api_key="wrong"))
    with trouble.damaged_pointer():
        story.loads = _failed_loads(story)
    story.alarms.publish("ModelLoadFailures", [sample.value for sample in story.loads])
    story.ended = time.time()
    return story, story.alarms.new_messages()


def _failed_loads(story):
    """Predict until the function has noticed its pointer; return what its log has in the embedded format."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := story.trouble.emf("ModelLoadFailures", story.started)):
        assert time.monotonic() < deadline
        story.trouble.statuses(CARD)
        time.sleep(0.5)
    return found


@pytest.fixture(scope="module")
def over(wrong):
    """Let all be well again for as long as the alarms look back; give the topic's messages."""
    story, _messages = wrong
    time.sleep(max(0.0, story.ended + PERIOD_SECONDS + 1 - time.time()))
    trouble, messages = story.trouble, []
    assert trouble.invoke_canary() is None
    deadline = time.monotonic() + PATIENCE_SECONDS
    while ("FunctionP99Duration", "OK") not in messages and time.monotonic() < deadline:
        assert {trouble.invoke() for _ in range(BATCH)} == {None}
        assert set(story.count(trouble.statuses(*[CARD] * 20))) == {200}
        messages += story.alarms.new_messages()
    return story, messages


def test_local_cloud_has_the_alarms_of_the_stage(well):
    assert sorted(well[0].alarms.definitions) == sorted([*NAMES, *SILENCE, *LEARNING, *MEMORY, *TEXT])


def test_no_alarm_goes_off_while_all_is_well(well):
    assert "ALARM" not in {state for _name, state in well[1]}


def test_trouble_is_what_it_was_meant_to_be(wrong):
    failures = wrong[0].failures

    assert failures["crash"] == failures["canary"] == "Unhandled"
    assert {status // 100 for status in failures["crash, API"]} == {5}
    assert failures["slow"] is None  # a response, but late
    assert failures["refused"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert failures["client"] == [400] * 20 + [200]
    assert failures["key"] == [403] * 5
    assert wrong[0].loads


@pytest.mark.parametrize("name", NAMES)
def test_alarm_reaches_the_topic(wrong, name):
    assert (name, "ALARM") in wrong[1]


@pytest.mark.parametrize(
    "name", ["FunctionErrors", "FunctionThrottles", "FunctionP99Duration", "CanaryErrors"]
)
def test_metric_of_the_alarms_own_function_is_past_its_threshold(wrong, name):
    story, _messages = wrong
    function = story.trouble.canary if name == "CanaryErrors" else story.trouble.function

    assert story.alarms.recorded(name, function, story.started) >= story.alarms.definitions[name]["Threshold"]


@pytest.mark.parametrize("name", LOGGED)
def test_query_of_the_page_finds_the_trouble_in_the_clouds_log(wrong, name):
    story, _messages = wrong
    log, query = QUERIES[name]
    function = story.trouble.canary if log == "canary's" else story.trouble.function
    lines = story.trouble.log_lines(function, story.started)

    assert run(query, [record(line) for line in lines])


@pytest.mark.parametrize("name", [name for name in NAMES if name != "ModelLoadFailures"])
def test_ok_reaches_the_topic(over, name):
    assert (name, "OK") in over[1]


def test_model_load_failures_are_over_by_cloudwatchs_rules(over):
    story, _messages = over
    alarm = story.alarms.definitions["ModelLoadFailures"]
    last = story.loads[-1].timestamp

    before = [sample._replace(timestamp=sample.timestamp - PERIOD_SECONDS) for sample in story.loads]
    twice = [*before, *story.loads]  # the pointer was damaged for less than the two periods that it takes
    over_at = last + (alarm["EvaluationPeriods"] + MORE_POINTS) * PERIOD_SECONDS + 1

    assert state(alarm, story.loads, last + 1) == "OK"
    assert state(alarm, twice, last + 1) == "ALARM"
    assert state(alarm, twice, over_at, "ALARM") == "OK"


def test_ok_action_of_model_load_failures_reaches_the_topic(over):
    alarms = over[0].alarms
    alarms.set_ok("ModelLoadFailures")

    assert alarms.new_messages() == [("ModelLoadFailures", "OK")]
