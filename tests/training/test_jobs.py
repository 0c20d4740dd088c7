"""The jobs function's entry: commands run as people run them, on the deployment's lake, and are counted."""

import json
import subprocess
import sys

import pytest

from model_training import cli
from model_training.commands.options import Finished
from model_training.commands.output import Output
from model_training.jobs.handler import JobError, handler
from model_training.registry.lake import LakeError

from .fake_s3 import FakeS3

POINTER = {
    "schema_version": 1,
    "version": "20261121T093902Z-934fbb01",
    "key": "models/20261121T093902Z-934fbb01/model.json",
    "sha256": "0" * 64,
}


@pytest.fixture
def lake(monkeypatch):
    """Give the lake of a deployment, and the environment of its jobs function."""
    s3 = FakeS3()
    monkeypatch.setattr("model_training.registry.lake.s3_client", lambda _: s3)
    for name, value in {"LAKE_BUCKET": "lake", "METRICS_NAMESPACE": "Recall", "STAGE": "test"}.items():
        monkeypatch.setenv(name, value)
    return s3


@pytest.fixture
def command(lake, monkeypatch):
    """Put a function in the place of the command `models`."""

    def put(run):
        def callback(as_json, **options):
            return Finished(Output(run(**options)), as_json)

        monkeypatch.setattr(cli.recall.commands["models"], "callback", callback)

    return put


def logged(capsys):
    """Return the log line and the metrics line of a job, which are the last ones."""
    lines = capsys.readouterr().out.splitlines()
    return json.loads(lines[-2]), json.loads(lines[-1])


def test_command_runs_on_the_deployments_lake_and_its_result_is_the_answer(lake, capsys):
    lake.put_object(
        Bucket="lake", Key="models/current.json", Body=json.dumps(POINTER).encode(), ContentType=""
    )

    assert handler({"command": ["models"]}, None) == {"live": POINTER["version"], "move": None, "models": []}

    line, metrics = logged(capsys)
    assert line["seconds"] >= 0
    assert line["peak_memory_mb"] > 10
    assert {name: line[name] for name in ("level", "message", "command", "outcome")} == {
        "level": "INFO", "message": "job", "command": "models", "outcome": "done",
    }  # fmt: skip
    (directive,) = metrics["_aws"]["CloudWatchMetrics"]
    assert (directive["Namespace"], directive["Dimensions"]) == ("Recall", [["Stage"]])
    assert [metric["Name"] for metric in directive["Metrics"]] == ["JobFailures"]
    assert (metrics["Stage"], metrics["Command"], metrics["JobFailures"]) == ("test", "models", 0)


def test_arguments_of_the_event_reach_the_command(lake, command):
    command(lambda bucket, endpoint_url: {"bucket": bucket, "endpoint": endpoint_url})

    answer = handler({"command": ["models", "--endpoint-url", "http://127.0.0.1:1"]}, None)

    assert answer == {"bucket": "lake", "endpoint": "http://127.0.0.1:1"}


@pytest.mark.parametrize("learner", ["ann", "--help", "--"])
def test_what_follows_two_dashes_is_a_learner_whatever_it_is_called(lake, monkeypatch, learner):
    seen = []
    erase = cli.recall.commands["erase"]
    monkeypatch.setattr(erase, "callback", lambda **options: seen.append(options))
    monkeypatch.setenv("TABLE_BUCKET_ARN", "arn")

    assert handler({"command": ["erase", "--", learner, "bob"]}, None) is None
    assert seen[0]["learners"] == (learner, "bob")
    assert (seen[0]["bucket"], seen[0]["table_bucket"]) == ("lake", "arn")


def test_function_without_a_table_runs_commands_that_could_read_one(lake, monkeypatch):
    """The one that trains does the steps of `retrain` after the first."""
    seen = []
    monkeypatch.delenv("TABLE_BUCKET_ARN", raising=False)
    monkeypatch.setattr(cli.recall.commands["retrain"], "callback", lambda **options: seen.append(options))

    handler({"command": ["retrain", "--run", "one", "--steps", "train"]}, None)

    assert (seen[0]["bucket"], seen[0]["table_bucket"]) == ("lake", None)


def test_failed_command_raises_its_one_line_and_is_counted(command, capsys):
    def fail(**_options):
        raise LakeError("s3://lake/models/: denied;\n the credentials need s3:ListBucket")

    command(fail)
    with pytest.raises(JobError) as failure:
        handler({"command": ["models"]}, None)

    assert str(failure.value) == "s3://lake/models/: denied; the credentials need s3:ListBucket"
    line, metrics = logged(capsys)
    assert (line["level"], line["outcome"], line["reason"]) == ("ERROR", "failed", str(failure.value))
    assert metrics["JobFailures"] == 1


def test_unexpected_error_keeps_its_traceback_and_is_counted(command, capsys):
    def crash(**_options):
        raise ZeroDivisionError("of a bug")

    command(crash)
    with pytest.raises(ZeroDivisionError):
        handler({"command": ["models"]}, None)

    line, metrics = logged(capsys)
    assert line["reason"] == "ZeroDivisionError: of a bug"
    assert metrics["JobFailures"] == 1


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["compost"], "No such command 'compost'"),
        (["promote"], "Missing argument 'VERSION'"),
    ],
)
def test_wrong_command_is_a_failed_job_and_ends_no_process(lake, capsys, words, reason):
    with pytest.raises(JobError, match=reason) as failure:
        handler({"command": words}, None)

    assert "\n" not in str(failure.value)
    line, _ = logged(capsys)
    assert line["reason"] == str(failure.value)


@pytest.mark.usefixtures("lake")
def test_event_without_a_command_says_what_it_must_be():
    for event in ({}, {"command": "models"}, {"command": []}, {"command": [1]}, [], None):
        with pytest.raises(JobError, match=r'^the event must be \{"command": \["models"\]\}'):
            handler(event, None)


def test_log_line_of_a_job_has_no_argument(command, capsys):
    command(lambda **_options: {})

    assert handler({"command": ["models", "--endpoint-url", "http://secret"]}, None) == {}

    assert "secret" not in capsys.readouterr().out


# What a job imports must be in the function's layers. These aren't, and are imported where they are used; nor
# is pyarrow, but here pandas itself imports it.
NOT_IN_THE_LAYERS = {"anki", "fsrs", "fsrs_rs_python", "rich"}
JOBS = ("fit", "models", "promote", "rollback", "retrain")
IMPORT = """
import ast, sys
from importlib import import_module
from pathlib import Path
import model_training.jobs.handler
for name in {jobs!r}:
    module = import_module(f"model_training.commands.{{name}}")
    for node in ast.walk(ast.parse(Path(module.__file__).read_text())):
        if isinstance(node, ast.ImportFrom):
            import_module(node.module)
print("numpy" in sys.modules, sorted({unwanted!r} & sys.modules.keys()))
"""


@pytest.mark.slow
def test_jobs_import_nothing_that_the_layers_lack():
    code = IMPORT.format(jobs=JOBS, unwanted=NOT_IN_THE_LAYERS)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "True []\n"


def test_handler_itself_imports_no_command():
    code = "import sys, model_training.jobs.handler; print({'numpy', 'pandas', 'boto3'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "set()\n"


def test_outcome_is_only_kept_where_outcomes_are(lake):
    for key in ("models/current.json", 5, ""):
        with pytest.raises(JobError, match="outcome must be the key of an object under reports/moves/"):
            handler({"command": ["models"], "outcome": key}, None)
    assert lake.objects == {}
