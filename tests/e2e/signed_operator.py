"""Somebody who may use the operations API."""

import json
import time
import urllib.error
import urllib.request

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tools.local_cloud.home import REGION, open_url

RUNS = "/v1/training/runs"
OWNER = Credentials("test", "test")
RUN_SECONDS = 600  # the first step unpacks 250 MB of layers


class Operator:
    """Signs requests to the operations API, and gets the topic's messages in a queue."""

    def __init__(self, service):
        outputs = json.loads((service.home.cloud / "stack-outputs.json").read_text())
        api = outputs["recall-local-learning"]["OperationsApiId"]
        self._url = f"{service.home.url}/_aws/execute-api/{api}/local"
        self._sqs, sns = service.client("sqs"), service.client("sns")
        self._queue = self._sqs.create_queue(QueueName="news-of-training")["QueueUrl"]
        queue = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])
        (topic,) = (t["TopicArn"] for t in sns.list_topics()["Topics"] if "RetrainingNews" in t["TopicArn"])
        sns.subscribe(
            TopicArn=topic, Protocol="sqs", Endpoint=queue["Attributes"]["QueueArn"],
            Attributes={"RawMessageDelivery": "true"},
        )  # fmt: skip

    def call(self, method, path=RUNS, body=None, *, signed=True, credentials=OWNER):
        """Send a request; return the response's status and text."""
        data = None if body is None else json.dumps(body).encode()
        request = AWSRequest(method, self._url + path, {"Content-Type": "application/json"}, data)
        if signed:
            SigV4Auth(credentials, "execute-api", REGION).add_auth(request)
        sent = urllib.request.Request(  # noqa: S310 - our own http URL
            request.url, data, dict(request.headers), method=method
        )
        try:
            with open_url(sent, timeout=60) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def preflight(self, path, headers):
        """Ask as a browser does before a request with these headers; return the response's headers."""
        asked = {"Origin": "https://page.example", "Access-Control-Request-Method": "GET"}
        asked["Access-Control-Request-Headers"] = headers
        sent = urllib.request.Request(self._url + path, None, asked, method="OPTIONS")  # noqa: S310 - our own
        with open_url(sent, timeout=60) as response:
            return {name.lower(): value for name, value in response.headers.items()}

    def run(self, name):
        """Start a run and wait for its end; return what the API and the topic say of it then."""
        status, text = self.call("POST", body={"name": name})
        assert status == 202, text
        deadline = time.monotonic() + RUN_SECONDS
        while (run := json.loads(self.call("GET", f"{RUNS}/{name}")[1]))["status"] == "running":
            assert time.monotonic() < deadline, run
            time.sleep(1)
        (message,) = self._sqs.receive_message(QueueUrl=self._queue, WaitTimeSeconds=10)["Messages"]
        self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        return run, json.loads(message["Body"])
