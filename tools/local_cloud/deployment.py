"""The steps of `up`, each with the project's own commands: train, bootstrap, deploy, publish, predict."""

import hashlib
import json
import re
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from layer_build.digest import digest_of
from stacks.local_cloud import STAGE
from stacks.studio_page import build_here, page_sources
from tools.local_cloud import commands
from tools.local_cloud.home import ACCOUNT, PROJECT, REGION, Home, LocalCloudError, open_url

CDK = PROJECT / "node_modules" / ".bin" / "cdk"
# Not the one that the user may have in ~/.cdk.json, whose account isn't here.
NO_PROFILE = ("--profile", "")
PREDICTION_SECONDS = 60
EXAMPLE = {"days_since_last_review": 3, "review_count": 4, "difficulty": 5.5}
LEARNER = "the-first"  # not the one of the README, whose requests get the responses that are shown there


def train(home: Home, reviews: Sequence[Path]) -> None:
    """Train the model, unless it was trained on the same reviews with the same code."""
    fingerprint = _fingerprint(reviews)
    mark = home.model / "trained-from"
    if mark.exists() and mark.read_text() == fingerprint:
        return
    mark.unlink(missing_ok=True)
    files = [str(path) for path in reviews]
    commands.run(home, sys.executable, "-m", "model_training", "fit", *files, "--out", str(home.model))
    mark.write_text(fingerprint)


def _fingerprint(reviews: Sequence[Path]) -> str:
    """Return a sha256, in hex, of the reviews and of the code that a training runs."""
    digest = hashlib.sha256()
    code = [*(PROJECT / "model_training").rglob("*.py"), *(PROJECT / "lambda_src" / "recall").rglob("*.py")]
    for path in [*sorted(code), *reviews]:
        try:
            digest.update(f"{path}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
        except OSError as error:
            raise LocalCloudError(f"{path}: can't be read ({error.strerror}); check REVIEWS=") from error
    return digest.hexdigest()


def bootstrap(home: Home) -> None:
    """Prepare the empty cloud for the CDK."""
    # From an empty folder: beside a cdk.json the command would synthesize the app first.
    folder = home.cloud / "bootstrap"
    folder.mkdir()
    commands.run_briefly(home, CDK, "bootstrap", f"aws://{ACCOUNT}/{REGION}", *NO_PROFILE, cwd=folder)


def deploy(home: Home) -> dict[str, dict[str, str]]:
    """Deploy every stack of the stage and return their outputs, by stack name."""
    outputs = home.cloud / "stack-outputs.json"
    options = f"--all -c stage={STAGE} --require-approval never --progress events".split()
    files = ("--outputs-file", outputs, "--output", home.path / "cdk.out")
    commands.run_briefly(home, CDK, "deploy", *options, *files, *NO_PROFILE)
    result: dict[str, dict[str, str]] = json.loads(outputs.read_text())
    return result


def read_api_key(home: Home, key_id: str) -> str:
    """Return the API key itself, which templates and outputs don't hold."""
    script = (
        "import boto3, sys; k = boto3.client('apigateway').get_api_key(apiKey=sys.argv[1], includeValue=True)"
    )
    return commands.output(home, sys.executable, "-c", f"{script}; print(k['value'])", key_id)


def publish(home: Home, bucket: str) -> str:
    """Publish the trained model into the lake and return its version."""
    owner = ["--force", "make up: on its owner's machine"]
    command = [sys.executable, "-m", "model_training", "publish", str(home.model), "--bucket", bucket, *owner]
    return commands.output(home, *command).splitlines()[-1].split()[-1]


def build_studio(home: Home) -> None:
    """Build the studio's page, unless it was built from the same sources."""
    sources = digest_of(PROJECT, page_sources())
    mark = home.studio / "built-from"
    if mark.exists() and mark.read_text() == sources:
        return
    mark.unlink(missing_ok=True)
    commands.run(home, *build_here(str(home.studio / "page")))
    mark.write_text(sources)


def put_studio(home: Home, bucket: str, endpoint: str, operations_api: str | None) -> str:
    """Put the studio's page into its bucket, and return its URL: in AWS the deployment itself does."""
    operations = None
    if operations_api:
        # The local cloud takes any signature, so nobody has to sign in.
        operations = {"url": stage_url(home, operations_api) + "/", "region": REGION, "signed": False}
    config = json.dumps({"endpoint": endpoint, "operations": operations})
    upload = ("-m", "tools.local_cloud.put_studio", str(home.studio / "page"), bucket, config)
    commands.output(home, sys.executable, *upload)
    return f"{home.url}/{bucket}/index.html"


def stage_url(home: Home, api_id: str) -> str:
    """Return the URL of the stage of an API."""
    return f"{home.url}/_aws/execute-api/{api_id}/{STAGE}"


def study(endpoint: str, api_key: str) -> tuple[str, str, str]:
    """Send the memory a first review; return the path, the request body and the response body.

    Its id is always the same: whoever runs `up` again has one review, not two.

    Raises
    ------
    LocalCloudError
        If it isn't stored.
    """
    path = f"/v1/learners/{LEARNER}/reviews"
    review = {"event_id": "1", "card": "gato", "rating": 3, "reviewed_at": "2026-01-05T08:15:00Z"}
    body = json.dumps({"reviews": [review]})
    try:
        with open_url(_request(endpoint + path, api_key, body), timeout=60) as response:
            return path, body, response.read().decode()
    except urllib.error.HTTPError as error:
        problem = error.read().decode(errors="replace")
    except OSError as error:
        problem = str(error)
    raise LocalCloudError(f"the memory stores no review; its response: {problem[:300]}")


def _request(url: str, api_key: str, body: str) -> urllib.request.Request:
    return urllib.request.Request(  # noqa: S310 - our own http URL
        url, data=body.encode(), headers={"Content-Type": "application/json", "x-api-key": api_key}
    )


def wait_for_prediction(endpoint: str, api_key: str, version: str | None) -> tuple[str, str]:
    """Request the example's prediction until there is one; return the model's version and the response body.

    Parameters
    ----------
    endpoint : str
        The stage's URL.
    api_key : str
        A key of the stage's usage plan.
    version : str or None
        The version of the model that must predict; None for any.

    Raises
    ------
    LocalCloudError
        If there is no such prediction within a minute.
    """
    request = _request(f"{endpoint}/v1/predict", api_key, json.dumps(EXAMPLE))
    deadline = time.monotonic() + PREDICTION_SECONDS
    body = "nothing"
    while time.monotonic() < deadline:
        try:
            with open_url(request, timeout=20) as response:
                body = response.read().decode()
        except urllib.error.HTTPError as error:
            body = error.read().decode(errors="replace")
        except OSError as error:
            body = str(error)
        found = re.search(r'"model_version": "([^"]+)"', body)
        if found and version in (None, found[1]):
            return found[1], body
        time.sleep(0.5)
    raise LocalCloudError(
        f"the endpoint returns no prediction of {version or 'any model'}; its last response: {body[:300]}"
    )
