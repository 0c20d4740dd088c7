"""docs/teardown.md, as it is written: a stage is destroyed and deployed again, with what stayed of it."""

import json
import re
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.e2e.conftest import PROJECT, Service, own_cloud, run_training
from tests.e2e.lake_table import rows_of, wait_for_events
from tests.e2e.layers import kept_layers
from tools.local_cloud import commands, deployment

# Slow: two deployments of its own.
pytestmark = [pytest.mark.e2e, pytest.mark.slow]

APP = f"{sys.executable} -m tests.e2e.kept_app"
CARD = {"days_since_last_review": 3, "review_count": 4, "difficulty": 5.5}
LEARNER = f"/v1/learners/{deployment.LEARNER}"
SAVE, PUT_BACK = re.findall(
    r"```python\n(.*?)```", (PROJECT / "docs" / "teardown.md").read_text(encoding="utf-8"), re.DOTALL
)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Give a cloud of its own."""
    with own_cloud(tmp_path_factory.mktemp("teardown")) as home:
        yield home


def cdk(home, command, *arguments):
    """Run a command of the CDK on the stage."""
    where = ["--app", APP, "-c", "stage=local", "--output", home.path / "cdk.out"]
    commands.run_briefly(home, deployment.CDK, command, *arguments, *where)


def deployed(home, lake=""):
    """Deploy all stacks; return the service, and the outputs by stack."""
    outputs = home.cloud / "outputs.json"
    options = f"--all --require-approval never --progress events -c kept_lake={lake}".split()
    cdk(home, "deploy", *options, "--outputs-file", outputs)
    found = json.loads(outputs.read_text())
    api = found["recall-local-api"]
    written = {
        "table_bucket": found["recall-local-learning"]["TableBucketArn"],
        "learners_table": found["recall-local-memory"]["Table"],
    }
    home.outputs.write_text(json.dumps(written))
    endpoint = f"{home.url}/_aws/execute-api/{api['ApiId']}/local"
    key = deployment.read_api_key(home, api["ApiKeyId"])
    return Service(home, endpoint, key, found["recall-local-data-lake"]["Bucket"]), written


def run_snippet(code, written, home):
    """Run a block of the page on the deployed table."""
    exec(code.replace('"<TableBucketArn>"', f"{written['table_bucket']!r}, {home.url!r}"), {})  # noqa: S102 - our own page


def save_another(path, event_id):
    """Add a review to the saved ones: the first, under another id."""
    saved = pq.read_table(path)
    column = saved.schema.get_field_index("event_id")
    other = saved.set_column(
        column, saved.schema.field(column), pa.array([event_id] * len(saved), saved.field(column).type)
    )
    pq.write_table(pa.concat_tables([saved, other]), path)


def left(service):
    """Return the names of what is in the cloud: stacks, buckets, tables, and what must be gone."""
    stacks = service.client("cloudformation").list_stacks()["StackSummaries"]
    return {
        "stacks": {s["StackName"] for s in stacks if s["StackStatus"] != "DELETE_COMPLETE"},
        "buckets": {b["Name"] for b in service.client("s3").list_buckets()["Buckets"]},
        "tables": set(service.client("dynamodb").list_tables()["TableNames"]),
        "table buckets": {b["name"] for b in service.client("s3tables").list_table_buckets()["tableBuckets"]},
        "functions": {f["FunctionName"] for f in service.client("lambda").list_functions()["Functions"]},
        "logs": {g["logGroupName"] for g in service.client("logs").describe_log_groups()["logGroups"]},
        "APIs": {api["name"] for api in service.client("apigateway").get_rest_apis()["items"]},
        "alarms": {a["AlarmName"] for a in service.client("cloudwatch").describe_alarms()["MetricAlarms"]},
        "queues": set(service.client("sqs").list_queues().get("QueueUrls", [])),
    }


def test_destroyed_stage_comes_back_with_its_model_its_learners_and_its_reviews(
    home, simulated, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    with kept_layers(home.path / "cdk.out"):
        first, written = deployed(home)
    fitted = run_training("fit", simulated, "--out", home.model)
    assert fitted.returncode == 0, fitted.stderr
    version = deployment.publish(home, first.bucket)
    deployment.study(first.endpoint, first.api_key)
    wait_for_events(first, {"1"})
    learner, rows = first.call("GET", LEARNER).body, rows_of(first)
    run_snippet(SAVE, written, home)
    save_another(tmp_path / "reviews.parquet", "only saved")

    cdk(home, "destroy", "--all", "--force")

    kept = left(first)
    assert kept["stacks"] == {"CDKToolkit"}
    assert kept["tables"] == {written["learners_table"]}
    assert {name for name in kept["buckets"] if not name.startswith("cdk-")} == {first.bucket}
    gone = ("table buckets", "functions", "logs", "APIs", "alarms", "queues")
    assert {name: kept[name] for name in gone} == {name: set() for name in gone}

    names = tmp_path / "names.json"
    names.write_text(json.dumps({"LearnersABD429C6": {"TableName": written["learners_table"]}}))
    cdk(home, "import", "Memory", "--resource-mapping", names, "-c", f"kept_lake={first.bucket}")
    again, written_again = deployed(home, first.bucket)

    assert (again.bucket, written_again["learners_table"]) == (first.bucket, written["learners_table"])
    assert again.predict(CARD).body["model_version"] == version
    assert again.call("GET", LEARNER).body == learner
    run_snippet(PUT_BACK, written_again, home)
    wait_for_events(again, {"1", "only saved"})
    # The loader reads the stream of the kept table anew, and takes no review a second time.
    assert sorted(row["event_id"] for row in rows_of(again)) == ["1", "only saved"]
    reload = ("reload", "--table-bucket", written_again["table_bucket"], "--learners-table")
    done = run_training(*reload, written_again["learners_table"], "--endpoint-url", home.url)
    assert "0 reviews that were missing are in the table now, 1 that the memory" in done.stdout, done
    assert rows_of(again) == rows
