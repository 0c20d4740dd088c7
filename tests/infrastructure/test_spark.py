"""Preparation and calibration by Spark on EMR Serverless: the jobs, what they may do, what they can cost."""

import json
import re
import tomllib

import pytest
from syrupy.extensions.json import JSONSnapshotExtension

from lake import schema
from model_training.retraining import STEPS
from stacks.learning import spark, spark_conf
from stacks.learning.spark_code import REQUIREMENTS, SCRIPT
from tests.cloudwatch.definitions import definitions
from tests.infrastructure.conftest import PROJECT, only, resources, synthesized_stage
from tests.infrastructure.machine import definition, way
from tests.infrastructure.test_snapshots import normalise

pytestmark = pytest.mark.slow

SETTINGS = {
    "reviews_retention_days": 400,
    "training_compute": "spark",
    "training_sample_reviews": 50_000,
}
OWN = ("Spark", "Calibration")


@pytest.fixture(scope="module")
def learning():
    """Give the learning stack of prod that prepares and calibrates on Spark."""
    return synthesized_stage("prod", **SETTINGS)["Learning"]


@pytest.fixture(scope="module")
def machines(learning):
    """Give the definitions of the state machines: of the retraining, and of the calibration."""
    return {
        name.partition("Machine")[0]: definition({"Resources": {name: resource}})
        for name, resource in learning["Resources"].items()
        if resource["Type"] == "AWS::StepFunctions::StateMachine"
    }


def job(machines, machine, state):
    """Return the parameters with which a state starts a job."""
    found = machines[machine]["States"][state]
    assert found["Resource"] == "arn:<AWS::Partition>:states:::emr-serverless:startJobRun.sync"
    return found["Parameters"]


def test_application_stops_by_itself_and_has_a_largest_size(learning):
    application = only(learning, "AWS::EMRServerless::Application")

    assert (application["Type"], application["ReleaseLabel"]) == ("SPARK", "emr-7.11.0")
    assert application["AutoStartConfiguration"] == {"Enabled": True}
    assert application["AutoStopConfiguration"] == {"Enabled": True, "IdleTimeoutMinutes": 5}
    assert "InitialCapacity" not in application
    assert application["MaximumCapacity"] == {"Cpu": "64 vCPU", "Memory": "256 GB", "Disk": "2000 GB"}
    assert application["Architecture"] == "X86_64"


def test_run_prepares_on_spark_and_goes_on_as_ever(machines):
    states = machines["Retraining"]["States"]
    tasks = way(states, machines["Retraining"]["StartAt"], lambda _step: True)

    assert [name for name in tasks if "go on" not in name] == [
        "prepare on Spark",
        *STEPS[1:],
        "tell: promoted",
    ]
    assert [caught["Next"] for caught in states["prepare on Spark"]["Catch"]] == ["tell: failed"]


def test_jobs_are_told_the_run_the_sample_the_lake_and_the_table(machines):
    prepare = job(machines, "Retraining", "prepare on Spark")["JobDriver"]["SparkSubmit"]
    calibrate = job(machines, "Calibration", "calibrate on Spark")["JobDriver"]["SparkSubmit"]
    where = r"'--bucket', '<[^>]+>', '--table-bucket', '<TableBucket\w+>'\)"

    assert re.fullmatch(
        rf"States\.Array\('--run', \$\$\.Execution\.Name, '--sample-reviews', '50000', {where}",
        prepare["EntryPointArguments.$"],
    )
    assert re.fullmatch(rf"States\.Array\('--calibrate', {where}", calibrate["EntryPointArguments.$"])
    assert prepare["EntryPoint"] == calibrate["EntryPoint"]
    assert prepare["EntryPoint"].endswith(".py>")


def test_spark_finds_the_code_and_the_table_by_the_rest_catalogue(machines):
    parameters = job(machines, "Retraining", "prepare on Spark")["JobDriver"]["SparkSubmit"]
    conf = dict(part.split("=", 1) for part in parameters["SparkSubmitParameters"].split("--conf ")[1:])
    catalog = f"spark.sql.catalog.{spark_conf.CATALOG}"

    assert conf["spark.archives"].strip().endswith(f".zip>#{spark_conf.FOLDER}")
    assert conf[f"{catalog}.uri"].strip() == "https://s3tables.<AWS::Region>.<AWS::URLSuffix>/iceberg"
    assert conf[f"{catalog}.warehouse"].strip().startswith("<TableBucket")
    assert conf[f"{catalog}.rest.signing-name"].strip() == "s3tables"
    assert conf["spark.emr-serverless.driverEnv.PYTHONPATH"].strip() == f"./{spark_conf.FOLDER}"


def test_script_knows_where_its_metrics_go(machines):
    parameters = job(machines, "Calibration", "calibrate on Spark")["JobDriver"]["SparkSubmit"]
    words = parameters["SparkSubmitParameters"].split()

    assert "spark.emr-serverless.driverEnv.METRICS_NAMESPACE=Recall" in words
    assert "spark.emr-serverless.driverEnv.STAGE=prod" in words


def test_script_reads_the_table_of_the_catalogue_that_spark_is_given():
    source = (PROJECT / SCRIPT).read_text(encoding="utf-8")

    assert f"{spark_conf.CATALOG}.{schema.NAMESPACE}.{schema.TABLE}" in source


