"""Where the API has no paths about learners, reviews take the same road: each once into the table."""

import json
import sys

import pytest

from tests.e2e.conftest import Service, free_port
from tests.e2e.lake_table import rows_of, wait_for_events
from tests.e2e.layers import kept_layers
from tests.e2e.test_reviews import review
from tools.local_cloud import deployment, process
from tools.local_cloud.home import Home

# Slow: a deployment of its own.
pytestmark = [pytest.mark.e2e, pytest.mark.slow]

APP = f"{sys.executable} -m tests.e2e.without_memory_app"


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """Give a service of its own, with `memory: false`."""
    home = Home(tmp_path_factory.mktemp("without"), free_port())
    try:
        process.start(home)
        deployment.bootstrap(home)
        with pytest.MonkeyPatch.context() as patch, kept_layers(home.path / "cdk.out"):
            run = deployment._run_briefly
            patch.setattr(deployment, "_run_briefly", lambda *command: run(*command, "--app", APP))
            outputs = deployment.deploy(home)
        api = outputs["recall-local-api"]
        written = {
            "table_bucket": outputs["recall-local-learning"]["TableBucketArn"],
            "learners_table": outputs["recall-local-memory"]["Table"],
        }
        home.outputs.write_text(json.dumps(written))
        yield Service(
            home,
            f"{home.url}/_aws/execute-api/{api['ApiId']}/local",
            deployment.read_api_key(home, api["ApiKeyId"]),
            outputs["recall-local-data-lake"]["Bucket"],
        )
    finally:
        process.stop(home)


def test_reviews_are_in_the_table_once_and_learners_have_no_paths(service):
    sent = [review(number) for number in range(30)]
    responses = [service.call("POST", "/v1/reviews", {"reviews": sent}) for _ in range(2)]
    assert [response.status for response in responses] == [202, 202]
    assert (responses[0].body["accepted"], responses[1].body["repeated"]) == (30, 30)

    wait_for_events(service, {each["event_id"] for each in sent})

    assert sorted(row["event_id"] for row in rows_of(service)) == sorted(each["event_id"] for each in sent)
    assert service.call("GET", "/v1/learners/learner-1").status in (403, 404)
