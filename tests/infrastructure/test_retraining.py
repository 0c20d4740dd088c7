"""Retraining's state machine: the order of the steps, where it stops, who is told, and when it starts."""

import json

import pytest

from model_training.retraining.steps import STEPS
from stacks.learning import run_states
from tests.infrastructure.conftest import ADDRESS, only, resources
from tests.infrastructure.machine import definition, way


@pytest.fixture(scope="module")
def states(learning):
    """Give the machine's states."""
    return definition(learning)["States"]


def route(states, stops_at=None):
    """Return the tasks of a run in order, which a step may stop."""
    visited = way(states, "compact", lambda step: step != stops_at)
    return [state for state in visited if states[state]["Type"] != "Choice"]


def test_stack_and_training_side_know_the_same_steps():
    assert tuple(STEPS) == run_states.STEPS


def test_run_compacts_does_every_step_in_order_and_tells(learning, states):
    assert definition(learning)["StartAt"] == "compact"
    assert route(states) == ["compact", *STEPS, "tell: promoted"]


@pytest.mark.parametrize("step", STEPS)
def test_run_that_a_step_stops_does_no_more_and_tells(states, step):
    before = list(STEPS)[: list(STEPS).index(step) + 1]

    assert route(states, stops_at=step) == ["compact", *before, "tell: stopped"]


@pytest.mark.parametrize("step", STEPS)
def test_step_is_the_command_for_the_run_of_the_executions_name(states, step):
    command = f"States.Array('retrain', '--run', $$.Execution.Name, '--steps', '{step}')"

    assert states[step]["Parameters"] == {"command.$": command}
    assert states[step]["ResultPath"] == "$.outcome"
    assert states[step]["Resource"].startswith("<JobsFunction")


def test_compaction_drops_what_is_older_than_the_stages_retention(states):
    command = "States.Array('compact', '--retention-days', '400')"

    assert states["compact"]["Parameters"] == {"command.$": command}


@pytest.mark.parametrize("step", ["compact", *STEPS])
def test_step_that_fails_is_tried_once_more_and_then_told_as_a_failed_run(states, step):
    (caught,) = states[step]["Catch"]
    last = states[step]["Retry"][-1]

    assert (caught["ErrorEquals"], caught["ResultPath"]) == (["States.ALL"], "$.error")
    assert list(way(states, caught["Next"], None)) == ["tell: failed", "Failed"]
    assert states["Failed"]["Type"] == "Fail"
    assert (last["ErrorEquals"], last["MaxAttempts"]) == (["States.ALL"], 1)


@pytest.mark.parametrize(
    ("how", "found"), [("promoted", "$.outcome"), ("stopped", "$.outcome"), ("failed", "$.error")]
)
def test_topic_is_told_which_run_and_what_was_found(states, how, found):
    state = states[f"tell: {how}"]

    assert state["Resource"].endswith(":states:::sns:publish")
    assert state["Parameters"]["TopicArn"].startswith("<RetrainingNews")
    assert state["Parameters"]["Message"] == {"run.$": "$$.Execution.Name", "how": how, "found.$": found}
    assert state["Parameters"]["Subject"] == f"Recall: a training run {how}"


def test_machine_ends_later_than_all_steps_tried_twice(learning):
    longest = only(learning, "AWS::Lambda::Function", "Jobs")["Timeout"]

    assert definition(learning)["TimeoutSeconds"] > 2 * longest * len(["compact", *STEPS])


def test_machine_keeps_a_log_for_as_long_as_the_stage_does(learning):
    machine = only(learning, "AWS::StepFunctions::StateMachine")
    logging = machine["LoggingConfiguration"]

    assert logging["Level"] == "ALL"
    assert "RetrainingLogs" in json.dumps(logging["Destinations"])
    assert only(learning, "AWS::Logs::LogGroup", "RetrainingLogs")["RetentionInDays"] == 90


def test_machine_may_call_the_jobs_function_and_tell_the_topic_only(learning):
    policy = only(learning, "AWS::IAM::Policy", "RetrainingMachineRole")["PolicyDocument"]["Statement"]
    allowed = {json.dumps(each["Action"]): json.dumps(each["Resource"]) for each in policy}

    assert "JobsFunction" in allowed.pop('"lambda:InvokeFunction"')
    assert "RetrainingNews" in allowed.pop('"sns:Publish"')
    ((actions, resource),) = allowed.items()
    assert {action.split(":")[0] for action in json.loads(actions)} == {"logs"}
    assert resource == '"*"'


def test_machine_starts_as_often_as_the_stage_says(learning):
    rule = only(learning, "AWS::Events::Rule", "RetrainingSchedule")

    assert rule["ScheduleExpression"] == "rate(7 days)"
    assert "RetrainingMachine" in json.dumps(rule["Targets"])


def test_without_a_schedule_the_machine_waits_to_be_started(templates):
    learning = templates("local")["Learning"]

    assert resources(learning, "AWS::Events::Rule", "RetrainingSchedule") == []
    assert route(definition(learning)["States"]) == ["compact", *STEPS, "tell: promoted"]


def test_news_are_mailed_to_who_is_mailed_alarms(learning, templates):
    subscription = only(learning, "AWS::SNS::Subscription")

    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", ADDRESS)
    assert "RetrainingNews" in json.dumps(subscription["TopicArn"])
    assert resources(templates("local")["Learning"], "AWS::SNS::Subscription") == []


def test_nothing_of_batch_is_made_for_small_data(learning):
    assert not [r for r in learning["Resources"].values() if r["Type"].split("::")[1] in {"Batch", "EC2"}]
