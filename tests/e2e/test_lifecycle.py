"""Models published, listed, promoted and rolled back in the local cloud, while clients keep predicting."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from model_training.registry.lake import Lake
from model_training.registry.moves import read_moves
from model_training.registry.pointer import POINTER_KEY
from model_training.registry.promote import PromoteError, promote
from model_training.registry.publish import load_release
from model_training.registry.trust import TRUST_KEY
from recall.artifact import decode
from tests.e2e.conftest import PROJECT, run_training
from tests.training.signers import write_key

# Slow: models are fitted, and a thousand requests sent.
pytestmark = [pytest.mark.e2e, pytest.mark.slow]

CARD = {"days_since_last_review": 3, "review_count": 4, "difficulty": 5.5}
# The stage's refresh period, and how long a response may have been on its way on a busy machine.
REFRESH_SECONDS = json.loads((PROJECT / "cdk.json").read_text())["context"]["stages"]["local"][
    "model_refresh_seconds"
]
ON_ITS_WAY_SECONDS = 1.5
REQUESTS = 1_000
CLIENTS, PAUSE_SECONDS = 4, 0.022  # below the stage's 200 requests a second, whatever the machine


def run(service, *arguments):
    """Run a command of the training side; those on the lake get its name and endpoint."""
    on_lake = arguments[0] in {"publish", "models", "promote", "rollback", "trust"}
    return run_training(*arguments, service=service if on_lake else None)


def done(service, *arguments):
    """Run a command that must succeed, and return what it printed."""
    finished = run(service, *arguments)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.rstrip("\n")


def wait_for(service, version):
    """Predict until a version does it ten times in a row; no request may fail."""
    deadline, in_a_row = time.monotonic() + 60, 0
    while in_a_row < 10:
        response = service.predict(CARD)
        assert response.status == 200
        in_a_row = in_a_row + 1 if response.body["model_version"] == version else 0
        assert time.monotonic() < deadline, f"{version} never came, but {response.body}"


class Models(NamedTuple):
    """Two versions in the lake, measured on the same reviews: their predictions, figures and folders."""

    worse: str
    better: str
    recall: dict[str, float]
    log_loss: dict[str, str]
    folders: dict[str, Path]


def log_loss(path):
    """Return what `fit` measured."""
    return json.loads((path / "card.json").read_text())["metrics"]["log_loss"]


@pytest.fixture(scope="module")
def models(service, tmp_path_factory):
    """Fit and publish two models, the worse one first; the pointer is put back for the other tests."""
    lake = service.client("s3")
    before = lake.get_object(Bucket=service.bucket, Key=POINTER_KEY)["Body"].read()
    folder = tmp_path_factory.mktemp("models")
    log = folder / "log.parquet"
    done(service, "simulate", "--out", log, "--learners", 3, "--days", 120, "--seed", 7)
    done(service, "fit", log, "--out", folder / "a")
    done(service, "fit", log, "--out", folder / "b", "--from-scratch")
    fitted = [folder / name for name in "ab"]
    fitted.sort(key=log_loss, reverse=True)
    versions = [load_release(path).version for path in fitted]
    for path, version in zip(fitted, versions, strict=True):
        assert done(service, "publish", path, "--force", "a test") == version
    recall = {
        version: decode((path / "model.json").read_bytes()).three_inputs.recall_probability(**CARD)
        for path, version in zip(fitted, versions, strict=True)
    }
    figures = {version: f"{log_loss(path):.4f}" for path, version in zip(fitted, versions, strict=True)}
    yield Models(*versions, recall, figures, dict(zip(versions, fitted, strict=True)))
    lake.put_object(Bucket=service.bucket, Key=POINTER_KEY, Body=before)
    wait_for(service, json.loads(before)["version"])


def test_published_models_are_listed_with_figures_and_the_live_one(service, models):
    table = done(service, "models").splitlines()

    rows = {line.removeprefix("*").split()[0]: line for line in table[1 : table.index("")]}
    assert {models.worse, models.better} < set(rows)
    assert [version for version, line in rows.items() if line.startswith("*")] == [models.better]
    assert {version: rows[version].split()[-4] for version in models.log_loss} == models.log_loss
    assert table[-1].startswith(f"* live: {models.better} since 20")
    assert f"(publish from {models.worse}; a test)" in table[-1]


def test_worse_model_needs_a_reason_and_rollback_brings_the_better_one_back(service, models):
    refused = run(service, "promote", models.worse)
    assert refused.returncode == 2
    assert refused.stderr.startswith(f"error: {models.worse} doesn't go live: ")
    assert refused.stderr.count("\n") == 1

    printed = done(service, "promote", models.worse, "--force", "to see it", "--by", "ann")
    assert printed == f"{models.worse} is live, was {models.better}"
    wait_for(service, models.worse)
    assert service.call("GET", "/v1/health").body["model_version"] == models.worse
    assert "by ann (promote from" in done(service, "models").splitlines()[-1]

    assert done(service, "rollback") == f"{models.better} is live, was {models.worse}"
    wait_for(service, models.better)


def test_functions_that_were_idle_predict_by_the_live_model_at_once(service, models):
    wait_for(service, models.better)
    for version, command in (
        (models.worse, ("promote", models.worse, "--force", "to see it")),
        (models.better, ("rollback",)),
    ):
        time.sleep(REFRESH_SECONDS + 0.5)
        done(service, *command)
        assert {service.predict(CARD).body["model_version"] for _ in range(10)} == {version}


def test_once_a_signer_is_trusted_only_their_models_go_live(service, models, tmp_path):
    key = write_key(tmp_path)
    try:
        assert "vouches for go live" in done(service, "trust", tmp_path / "public-private.pem")
        refused = run(service, "promote", models.worse, "--force", "to see it")
        assert (refused.returncode, refused.stderr) == (
            2,
            f"error: {models.worse} isn't signed: publish it again, with --sign-key\n",
        )
        done(service, "publish", models.folders[models.better], "--force", "a test", "--sign-key", key)
        table = done(service, "models").splitlines()
        (signed,) = [line for line in table if " trusted " in line]
        assert signed.split()[:2] == ["*", models.better]
    finally:
        service.client("s3").delete_object(Bucket=service.bucket, Key=TRUST_KEY)
    wait_for(service, models.better)


class LakeAtOnce(Lake):
    """A lake in which two write the pointer at the same moment."""

    barrier = threading.Barrier(2, timeout=30)

    def replace(self, key, body, etag):
        self.barrier.wait()
        return super().replace(key, body, etag)


def test_of_two_promotions_at_once_one_wins_and_the_other_fails(service, models):
    people = {"ann": models.worse, "bob": json.loads(service.home.outputs.read_text())["model_version"]}

    def attempt(by):
        lake = LakeAtOnce(service.client("s3"), service.bucket)
        try:
            return promote(
                lake, people[by], by=by, now=datetime.now(UTC), why="a race", forced=True, judge=None
            ).version
        except PromoteError as error:
            return str(error)

    with ThreadPoolExecutor(2) as pool:
        outcomes = dict(zip(people, pool.map(attempt, people), strict=True))

    (winner,) = [by for by, outcome in outcomes.items() if outcome == people[by]]
    (loser,) = set(people) - {winner}
    assert outcomes[loser].startswith(f"{people[winner]} was made live meanwhile")
    assert f"; {people[loser]} was not: " in outcomes[loser]
    raced = [move for move in read_moves(Lake(service.client("s3"), service.bucket)) if move.why == "a race"]
    assert [move.by for move in raced] == [winner]
    done(service, "rollback")
    wait_for(service, models.better)


class Predicted(NamedTuple):
    """The response to a prediction's request."""

    received: float
    status: int
    version: str
    recall: float


