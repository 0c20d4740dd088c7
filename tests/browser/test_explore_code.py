"""Explore's calls for curl and for the Python client, run against the real service."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.explored import call, link, percent, table
from tests.browser.test_explore import open_link
from tests.robustness.gateway import API_KEY

ADDRESSES = {
    "history": link(t="90,80", l="60,50"),
    "three inputs": link(m="i", i="3,4,8", t="90,80"),
}


def copied(page, language):
    page.get_by_role("radio", name=language, exact=True).check()
    return page.get_by_role("region", name=language, exact=True).text_content()


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES.keys())
def test_curl_gives_what_is_shown(page, endpoint, address):
    open_link(page, address)
    calls = re.findall(r"curl -s '(\S+)'.*?-d '(.*?)'\n", copied(page, "curl"), re.DOTALL)
    answers = [call("", url, json.loads(body)) for url, body in calls]

    expect(page.locator(".headline strong")).to_have_text(percent(answers[0]["recall_probability"], 0))
    assert table(page)[-3][2] == percent(answers[0]["recall_probability"])
    assert [each["target_recall"] for each in answers[1]["intervals"]] == [0.9, 0.8]
    for row, each in zip(table(page)[-2:], answers[1]["intervals"], strict=True):
        assert row[2] == percent(each.get("highest_recall", each["target_recall"]))


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES.keys())
def test_python_gives_what_is_shown(page, monkeypatch, capsys, address):
    open_link(page, address)
    monkeypatch.setenv("RECALL_API_KEY", API_KEY)
    exec(compile(copied(page, "Python"), "snippet.py", "exec"), {})  # noqa: S102 - what the page says to run

    printed = capsys.readouterr().out
    recalled = float(re.search(r"recall_probability=([\d.]+)", printed)[1])
    assert table(page)[-3][2] == percent(recalled)
    assert re.findall(r"target_recall=([\d.]+)", printed)[:2] == ["0.9", "0.8"]
