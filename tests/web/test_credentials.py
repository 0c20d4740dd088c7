"""Pasted AWS credentials, in each format of ``aws configure export-credentials`` and of the console."""

import json

import pytest

from tests.web.page import evaluated

KEY, SECRET, TOKEN, END = "ASIAEXAMPLE", "sec/ret+EXAMPLE=", "tok//en+==", "2099-01-01T00:00:00+00:00"
VALUES = {
    "AWS_ACCESS_KEY_ID": KEY,
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "AWS_SESSION_TOKEN": TOKEN,
    "AWS_CREDENTIAL_EXPIRATION": END,
}


def lines(form, end="\n"):
    return end.join(form.format(name, value) for name, value in VALUES.items())


TEXTS = {
    "process": json.dumps(
        {"AccessKeyId": KEY, "SecretAccessKey": SECRET, "SessionToken": TOKEN, "Expiration": END}, indent=1
    ),
    "env": lines("export {}={}"),
    "env, quoted": lines('export {}="{}"'),
    "env-no-export": lines("{}={}"),
    "powershell": lines('$Env:{}="{}"', "\r\n"),
    "windows-cmd": lines("set {}={}", "\r\n"),
    "fish": lines("set -gx {} {}"),
    "file": "[ann]\n" + "\n".join(f"{name.lower()} = {value}" for name, value in VALUES.items()),
}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Give what the page finds in each text."""
    texts = TEXTS | {"nothing": "a shopping list"}
    return evaluated("credentials.ts", texts, tmp_path_factory.mktemp("web"))


@pytest.mark.parametrize("form", TEXTS)
def test_each_format_is_read(found, form):
    assert found[form] == {
        "accessKeyId": KEY,
        "secretAccessKey": SECRET,
        "sessionToken": TOKEN,
        "expiration": END,
    }


def test_other_text_has_none(found):
    assert found["nothing"] is None