@pytest.mark.parametrize(
    ("machine", "state"), [("Retraining", "prepare on Spark"), ("Calibration", "calibrate on Spark")]
)
def test_job_ends_before_its_state_and_the_states_before_the_machine(machines, machine, state):
    minutes = job(machines, machine, state)["ExecutionTimeoutMinutes"]
    limits = {
        name: found["TimeoutSeconds"]
        for name, found in machines[machine]["States"].items()
        if "TimeoutSeconds" in found
    }
    on_spark = limits.pop(state)

    assert minutes == spark.MOST_MINUTES
    assert 60 * minutes < on_spark
    assert set(limits) == (set(STEPS) - {"prepare"} if machine == "Retraining" else set())
    assert machines[machine]["TimeoutSeconds"] > on_spark + 2 * sum(limits.values())


def allowed(learning, role):
    """Return the actions of a role, and on what, as text."""
    return {
        json.dumps(statement["Action"]): json.dumps(statement["Resource"])
        for statement in only(learning, "AWS::IAM::Policy", role)["PolicyDocument"]["Statement"]
    }


def test_jobs_read_the_table_and_models_and_write_samples_and_reports_only(learning):
    statements = only(learning, "AWS::IAM::Policy", "SparkRole")["PolicyDocument"]["Statement"]
    found = {}
    for statement in statements:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        for action in actions:
            found.setdefault(action, set()).update(re.findall(r'"/([a-z/*]+\*)"', json.dumps(statement)))

    assert found["s3:PutObject"] == {"samples/*", "reports/runs/*", "reports/quality/*"}
    assert found["s3:GetObject"] == {"models/*", "reports/*", "samples/*"}
    assert found["s3:DeleteObject"] == {"samples/*"}
    assert {action for action in found if action.startswith("s3tables:")} == {
        *("s3tables:GetTableBucket", "s3tables:GetNamespace", "s3tables:GetTable"),
        *("s3tables:GetTableMetadataLocation", "s3tables:GetTableData"),
    }
    trust = only(learning, "AWS::IAM::Role", "SparkRole")["AssumeRolePolicyDocument"]["Statement"]
    assert [each["Principal"] for each in trust] == [{"Service": "emr-serverless.amazonaws.com"}]


@pytest.mark.parametrize("role", ["RetrainingMachineRole", "CalibrationMachineRole"])
def test_machines_may_run_jobs_of_the_one_application_as_the_one_role(learning, role):
    found = allowed(learning, role)

    assert "SparkApplication" in found['"emr-serverless:StartJobRun"']
    assert "/jobruns/*" in found['["emr-serverless:GetJobRun", "emr-serverless:CancelJobRun"]']
    assert "SparkRole" in found['"iam:PassRole"']
    rule = found['["events:PutTargets", "events:PutRule", "events:DescribeRule"]']
    assert "StepFunctionsGetEventsForEMRServerlessJobRule" in rule


def test_calibration_runs_every_night_on_spark_and_not_in_the_function(learning):
    rules = {
        name: resource["Properties"]
        for name, resource in learning["Resources"].items()
        if resource["Type"] == "AWS::Events::Rule"
    }
    calibrating = [rule for name, rule in rules.items() if "Calibrat" in name]

    assert [rule["ScheduleExpression"] for rule in calibrating] == ["cron(47 3 * * ? *)"]
    assert "CalibrationMachine" in json.dumps(calibrating[0]["Targets"])


def test_calibration_that_fails_or_takes_too_long_or_is_not_started_raises_an_alarm():
    alarms = definitions(synthesized_stage("prod", **SETTINGS))
    silent = alarms["CalibrateSilent"]

    for name, metric in (
        ("CalibrationRunErrors", "ExecutionsFailed"),
        ("CalibrationRunTimedOut", "ExecutionsTimedOut"),
    ):
        assert (alarms[name]["Namespace"], alarms[name]["MetricName"]) == ("AWS/States", metric)
        assert "CalibrationMachine" in json.dumps(alarms[name]["Dimensions"])
    assert "CalibrationCalibrate" in json.dumps(silent["Metrics"])


def test_packages_of_the_archive_are_those_that_the_training_side_is_locked_to():
    text = (PROJECT / REQUIREMENTS).read_text(encoding="utf-8")
    pins = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))
    lock = tomllib.loads((PROJECT / "uv.lock").read_text(encoding="utf-8"))
    locked = {package["name"]: package for package in lock["package"]}

    assert {"boto3", "click"} <= set(pins)
    for name, version in pins.items():
        assert locked[name]["version"] == version
        needed = {each["name"] for each in locked[name].get("dependencies", ()) if "marker" not in each}
        assert needed <= set(pins), name


def test_what_spark_adds_is_what_was_reviewed(learning, snapshot):
    added = {n: r for n, r in learning["Resources"].items() if n.startswith(OWN)}

    shown = snapshot.use_extension(JSONSnapshotExtension)
    assert normalise({"Resources": added}) == shown(name="prod-spark")


def test_without_it_nothing_of_emr_is_made():
    learning = synthesized_stage("prod", reviews_retention_days=400)["Learning"]

    assert resources(learning, "AWS::EMRServerless::Application") == []
