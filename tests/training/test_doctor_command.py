"""``recall doctor``: which cloud it looks at, what it prints, and its exit code."""

import json
import sys

import pytest

from model_training.cli import main
from tools.doctor import run
from tools.doctor.finding import cannot_tell, ok, will_fail
from tools.doctor.run import Check

FINE = [Check("Node", ok("24.1.0")), Check("CloudFront", cannot_tell("no operation says it", "try"))]
BROKEN = [*FINE, Check("bootstrap", will_fail("it isn't there", "run `npx cdk bootstrap`"))]


@pytest.fixture
def looked_at(monkeypatch, tmp_path):
    """Let doctor find what is appended to `found`, with no credentials around; give what it looks at."""

    class LookedAt:
        found = FINE
        outputs = tmp_path / "outputs.json"

        def examine(self, cloud, context):
            self.cloud, self.stage = cloud, context["stage"]
            return self.found

    looked_at = LookedAt()
    monkeypatch.setattr(run, "examine", looked_at.examine)
    monkeypatch.setattr("model_training.registry.lake.LOCAL_OUTPUTS", looked_at.outputs)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    config = tmp_path / "config"
    config.write_text("[profile work]\nregion = eu-west-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    return looked_at


def up(looked_at):
    looked_at.outputs.write_text(json.dumps({"endpoint": "http://127.0.0.1:4599/_aws/execute-api/r/local"}))


def test_line_for_each_check_and_exit_code_0_when_nothing_will_fail(looked_at, capsys):
    assert main(["doctor"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "The stage dev in AWS, us-east-1",
        "",
        "ok          Node           24.1.0",
        "can't tell  CloudFront     no operation says it; fix: try",
        "",
        "0 will fail, 1 can't tell, 1 ok",
    ]


def test_exit_code_1_and_the_checks_as_json_when_something_will_fail(looked_at, capsys):
    looked_at.found = BROKEN

    assert main(["doctor", "--stage", "prod", "--region", "eu-central-1", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["stage"], found["region"]) == ("prod", "eu-central-1")
    assert found["checks"][-1] == {
        "check": "bootstrap",
        "verdict": "will fail",
        "why": "it isn't there",
        "fix": "run `npx cdk bootstrap`",
    }


@pytest.mark.parametrize(
    ("is_up", "words", "stage", "endpoint", "region"),
    [
        (True, [], "local", "http://127.0.0.1:4599", "us-east-1"),
        (True, ["--stage", "dev"], "dev", None, None),
        (True, ["--region", "eu-north-1"], "dev", None, "eu-north-1"),
        (False, [], "dev", None, None),
        (False, ["--profile", "work"], "dev", None, "eu-west-1"),
        (False, ["--stage", "local", "--endpoint-url", "http://127.0.0.1:1"], "local", "http://127.0.0.1:1",
         "us-east-1"),
    ],
)  # fmt: skip
def test_cloud_is_the_local_one_after_make_up_or_the_one_that_is_named(
    looked_at, is_up, words, stage, endpoint, region
):
    if is_up:
        up(looked_at)
    main(["doctor", *words])

    assert (looked_at.stage, looked_at.cloud.endpoint_url) == (stage, endpoint)
    assert looked_at.cloud.chosen_region == region


def test_proxies_are_for_other_machines_alone(looked_at):
    up(looked_at)
    used = []
    for words in ([], ["--stage", "dev"], ["--endpoint-url", "http://cloud.example"]):
        main(["doctor", *words])
        used.append(looked_at.cloud.client("sts").meta.config.proxies)

    assert used == [{}, None, None]  # None: those of the environment


def test_local_cloud_is_looked_at_without_the_users_own_credentials(looked_at, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOWN")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "own")
    up(looked_at)
    main(["doctor"])

    assert looked_at.cloud.session.get_credentials().access_key == "test"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--stage", "staging"], "Invalid value for '--stage': 'staging' isn't in cdk.json; known are"),
        (["--stage", "local"], "where is the local cloud? give --endpoint-url, or run `make up` first"),
        (["--profile", "nobody"], "The config profile (nobody) could not be found; check --profile"),
        (["--endpoint-url", "nonsense"], "Invalid value for '--endpoint-url': 'nonsense' isn't a URL"),
    ],
)  # fmt: skip
def test_wrong_use_is_one_line_and_exit_code_2(looked_at, words, problem, capsys):
    assert main(["doctor", *words]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith(f"error: {problem}")


def test_credentials_are_not_fetched_before_the_checks_whose_time_is_limited(looked_at, tmp_path):
    fetched = tmp_path / "fetched"
    program = f"[profile work]\nregion = eu-west-1\ncredential_process = touch {fetched}\n"
    (tmp_path / "config").write_text(program)

    assert main(["doctor", "--profile", "work"]) == 0
    assert not fetched.exists()


def test_without_the_projects_tools_it_says_where_it_runs(looked_at, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "tools.doctor.run", None)

    assert main(["doctor"]) == 2
    assert "doctor runs in a checkout of the project, in its environment" in capsys.readouterr().err