class Clients:
    """Clients that predict again and again, as long as the context lasts."""

    def __init__(self, service):
        self.service = service
        self.responses = []
        self.over = threading.Event()

    def __enter__(self):
        self.pool = ThreadPoolExecutor(CLIENTS)
        self.running = [self.pool.submit(self.follow) for _ in range(CLIENTS)]
        return self

    def __exit__(self, *_error):
        self.over.set()
        self.pool.shutdown()
        for each in self.running:
            each.result()

    def follow(self):
        while not self.over.is_set():
            status, _headers, body = self.service.predict(CARD)
            version, recall = body.get("model_version"), body.get("recall_probability")
            self.responses.append(Predicted(time.monotonic(), status, version, recall))
            time.sleep(PAUSE_SECONDS)

    def wait_for_version(self, version):
        """Wait until nobody has got another version for a while."""
        deadline = time.monotonic() + 30
        while {response.version for response in self.responses[-60:]} != {version}:
            assert time.monotonic() < deadline, f"{version} isn't followed"
            time.sleep(0.05)

    def wait_for_responses(self, count):
        """Wait until there are so many responses in all."""
        deadline = time.monotonic() + 300
        while len(self.responses) < count:
            assert time.monotonic() < deadline, f"only {len(self.responses)} of {count} responses"
            time.sleep(0.05)


def test_no_request_fails_and_every_response_is_of_a_live_version_while_the_pointer_moves(service, models):
    begun, ended = [time.monotonic()], []
    steps = [
        (models.worse, ("promote", models.worse, "--force", "load test")),
        (models.better, ("promote", models.better, "--force", "load test")),
        (models.worse, ("promote", models.worse, "--force", "load test")),
        (models.better, ("rollback",)),
    ]
    share = REQUESTS // (len(steps) + 1)
    with Clients(service) as clients:
        clients.wait_for_responses(share)
        for version, command in steps:
            begun.append(time.monotonic())
            done(service, *command)
            ended.append(time.monotonic())
            clients.wait_for_version(version)
            clients.wait_for_responses(len(clients.responses) + share)

    assert [response for response in clients.responses if response.status != 200] == []
    assert {response.version for response in clients.responses} == set(models.recall)
    assert all(response.recall == models.recall[response.version] for response in clients.responses)
    # Responses of a version from its promotion on, until a refresh period after the next one's.
    versions, ended = [models.better, *(version for version, _ in steps)], [*ended, float("inf")]
    spans = [
        (version, start, end + REFRESH_SECONDS + ON_ITS_WAY_SECONDS)
        for version, start, end in zip(versions, begun, ended, strict=True)
    ]
    late = [
        response
        for response in clients.responses
        if not any(response.version == v and a <= response.received <= b for v, a, b in spans)
    ]
    assert late == []
    wait_for(service, models.better)
