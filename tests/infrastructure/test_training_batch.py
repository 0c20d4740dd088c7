"""Retraining on AWS Batch: the container, what it may do, Spot's gaps, and the state machine around it."""

import json
import re
from pathlib import Path

import pytest

from model_training import cli
from model_training.retraining import STEPS
from stacks.function_package import JOBS_SRC
from stacks.learning.training_image import DOCKERFILE
from tests.cloudwatch.definitions import definitions
from tests.infrastructure.conftest import PROJECT, assembly, only, resources, synthesized_stage
from tests.infrastructure.machine import definition, watch, way

RUN = "7e5c0d0e-1111-2222-3333-444455556666_aaaabbbb-1111-2222-3333-444455556666"  # as a rule names them


SETTINGS = {
    "runtime": "python3.13",
    "onnx": True,
    "reviews_retention_days": 400,
    "training_compute": "batch",
    "automl_seconds": 600,
}


@pytest.fixture(scope="module")
def learning():
    """Give the learning stack of prod that trains on Batch."""
    return synthesized_stage("prod", **SETTINGS)["Learning"]


@pytest.fixture(scope="module")
def job(learning):
    """Give the job's definition."""
    return only(learning, "AWS::Batch::JobDefinition")


@pytest.fixture(scope="module")
def context(job):
    """Give the staged build context, and how to build it."""
    outdir = Path(assembly("prod", **SETTINGS).directory)
    manifest = json.loads((outdir / "Learning.assets.json").read_text())
    (asset,) = manifest["dockerImages"].items()
    key, source = asset[0], asset[1]["source"]
    assert job["ContainerProperties"]["Image"]["Fn::Sub"].endswith(f":{key}")
    return outdir / source["directory"], source


def test_job_is_the_command_that_people_run_between_the_sample_and_going_live(job):
    words = ["lake" if isinstance(word, dict) else word for word in job["ContainerProperties"]["Command"]]
    values = {"Ref::run": RUN, "Ref::automl_seconds": job["Parameters"]["automl_seconds"]}
    name, *options = [values.get(word, word) for word in words]
    context = cli.recall.commands[name].make_context(name, options)

    assert name == "retrain"
    assert context.params == {
        "name": RUN,
        "bucket": "lake",
        "endpoint_url": None,
        "table_bucket": None,
        "automl_seconds": 600,
        "onnx": True,
        "sample_reviews": 1_000_000,
        "steps": tuple(STEPS)[1:-1],
        "as_json": False,
    }


@pytest.fixture(scope="module")
def places(learning):
    """Give the states in which the job is on Spot, or on demand."""
    (branch,) = definition(learning)["States"]["train on Batch"]["Branches"]
    assert branch["StartAt"] == "does it say how long to search?"
    return branch["States"]


def test_run_searches_as_long_as_its_input_says_or_else_as_the_stage_is_set(places):
    said = places["does it say how long to search?"]
    (rule,) = said["Choices"]

    assert rule == {"Variable": "$.automl_seconds", "IsPresent": True, "Next": "on Spot"}
    assert places[said["Default"]] == {
        "Type": "Pass",
        "Result": 600,
        "ResultPath": "$.automl_seconds",
        "Next": "on Spot",
    }


def test_machine_prepares_trains_on_batch_reads_the_outcome_and_promotes(learning):
    states = definition(learning)["States"]
    tasks = [state for state in way(states, "prepare", lambda _step: True) if "go on" not in state]
    batch = states["train on Batch"]

    assert tasks == ["prepare", "train on Batch", "gate", "refit", "promote", "tell: promoted"]
    assert batch["ResultPath"] is None
    assert [caught["Next"] for caught in batch["Catch"]] == ["tell: failed"]


@pytest.mark.parametrize(("where", "queue"), [("on Spot", "BatchQueue"), ("on demand", "BatchOnDemandQueue")])
def test_run_is_submitted_as_the_job_and_waited_for(places, where, queue):
    job = places[where]["Branches"][0]["States"][f"job {where}"]
    parameters = job["Parameters"]

    assert job["Resource"].endswith(":states:::batch:submitJob.sync")
    assert parameters["JobName.$"] == parameters["Parameters"]["run.$"] == "$$.Execution.Name"
    assert parameters["Parameters"]["automl_seconds.$"] == "States.Format('{}', $.automl_seconds)"
    assert parameters["JobDefinition"].startswith("<BatchJob")
    assert parameters["JobQueue"].startswith(f"<{queue}")


