"""The loop for real: reviews over HTTP, a state machine that retrains on them, and other predictions."""

import json
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.training.stored_reviews import forgetful
from tools.local_cloud.home import REGION, open_url

# Slow, and a session of its own: another model is live afterwards.
pytestmark = [pytest.mark.e2e, pytest.mark.slow]

PER_REQUEST = 1_000
RUN_SECONDS = 600  # the first step unpacks 250 MB of layers
FOLLOW_SECONDS = 20
CARD = {"days_since_last_review": 7, "review_count": 3, "difficulty": 3}


class Operator:
    """Who may use the training API, and hears in a queue what the topic is told."""

    def __init__(self, service):
        outputs = json.loads((service.home.cloud / "stack-outputs.json").read_text())
        api = outputs["recall-local-learning"]["TrainingApiId"]
        self._url = f"{service.home.url}/_aws/execute-api/{api}/local/v1/training/runs"
        self._service = service
        self._sqs, sns = service.client("sqs"), service.client("sns")
        self._queue = self._sqs.create_queue(QueueName="news-of-training")["QueueUrl"]
        queue = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])
        (topic,) = (t["TopicArn"] for t in sns.list_topics()["Topics"] if "RetrainingNews" in t["TopicArn"])
        sns.subscribe(
            TopicArn=topic, Protocol="sqs", Endpoint=queue["Attributes"]["QueueArn"],
            Attributes={"RawMessageDelivery": "true"},
        )  # fmt: skip

    def call(self, method, path="", body=None, *, signed=True):
        """Send a request, signed unless told otherwise; return status and text."""
        data = None if body is None else json.dumps(body).encode()
        request = AWSRequest(method, self._url + path, {"Content-Type": "application/json"}, data)
        if signed:
            SigV4Auth(Credentials("test", "test"), "execute-api", REGION).add_auth(request)
        sent = urllib.request.Request(  # noqa: S310 - our own http URL
            request.url, data, dict(request.headers), method=method
        )
        try:
            with open_url(sent, timeout=60) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def run(self, name):
        """Start a run and wait for its end; return what the API says then, and what the topic was told."""
        status, _answer = self.call("POST", body={"name": name})
        assert status == 202, _answer
        deadline = time.monotonic() + RUN_SECONDS
        while (run := json.loads(self.call("GET", f"/{name}")[1]))["status"] == "running":
            assert time.monotonic() < deadline, run
            time.sleep(1)
        (message,) = self._sqs.receive_message(QueueUrl=self._queue, WaitTimeSeconds=10)["Messages"]
        self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        return run, json.loads(message["Body"])


def reviews():
    """Return the reviews of learners who forget more than the live model believes, up to yesterday."""
    log = forgetful(factor=0.2).sort_values("reviewed_at")
    moved = datetime.now(UTC) - timedelta(days=1) - log["reviewed_at"].iloc[-1]
    return [
        {
            "event_id": f"forgetful-{number}",
            "learner": row.learner,
            "card": str(row.card),
            "reviewed_at": (row.reviewed_at + moved).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "rating": int(row.rating),
        }
        for number, row in enumerate(log.itertuples())
    ]


def live(service):
    """Return the version that answers, and what it predicts."""
    version = service.call("GET", "/v1/model").body["model_version"]
    return version, service.predict(CARD).body["recall_probability"]


@pytest.fixture(scope="module")
def before(service):
    """Send the reviews; give what answered before."""
    sent = reviews()
    for start in range(0, len(sent), PER_REQUEST):
        some = sent[start : start + PER_REQUEST]
        answer = service.call("POST", "/v1/reviews", {"reviews": some})
        assert (answer.status, answer.body["accepted"]) == (202, len(some)), answer.body
    return live(service)


@pytest.fixture(scope="module")
def operator(service):
    """Give somebody who may use the training API."""
    return Operator(service)


@pytest.fixture(scope="module")
def first(before, operator):
    """Retrain for the first time."""
    return operator.run("first")


def test_reviews_over_http_become_a_live_model_that_predicts_more_forgetting(service, before, first):
    run, news = first
    assert (news["run"], news["how"], run["status"]) == ("first", "promoted", "promoted"), run["steps"]

    deadline = time.monotonic() + FOLLOW_SECONDS
    while (after := live(service))[0] == before[0]:
        assert time.monotonic() < deadline, "the new model never came"
        time.sleep(0.5)
    assert after[0] == news["found"]["version"] == run["steps"]["promote"]["version"]
    assert after[1] < before[1] - 0.05


def test_the_same_reviews_again_stop_at_the_gate_which_says_why(service, operator, first):
    version, _probability = live(service)

    run, news = operator.run("second")

    assert (news["how"], news["found"]["step"], run["status"]) == ("stopped", "gate", "stopped")
    assert "beyond the noise" in news["found"]["why"]
    assert run["steps"]["gate"]["why"] == news["found"]["why"]
    assert live(service)[0] == version


def test_runs_are_listed_and_their_names_are_taken(operator, first):
    status, listed = operator.call("GET")

    assert status == 200
    assert {"name": "first", "status": "ended"}.items() <= json.loads(listed)["runs"][-1].items()
    status, refused = operator.call("POST", body={"name": "first"})
    assert (status, json.loads(refused)["error"]["field"]) == (400, "name")


def test_report_is_fetched_where_the_run_wrote_one(operator, first):
    status, page = operator.call("GET", "/first/report")

    assert status == (200 if first[0]["report"] else 404)
    assert ("<html" in page) is first[0]["report"]


def test_unsigned_request_gets_nowhere(operator):
    status, answer = operator.call("GET", signed=False)

    assert status == 403
    assert json.loads(answer)["error"]["code"] == "forbidden"
