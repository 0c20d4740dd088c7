"""Retraining's state machine: the order of the steps, where it stops, who is told, and when it starts."""

import json

import pytest

from model_training.retraining import STEPS
from tests.infrastructure.conftest import ADDRESS, only, resources
from tests.infrastructure.machine import definition, way


@pytest.fixture(scope="module")
def states(learning):
    """Give the machine's states."""
    return definition(learning)["States"]


def route(states, stops_at=None):
    """Return the tasks of a run in order, which a step may stop."""
    visited = way(states, "prepare", lambda step: step != stops_at)
    return [state for state in visited if states[state]["Type"] != "Choice"]


def test_run_does_every_step_in_order_and_tells(learning, states):
    assert definition(learning)["StartAt"] == "prepare"
    assert route(states) == [*STEPS, "tell: promoted"]


def test_run_that_a_step_stops_does_no_more_and_publishes_it(states):
    for number, step in enumerate(STEPS[1:], start=2):
        assert route(states, stops_at=step) == [*STEPS[:number], "tell: stopped"]
    # The next step says of a run that `prepare` stops why it did, and writes the report.
    assert states["prepare"]["Next"] == "train"


def test_steps_are_commands_for_the_run_of_the_executions_name(states):
    words = {step: f"'{step}'" for step in STEPS} | {"prepare": "'prepare', '--sample-reviews', '1000000'"}

    assert {name: states[name]["Parameters"]["command.$"] for name in STEPS} == {
        step: f"States.Array('retrain', '--run', $$.Execution.Name, '--steps', {words[step]})"
        for step in STEPS
    }
    assert {states[name]["ResultPath"] for name in STEPS} == {"$.outcome"}


def test_sample_is_taken_on_the_lake_layer_and_the_rest_done_on_the_ml_layer(states):
    functions = {name: states[name]["Resource"].partition("Function")[0] for name in STEPS}

    assert functions == dict.fromkeys(STEPS, "<TrainingJobs") | {"prepare": "<LakeJobs"}


def test_step_that_fails_is_tried_once_more_and_then_published_as_a_failed_run(states):
    for step in STEPS:
        (caught,) = states[step]["Catch"]
        last = states[step]["Retry"][-1]

        assert (caught["ErrorEquals"], caught["ResultPath"]) == (["States.ALL"], "$.error")
        assert list(way(states, caught["Next"], None)) == ["tell: failed", "Failed"]
        assert (last["ErrorEquals"], last["MaxAttempts"]) == (["States.ALL"], 1)
    assert states["Failed"]["Type"] == "Fail"


def test_message_says_which_run_ended_how_and_what_was_found(states):
    for how, found in (("promoted", "$.outcome"), ("stopped", "$.outcome"), ("failed", "$.error")):
        state = states[f"tell: {how}"]

        assert state["Resource"].endswith(":states:::sns:publish")
        assert state["Parameters"]["TopicArn"].startswith("<RetrainingNews")
        assert state["Parameters"]["Message"] == {
            "run.$": "$$.Execution.Name",
            "how": how,
            "found.$": found,
        }
        assert state["Parameters"]["Subject"] == f"Recall: a training run {how}"


def test_function_ends_before_its_state_and_the_states_tried_twice_before_the_machine(learning, states):
    function = only(learning, "AWS::Lambda::Function", "TrainingJobs")["Timeout"]
    limits = [states[step]["TimeoutSeconds"] for step in STEPS]

    assert function < min(limits)
    assert definition(learning)["TimeoutSeconds"] > 2 * sum(limits)


def test_machine_keeps_a_log_for_as_long_as_the_stage_does(learning):
    machine = only(learning, "AWS::StepFunctions::StateMachine")
    logging = machine["LoggingConfiguration"]

    assert logging["Level"] == "ALL"
    assert "RetrainingLogs" in json.dumps(logging["Destinations"])
    assert only(learning, "AWS::Logs::LogGroup", "RetrainingLogs")["RetentionInDays"] == 90


def test_machine_starts_as_often_as_the_stage_says(learning):
    rule = only(learning, "AWS::Events::Rule", "RetrainingSchedule")

    assert rule["ScheduleExpression"] == "rate(7 days)"
    assert "RetrainingMachine" in json.dumps(rule["Targets"])


def test_without_a_schedule_the_machine_waits_to_be_started(templates):
    learning = templates("local")["Learning"]

    assert resources(learning, "AWS::Events::Rule", "RetrainingSchedule") == []
    assert route(definition(learning)["States"]) == [*STEPS, "tell: promoted"]


def test_news_are_mailed_to_who_is_mailed_alarms(learning, templates):
    subscription = only(learning, "AWS::SNS::Subscription")

    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", ADDRESS)
    assert "RetrainingNews" in json.dumps(subscription["TopicArn"])
    assert resources(templates("local")["Learning"], "AWS::SNS::Subscription") == []


def test_nothing_of_batch_is_made_for_small_data(learning):
    assert not [r for r in learning["Resources"].values() if r["Type"].split("::")[1] in {"Batch", "EC2"}]