@pytest.mark.parametrize(
    ("statuses", "end"),
    [
        (["RUNNABLE"], "no machine on Spot"),
        (["STARTING"], "no machine on Spot"),
        (["RUNNING", "RUNNING", "RUNNABLE"], "no machine on Spot"),  # interrupted
        (["RUNNING", "SUCCEEDED"], "on Spot: ended"),
        (["FAILED"], "on Spot: ended"),
        ([None], "on Spot: ended"),
    ],
)
def test_job_that_waits_on_spot_is_given_up_there(places, statuses, end):
    looks = places["on Spot"]["Branches"][1]

    assert list(watch(looks, statuses))[-1] == end
    assert places["on Spot"]["Catch"][0] == {
        "ErrorEquals": [looks["States"]["no machine on Spot"]["Error"]],
        "ResultPath": None,
        "Next": "on demand",
    }


def test_job_that_waits_on_demand_is_counted_and_waits_on(places, learning):
    looks = places["on demand"]["Branches"][1]
    visited = list(watch(looks, ["RUNNABLE", "PENDING", "RUNNING", "SUCCEEDED"]))
    (metric,) = looks["States"]["count the wait"]["Parameters"]["MetricData"]
    alarm = definitions(synthesized_stage("prod", **SETTINGS))["TrainingRunQueued"]

    assert visited.count("count the wait") == 2
    assert visited[-1] == "on demand: ended"
    assert looks["States"]["count the wait"]["ResultPath"] is None
    assert (alarm["Namespace"], alarm["MetricName"], alarm["Dimensions"]) == (
        looks["States"]["count the wait"]["Parameters"]["Namespace"],
        metric["MetricName"],
        metric["Dimensions"],
    )
    assert alarm["Period"] > looks["States"]["on demand: wait"]["Seconds"]


def test_job_that_lost_its_last_machine_goes_on_on_demand_and_one_that_failed_does_not(places):
    states = places["on Spot"]["Branches"][0]["States"]
    (caught,) = states["job on Spot"]["Catch"]
    choice = states[caught["Next"]]
    (lost,) = choice["Choices"]
    failed = states[choice["Default"]]

    assert (caught["ErrorEquals"], caught["ResultPath"]) == (["States.TaskFailed"], "$.error")
    assert (lost["Variable"], lost["StringMatches"]) == ("$.error.Cause", "*Your Spot Task was interrupted*")
    assert [states[lost["Next"]]["Error"]] == places["on Spot"]["Catch"][0]["ErrorEquals"]
    assert (failed["Type"], failed["Error"], failed["CausePath"]) == ("Fail", "JobFailed", "$.error.Cause")
    assert len(places["on Spot"]["Catch"]) == 1
    assert "Catch" not in places["on demand"]


def test_run_that_the_gate_stops_is_told(learning):
    states = definition(learning)["States"]

    assert list(way(states, "gate", lambda _step: False))[-1] == "tell: stopped"


def test_job_that_loses_its_machine_is_started_again_and_no_other(job):
    strategy = job["RetryStrategy"]

    assert strategy["Attempts"] == 2
    assert strategy["EvaluateOnExit"] == [
        {"Action": "RETRY", "OnStatusReason": "Your Spot Task was interrupted*"},
        {"Action": "RETRY", "OnStatusReason": "Host EC2*"},
        {"Action": "EXIT", "OnReason": "*"},
    ]


def test_batch_ends_the_job_before_its_state_and_the_states_end_before_the_machine(learning, job, places):
    machine = definition(learning)
    longest = job["Timeout"]["AttemptDurationSeconds"] * job["RetryStrategy"]["Attempts"]
    limits = [
        places[where]["Branches"][0]["States"][f"job {where}"]["TimeoutSeconds"]
        for where in ("on Spot", "on demand")
    ]
    twice = [state["TimeoutSeconds"] for state in machine["States"].values() if "TimeoutSeconds" in state] * 2

    assert longest < min(limits)
    assert machine["TimeoutSeconds"] > sum(limits) + sum(twice) + 3600
    assert len(twice) == 2 * len(["prepare", "gate", "refit", "promote"])


