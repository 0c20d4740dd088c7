"""The first `make up` of someone to whom almost everything awkward happens at once.

They aren't root, have umask 077, the C locale, no git, a folder with spaces, a quote and letters beyond ASCII
in its name, and a real account in the environment.
"""

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.machine


def test_up_gets_a_prediction(up):
    assert up.done.returncode == 0, up.done.stderr
    assert 0 < json.loads(up.done.stdout.splitlines()[-1])["recall_probability"] < 1


def test_lambda_can_read_all_code_and_layers(up):
    assets = Path(up.checkout.folder / ".local" / "cdk.out").glob("asset.*/**/*")
    modes = {(path.is_dir(), f"{path.stat().st_mode & 0o777:o}") for path in assets}

    assert modes == {(True, "755"), (False, "644")}


@pytest.mark.parametrize(
    ("without", "use"),
    [
        ((), "POST /"),
        (("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"), "credential_process"),
    ],
)
def test_the_account_would_notice(up, account, newcomer, without, use):
    call = "import boto3; boto3.client('sts').get_caller_identity()"
    script = f"import os; [os.environ.pop(name) for name in {without}]; {call}"
    done = newcomer.run([".venv/bin/python", "-c", script], up.checkout.folder, AWS_MAX_ATTEMPTS="1")

    assert done.returncode == 1
    assert account.uses() == [use]
