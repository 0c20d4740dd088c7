"""What is secret in this run, and what learners sent, is nowhere in what the run leaves behind."""

import re
from pathlib import Path

import pytest

from tests.e2e.least_privilege.conftest import CARD
from tools.local_cloud.home import Home

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


@pytest.fixture(scope="module")
def secrets(guarded) -> set[str]:
    """Give the API key, and the credentials that the functions' processes have."""
    assert guarded.service.predict(CARD).status == 200
    environments = guarded.home.function_environments()
    assert environments or not Path("/proc/self").exists()
    return {guarded.service.api_key, *(given[name] for given in environments for name in CREDENTIALS)}


def found_in(text: str, secrets: set[str]) -> list[str]:
    """Return the secrets that a text has, whole or in a URL."""
    return [secret for secret in secrets if secret in text]


def test_templates_and_assets_hold_no_secret(guarded, secrets):
    files = [path for path in (guarded.home.path / "cdk.out").rglob("*") if path.is_file()]

    assert any(path.name == "Inference.template.json" for path in files)
    assert not [path for path in files if found_in(path.read_bytes().decode("latin-1"), secrets)]


def test_outputs_and_parameters_of_the_stacks_hold_no_secret(guarded, secrets):
    stacks = guarded.home.client("cloudformation").describe_stacks()["Stacks"]

    assert "ApiKeyId" in str(stacks)
    assert not found_in(str(stacks), secrets)


def test_settings_of_the_functions_hold_no_secret(guarded, secrets):
    functions = guarded.home.client("lambda").list_functions()["Functions"]

    assert "MODEL_BUCKET" in str(functions)
    assert not found_in(str(functions), secrets)


def test_logs_hold_no_secret_and_nothing_that_a_learner_did(guarded, secrets):
    guarded.service.predict(CARD | {"difficulty": 77.6543211})  # refused, and named in the response
    messages = "\n".join(guarded.log_messages())
    # As whole numbers: a request's id may have the digits of one by chance.
    sent = [rf"(?<![\w.-]){value}(?![\w.-])" for value in (*CARD.values(), 77.6543211)]

    assert '"status": 200' in messages
    assert '"status": 400' in messages
    assert not found_in(messages, secrets)
    assert not [number for number in sent if re.search(number, messages)]


def test_log_of_the_local_cloud_holds_no_secret(guarded, secrets):
    home: Home = guarded.home

    assert not found_in((home.cloud / "cloud.log").read_text(), secrets)