def test_job_runs_on_fargate_spot_then_on_demand_and_costs_nothing_when_idle(learning, job):
    environments = {
        name: resource["Properties"]["ComputeResources"]
        for name, resource in learning["Resources"].items()
        if resource["Type"] == "AWS::Batch::ComputeEnvironment"
    }
    queues = {
        start: [
            environments[each["ComputeEnvironment"]["Fn::GetAtt"][0]]["Type"]
            for each in sorted(queue["ComputeEnvironmentOrder"], key=lambda each: each["Order"])
        ]
        for start in ("BatchQueue", "BatchOnDemandQueue")
        for queue in [only(learning, "AWS::Batch::JobQueue", start)]
    }
    needs = {
        each["Type"]: float(each["Value"]) for each in job["ContainerProperties"]["ResourceRequirements"]
    }

    assert queues == {"BatchQueue": ["FARGATE_SPOT", "FARGATE"], "BatchOnDemandQueue": ["FARGATE"]}
    assert needs == {"VCPU": 4, "MEMORY": 30 * 1024}
    assert all(needs["VCPU"] <= each["MaxvCpus"] for each in environments.values())
    assert job["ContainerProperties"]["RuntimePlatform"] == {"CpuArchitecture": "X86_64"}


def test_network_has_a_way_to_the_lake_and_no_nat_gateway(learning):
    endpoint = only(learning, "AWS::EC2::VPCEndpoint")

    assert endpoint["VpcEndpointType"] == "Gateway"
    assert endpoint["ServiceName"]["Fn::Join"][1][-1] == ".s3"
    assert resources(learning, "AWS::EC2::NatGateway") == []
    for group in resources(learning, "AWS::EC2::SecurityGroup"):
        assert "SecurityGroupIngress" not in group


def test_machine_may_run_the_one_job_in_the_two_queues_watch_it_and_end_it(learning):
    policy = only(learning, "AWS::IAM::Policy", "RetrainingMachineRole")["PolicyDocument"]["Statement"]
    allowed = {str(each["Action"]): each for each in policy}
    submit = json.dumps(allowed["batch:SubmitJob"]["Resource"])

    assert re.findall(r'"(Batch[A-Za-z]+)[0-9A-F]{8}"', submit) == [
        "BatchJob",
        "BatchQueue",
        "BatchOnDemandQueue",
    ]
    assert ":job/*" in json.dumps(allowed["batch:TerminateJob"]["Resource"])
    assert allowed["batch:DescribeJobs"]["Resource"] == allowed["batch:ListJobs"]["Resource"] == "*"
    assert "StepFunctionsGetEventsForBatchJobsRule" in json.dumps(
        allowed["['events:PutTargets', 'events:PutRule', 'events:DescribeRule']"]["Resource"]
    )
    assert allowed["cloudwatch:PutMetricData"]["Condition"] == {
        "StringEquals": {"cloudwatch:namespace": "Recall"}
    }


def test_job_reads_samples_and_writes_models_and_reports_and_deletes_nothing(learning):
    allowed = {}
    for statement in only(learning, "AWS::IAM::Policy", "BatchJobRole")["PolicyDocument"]["Statement"]:
        found = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        allowed[statement["Action"]] = {
            each["Fn::Join"][1][-1] if "Fn::Join" in each else "bucket" for each in found
        }

    assert allowed == {
        "s3:GetObject": {"/samples/*", "/models/*", "/reports/*"},
        "s3:PutObject": {"/models/*", "/reports/*"},
        "s3:ListBucket": {"bucket"},
    }


def test_jobs_log_is_kept_as_long_as_the_stages_others(learning, job):
    options = job["ContainerProperties"]["LogConfiguration"]["Options"]

    assert options["awslogs-group"]["Ref"].startswith("BatchLogs")
    assert only(learning, "AWS::Logs::LogGroup", "BatchLogs")["RetentionInDays"] == 90


def test_build_context_is_the_training_side_with_its_pins_and_nothing_else(context):
    folder, source = context
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    parts = {name.split("/")[0] for name in files}

    assert source["dockerFile"] == DOCKERFILE
    assert source["dockerBuildArgs"] == {"PYTHON_VERSION": "3.13"}
    assert parts == {"lambda_src", "model_training", "pyproject.toml", "uv.lock"}
    assert {name.split("/")[1] for name in files if name.startswith("lambda_src/")} == {
        folder.split("/")[1] for folder in JOBS_SRC if folder.startswith("lambda_src/")
    }
    assert not [name for name in files if name.endswith(".pyc")]


def test_image_is_built_with_the_projects_own_uv():
    pinned = [line.strip(' ",') for line in (PROJECT / "pyproject.toml").read_text().splitlines()]
    (version,) = [line for line in pinned if line.startswith("uv==")]

    assert version in (PROJECT / DOCKERFILE).read_text().split()
