"""The memory and the collection of reviews are switched off and on: docs/stages.md says what stays."""

import json
import sys

import pytest

from tests.e2e.conftest import Service, own_cloud
from tests.e2e.lake_table import rows_of, wait_for_events
from tests.e2e.layers import kept_layers
from tests.e2e.test_reviews import review
from tools.local_cloud import commands, deployment

# Slow: deployments of its own.
pytestmark = [pytest.mark.e2e, pytest.mark.slow]

APP = f"{sys.executable} -m tests.e2e.changed_app"
NO_LEARNERS = {"memory": False, "tenants": {}}
NOTHING = NO_LEARNERS | {"reviews_retention_days": 0}
FIRST, SECOND = ([review(number) for number in range(start, start + 30)] for start in (0, 30))


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Give a cloud of its own."""
    with own_cloud(tmp_path_factory.mktemp("switches")) as home:
        yield home


@pytest.fixture(scope="module")
def switch(home):
    """Give what deploys the stage with other settings, and returns the service."""
    run = commands.run_briefly

    def deploy(**changes):
        changed = ("--app", APP, "-c", f"changes={json.dumps(changes)}")
        with pytest.MonkeyPatch.context() as patch, kept_layers(home.path / "cdk.out"):
            patch.setattr(commands, "run_briefly", lambda *command: run(*command, *changed))
            outputs = deployment.deploy(home)
        api = outputs["recall-local-api"]
        if learning := outputs.get("recall-local-learning"):
            home.outputs.write_text(json.dumps({"table_bucket": learning["TableBucketArn"]}))
        return Service(
            home,
            f"{home.url}/_aws/execute-api/{api['ApiId']}/local",
            deployment.read_api_key(home, api["ApiKeyId"]),
            outputs["recall-local-data-lake"]["Bucket"],
        )

    return deploy


def cards(service):
    """Return how many cards the memory has of the learner of the reviews; None if it isn't asked for them."""
    response = service.call("GET", "/v1/learners/learner-1")
    return response.body["cards"] if response.status == 200 else None


def test_reviews_are_taken_without_the_memory_and_stay_through_every_switch(switch):
    service = switch(**NO_LEARNERS)
    responses = [service.call("POST", "/v1/reviews", {"reviews": FIRST}) for _ in range(2)]
    assert [response.status for response in responses] == [202, 202]
    assert (responses[0].body["accepted"], responses[1].body["repeated"]) == (30, 30)
    wait_for_events(service, {each["event_id"] for each in FIRST})
    assert sorted(row["event_id"] for row in rows_of(service)) == sorted(each["event_id"] for each in FIRST)
    assert cards(service) is None

    service = switch()
    known = cards(service)
    assert known == len({each["card"] for each in FIRST if each["learner"] == "learner-1"})

    endpoint = service.endpoint
    service = switch(**NOTHING)
    assert service.endpoint == endpoint
    assert service.predict(deployment.EXAMPLE).status == 200
    assert service.call("POST", "/v1/reviews", {"reviews": SECOND}).status == 404
    assert cards(service) is None

    service = switch()
    assert cards(service) == known
    assert service.call("POST", "/v1/reviews", {"reviews": SECOND}).status == 202
    wait_for_events(service, {each["event_id"] for each in [*FIRST, *SECOND]})
