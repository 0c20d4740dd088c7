"""A deployment that the canary stops: `make up` ends with what the canary said, and wipes nothing."""

import sys

import pytest

from tools.local_cloud import __main__ as local_cloud
from tools.local_cloud import deployment, process
from tools.local_cloud.home import CanaryFailedError, Home, LocalCloudError

# As CDK's CLI printed it when the recorded answer was changed.
REASON = "CanaryError: splines: card 0 gives 0.25, recorded was 0.5"
EVENT = (
    "recall-local-inference | 12/11 | 12:33:27 PM | UPDATE_FAILED           | Custom::Canary              "
    f"| Inference/Canary/Passed/Default (CanaryPassed92E47C67) {REASON}"
)
OTHER_EVENT = f"recall-local-api | 1/2 | 12:33:27 PM | CREATE_FAILED | AWS::S3::Bucket | Api/X (X) {REASON}"


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path, 4567)
    home.cloud.mkdir()
    return home


def fake_cdk(monkeypatch, tmp_path, text):
    """Put a program in the place of the CDK's CLI that prints a text and fails."""
    program = tmp_path / "cdk"
    program.write_text(f"#!{sys.executable}\nprint({text!r})\nraise SystemExit(1)\n")
    program.chmod(0o755)
    monkeypatch.setattr(deployment, "CDK", program)


def test_failed_canary_is_one_line_with_its_reason(home, monkeypatch, tmp_path, capsys):
    fake_cdk(monkeypatch, tmp_path, f"a hundred events\n{EVENT}\nmore events")

    with pytest.raises(CanaryFailedError) as caught:
        deployment.deploy(home)

    assert str(caught.value) == (
        f"the canary stopped the deployment: {REASON}; see CanaryErrors in docs/runbook.md"
    )
    assert capsys.readouterr().err == ""


def test_another_failed_resource_is_not_the_canarys(home, monkeypatch, tmp_path, capsys):
    fake_cdk(monkeypatch, tmp_path, OTHER_EVENT)

    with pytest.raises(LocalCloudError) as caught:
        deployment.deploy(home)

    assert not isinstance(caught.value, CanaryFailedError)
    assert OTHER_EVENT in capsys.readouterr().err


def test_up_ends_with_code_2_and_keeps_the_running_cloud(home, monkeypatch, tmp_path, capsys):
    fake_cdk(monkeypatch, tmp_path, EVENT)
    monkeypatch.setattr(deployment, "train", lambda *_arguments: "nothing")
    monkeypatch.setattr(process, "start", lambda _home: False)  # it runs already, and holds a model
    monkeypatch.setattr(process, "stop", lambda _home: pytest.fail("the running cloud was stopped"))
    monkeypatch.setattr(sys, "argv", ["up", "up", "--home", str(home.path), "--port", str(home.port)])

    assert local_cloud.main() == 2

    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith(f"error: the canary stopped the deployment: {REASON}")
