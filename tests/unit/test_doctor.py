"""The preflight as a whole: every check once, read-only, and nothing that keeps the others from telling."""

import json
from functools import partial
from pathlib import Path
from time import monotonic, sleep

import pytest
from botocore.exceptions import EndpointConnectionError

from tests.unit.aws_account import READING, Account, RefusedError, stage_of
from tests.unit.cost import settings
from tools.doctor import machine, run
from tools.doctor import stage as reading
from tools.doctor.finding import Verdict, cannot_tell, ok, will_fail, worst

CONTEXT = json.loads((Path(__file__).parents[2] / "cdk.json").read_text())["context"] | {"stage": "prod"}
EVERYTHING = stage_of(
    settings(alarm_email="someone@example.org"),
    *((kind, {"Protocol": "email"}) for kind in (
        "AWS::ApiGateway::RestApi", "AWS::EC2::VPC", "AWS::IAM::Role", "AWS::S3Tables::TableBucket",
        "AWS::CloudFront::ResponseHeadersPolicy", "AWS::SNS::Subscription",
    )),
    ("AWS::Lambda::Function", {"ReservedConcurrentExecutions": 5}),
    ("AWS::Athena::WorkGroup", {"Name": "recall-prod"}),
    ("AWS::CloudWatch::Dashboard", {"DashboardName": "recall-prod"}),
    has_images=True,
)  # fmt: skip


@pytest.fixture(autouse=True)
def machine_is_fine(monkeypatch):
    """Let every check of the machine find nothing, at once, and the stage be one of everything."""
    for name in [name for name in vars(machine) if name.startswith("check_")]:
        monkeypatch.setattr(machine, name, lambda *_: ok("fine"))
    monkeypatch.setattr(run, "OF_THE_MACHINE", {"Python": lambda _: ok("fine"), "Docker": lambda _: None})
    monkeypatch.setattr(reading, "read_stage", lambda _: EVERYTHING)


def verdicts(account, context=CONTEXT):
    """Return the verdict of each check by its name, and the reasons."""
    checks = run.examine(account.cloud, context)
    return {name: finding.verdict.value for name, finding in checks}, {n: f.why for n, f in checks}


def test_fresh_account_has_a_line_for_each_check_and_is_only_read():
    account = Account()
    found, _ = verdicts(account)

    of_machine = ["Node", "CDK", "settings", "disk", "prices", "Python"]
    fine = [*of_machine, "credentials", "region", *run.OF_THE_ACCOUNT]
    differing = {"concurrency": "will fail", "CloudFront": "can't tell"}
    assert found == dict.fromkeys(fine, "ok") | differing
    assert len(account.called) > 20
    assert [name for name in account.called if not READING.match(name)] == []


def test_runbook_has_every_check():
    page = (Path(__file__).parents[2] / "docs" / "runbook.md").read_text(encoding="utf-8")
    table = page.partition("| check |")[2].partition("\n\n")[0].splitlines()[2:]
    told = {name for row in table for name in row.split("|")[1].strip().split(", ")}

    of_the_machine = {"Node", "CDK", "settings", "disk", "prices", "Python", "wheels", "Docker"}
    assert told == of_the_machine | {"credentials", "region", *run.OF_THE_ACCOUNT}


def test_operation_that_is_not_allowed_leaves_the_others():
    found, why = verdicts(
        Account(GetAccount=RefusedError("AccessDeniedException"), ListDistributions={"odd": 1})
    )

    assert (found["API's role"], why["API's role"]) == (
        "can't tell",
        "the credentials may not call GetAccount",
    )
    assert (found["CloudFront"], why["CloudFront"]) == ("can't tell", "KeyError: 'DistributionList'")
    assert found["bootstrap"] == "ok"


def test_without_credentials_nothing_else_is_asked_of_the_account():
    account = Account(GetCallerIdentity=RefusedError("ExpiredToken"))
    found, _ = verdicts(account)

    assert found["credentials"] == "will fail"
    assert {found[name] for name in run.OF_THE_ACCOUNT} == {"can't tell"}
    assert account.called == ["GetCallerIdentity"]


def test_without_a_network_it_cannot_tell():
    def unreachable(_):
        raise EndpointConnectionError(endpoint_url="https://sts.example\n")

    found, why = verdicts(Account(GetCallerIdentity=unreachable))

    assert found["credentials"] == "can't tell"
    assert why["credentials"] == 'Could not connect to the endpoint URL: "https://sts.example "'


def test_wrong_settings_and_a_broken_synthesis_are_told_beside_the_account(monkeypatch):
    def break_down(_):
        raise RuntimeError("no\nmore memory")

    monkeypatch.undo()
    wrong = CONTEXT | {"stages": {"prod": CONTEXT["stages"]["prod"] | {"memory_mb": 64}}}
    found, why = verdicts(Account(), wrong)
    assert (found["settings"], found["credentials"], found["stacks"]) == ("will fail", "ok", "can't tell")
    assert "cdk.json: context.stages.prod.memory_mb must be an integer from 128 to 10240" in why["settings"]

    monkeypatch.setattr(reading, "read_stage", break_down)
    found, why = verdicts(Account())
    assert why["settings"] == "the synthesis fails: RuntimeError: no more memory"


def test_without_node_the_settings_are_not_read(monkeypatch):
    monkeypatch.setattr(machine, "check_node", lambda: will_fail("there is no Node", "install it"))
    found, why = verdicts(Account())

    assert (found["settings"], why["settings"]) == ("can't tell", "reading them takes Node")
    assert (found["region"], found["quotas"]) == ("ok", "can't tell")


def test_check_that_hangs_is_left_behind():
    began = monotonic()
    found = run.at_once({"slow": partial(sleep, 30), "quick": lambda: ok("done")}, 0.2)

    assert found["quick"] == ok("done")
    assert found["slow"].why == "no response within 0 s"
    assert monotonic() - began < 5


def test_several_findings_are_as_bad_as_the_worst_of_them():
    some = [ok("fine"), will_fail("a", "mend it"), cannot_tell("b", "look"), will_fail("c", "mend it")]

    assert worst(some) == (Verdict.WILL_FAIL, "a; c", "mend it")
    assert worst(some[:1]) == ok("fine")
