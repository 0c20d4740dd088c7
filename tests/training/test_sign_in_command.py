"""``recall sign-in``: a link whose credentials the page can use, and what keeps somebody from getting one."""

import json
from base64 import urlsafe_b64decode
from datetime import UTC, datetime

import pytest

from model_training.cli import main
from model_training.commands.sign_in import session_name
from tests.unit.aws_account import ACCOUNT, Account, RefusedError

ROLE = f"arn:aws:iam::{ACCOUNT}:role/recall-dev-learning-StudioOperator"
ANN = f"arn:aws:sts::{ACCOUNT}:assumed-role/Admins/ann@example.org"
OUTPUTS = {
    "recall-dev-learning": {"StudioOperatorRole": ROLE},
    "recall-dev-studio": {"Page": "https://d1.cloudfront.net/", "Bucket": "the-page"},
}
GIVEN = {
    "AccessKeyId": "ASIAEXAMPLE", "SecretAccessKey": "s/+", "SessionToken": "t",
    "Expiration": datetime(2026, 11, 30, 10, tzinfo=UTC),
}  # fmt: skip


def described(stacks):
    """Return the response to DescribeStacks of stacks with these outputs."""

    def describe(parameters):
        name = parameters["StackName"]
        if name not in stacks:
            raise RefusedError("ValidationError", f"Stack with id {name} does not exist")
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in stacks[name].items()]
        return {"Stacks": [{"StackName": name, "StackStatus": "CREATE_COMPLETE", "Outputs": outputs}]}

    return describe


@pytest.fixture
def account(monkeypatch):
    """Give a way to put the command into an account."""

    def put(**responses):
        asked = []

        def assume(parameters):
            asked.append(parameters)
            return {"Credentials": GIVEN}

        known = {"DescribeStacks": described(OUTPUTS), "AssumeRole": assume}
        known["GetCallerIdentity"] = {"Account": ACCOUNT, "Arn": ANN}
        account = Account(**(known | responses))
        account.asked = asked
        monkeypatch.setattr("model_training.commands.sign_in.cloud_of", lambda *_: account.cloud)
        return account

    return put


def signed_in(capsys, *words):
    assert main(["sign-in", "--stage", "dev", *words]) == 0
    link, until = capsys.readouterr().out.splitlines()
    page, _, session = link.partition("#/operate?session=")
    assert "=" not in session
    return page, json.loads(urlsafe_b64decode(session + "=" * (-len(session) % 4))), until


def test_link_has_the_sessions_credentials_behind_the_pages_address(account, capsys):
    asked = account().asked
    page, session, until = signed_in(capsys)

    assert page == "https://d1.cloudfront.net/"
    assert session == {
        "accessKeyId": "ASIAEXAMPLE", "secretAccessKey": "s/+", "sessionToken": "t",
        "expiration": "2026-11-30T10:00:00+00:00",
    }  # fmt: skip
    assert until == "good until 2026-11-30T10:00:00+00:00"
    assert asked == [{"RoleArn": ROLE, "RoleSessionName": "ann@example.org", "DurationSeconds": 3_600}]


def test_minutes_and_another_page_are_taken(account, capsys):
    asked = account().asked
    page, _, _ = signed_in(capsys, "--minutes", "15", "--page", "http://localhost:5173/#/plan")

    assert (page, asked[0]["DurationSeconds"]) == ("http://localhost:5173/", 900)


def test_page_of_a_local_cloud_is_in_its_bucket(account, capsys):
    account().cloud.endpoint_url = "http://127.0.0.1:4566"
    assert signed_in(capsys)[0] == "http://127.0.0.1:4566/the-page/index.html"


@pytest.mark.parametrize(
    ("responses", "says"),
    [
        (
            {"DescribeStacks": described({})},
            'set "reviews_retention_days": 365 in the stage\'s block of cdk.json',
        ),
        (
            {"DescribeStacks": described({"recall-dev-learning": {"StudioOperatorRole": ROLE}})},
            'set "studio": true in',
        ),
        (
            {"DescribeStacks": RefusedError("ExpiredToken")},
            "AWS refuses the credentials (ExpiredToken); sign in",
        ),
        ({"AssumeRole": RefusedError("AccessDenied", "no")}, "IAM must allow it sts:AssumeRole on that role"),
    ],
    ids=["no learning loop", "no studio", "expired", "not allowed"],
)
def test_what_is_missing_is_one_line_and_exit_code_2(account, capsys, responses, says):
    account(**responses)
    assert main(["sign-in", "--stage", "dev"]) == 2

    err = capsys.readouterr().err
    assert says in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("minutes", ["14", "61", "x"])
def test_session_that_aws_wouldnt_give_is_refused(capsys, minutes):
    assert main(["sign-in", "--minutes", minutes]) == 2
    assert "--minutes" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("who", "name"),
    [
        (ANN, "ann@example.org"),
        (f"arn:aws:iam::{ACCOUNT}:root", "root"),
        (f"arn:aws:iam::{ACCOUNT}:user/a/ü x", "--x"),
        (f"arn:aws:iam::{ACCOUNT}:user/a", "a-"),
        (f"arn:aws:iam::{ACCOUNT}:user/{'x' * 70}", "x" * 64),
    ],
)
def test_session_is_named_after_whoever_signs_in(who, name):
    assert session_name(who) == name
