"""Retraining on AWS Batch: the container, what it may do, Spot's interruptions, and the machine around it."""

import json
from pathlib import Path

import pytest

from model_training import cli
from model_training.retraining import STEPS
from stacks.function_package import JOBS_SRC
from stacks.learning.training_image import DOCKERFILE
from tests.infrastructure.conftest import PROJECT, assembly, only, resources, synthesized_stage
from tests.infrastructure.machine import definition, way

RUN = "7e5c0d0e-1111-2222-3333-444455556666_aaaabbbb-1111-2222-3333-444455556666"  # as a rule names them


SETTINGS = {"reviews_retention_days": 400, "training_compute": "batch", "automl_seconds": 600}


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
    name, *options = [RUN if word == "Ref::run" else word for word in words]
    context = cli.recall.commands[name].make_context(name, options)

    assert name == "retrain"
    assert context.params == {
        "name": RUN,
        "bucket": "lake",
        "endpoint_url": None,
        "table_bucket": None,
        "automl_seconds": 600,
        "sample_reviews": 1_000_000,
        "steps": tuple(STEPS)[1:-1],
        "as_json": False,
    }


def test_machine_prepares_submits_the_job_reads_its_outcome_and_promotes(learning):
    states = definition(learning)["States"]
    tasks = [state for state in way(states, "prepare", lambda _step: True) if "go on" not in state]
    submitted = states["train on Batch"]

    assert tasks == ["prepare", "train on Batch", "gate", "refit", "promote", "tell: promoted"]
    assert submitted["Resource"].endswith(":states:::batch:submitJob.sync")
    assert submitted["Parameters"]["Parameters"] == {"run.$": "$$.Execution.Name"}
    assert submitted["Parameters"]["JobDefinition"].startswith("<BatchJob")
    assert submitted["Parameters"]["JobQueue"].startswith("<BatchQueue")
    assert submitted["ResultPath"] is None
    assert [caught["Next"] for caught in submitted["Catch"]] == ["tell: failed"]


def test_run_that_the_gate_stops_is_told(learning):
    states = definition(learning)["States"]

    assert list(way(states, "gate", lambda _step: False))[-1] == "tell: stopped"


def test_job_that_loses_its_machine_is_started_again_and_no_other(job):
    strategy = job["RetryStrategy"]

    assert strategy["Attempts"] == 5
    assert strategy["EvaluateOnExit"] == [
        {"Action": "RETRY", "OnStatusReason": "Your Spot Task was interrupted*"},
        {"Action": "RETRY", "OnStatusReason": "Host EC2*"},
        {"Action": "EXIT", "OnReason": "*"},
    ]


def test_machine_ends_later_than_the_job_with_all_its_attempts(learning, job):
    longest = job["Timeout"]["AttemptDurationSeconds"] * job["RetryStrategy"]["Attempts"]

    assert definition(learning)["TimeoutSeconds"] > longest + 4 * 3600


def test_job_runs_on_fargate_spot_that_costs_nothing_when_idle(learning, job):
    spot = only(learning, "AWS::Batch::ComputeEnvironment")["ComputeResources"]
    needs = {
        each["Type"]: float(each["Value"]) for each in job["ContainerProperties"]["ResourceRequirements"]
    }

    assert spot["Type"] == "FARGATE_SPOT"
    assert needs == {"VCPU": 4, "MEMORY": 30 * 1024}
    assert needs["VCPU"] <= spot["MaxvCpus"]
    assert job["ContainerProperties"]["RuntimePlatform"] == {"CpuArchitecture": "X86_64"}


def test_network_has_a_way_to_the_lake_and_no_nat_gateway(learning):
    endpoint = only(learning, "AWS::EC2::VPCEndpoint")

    assert endpoint["VpcEndpointType"] == "Gateway"
    assert endpoint["ServiceName"]["Fn::Join"][1][-1] == ".s3"
    assert resources(learning, "AWS::EC2::NatGateway") == []
    assert "SecurityGroupIngress" not in only(learning, "AWS::EC2::SecurityGroup")


def test_machine_may_submit_to_the_one_queue_and_end_what_runs_there(learning):
    policy = only(learning, "AWS::IAM::Policy", "RetrainingMachineRole")["PolicyDocument"]["Statement"]
    allowed = {
        each["Action"]: json.dumps(each["Resource"])
        for each in policy
        if "batch:" in json.dumps(each["Action"])
    }

    assert set(allowed) == {"batch:SubmitJob", "batch:TerminateJob"}
    assert "BatchQueue" in allowed["batch:SubmitJob"]
    assert ":job/*" in allowed["batch:TerminateJob"]


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
    assert source["dockerBuildArgs"] == {"PYTHON_VERSION": "3.11"}
    assert parts == {"lambda_src", "model_training", "pyproject.toml", "uv.lock"}
    assert {name.split("/")[1] for name in files if name.startswith("lambda_src/")} == {
        folder.split("/")[1] for folder in JOBS_SRC if folder.startswith("lambda_src/")
    }
    assert not [name for name in files if name.endswith(".pyc")]


def test_image_is_built_with_the_projects_own_uv():
    pinned = [line.strip(' ",') for line in (PROJECT / "pyproject.toml").read_text().splitlines()]
    (version,) = [line for line in pinned if line.startswith("uv==")]

    assert version in (PROJECT / DOCKERFILE).read_text().split()
