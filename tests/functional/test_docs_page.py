"""The docs page: everything of the document is on it, and nothing from elsewhere."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

from .openapi import DOCUMENT, event_of, example_of, new_deployment, resolved


@pytest.fixture(scope="module")
def docs():
    return new_deployment()(event_of("/v1/docs", "GET"))


class Page(HTMLParser):
    """Collects what a page consists of; every tag that is opened must be closed."""

    EMPTY = ("meta", "wbr")

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text, self.open = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def test_page_loads_and_runs_nothing(docs):
    page = Page(docs.body)

    assert page.open == []
    assert not {"script", "img", "link", "iframe", "object", "form"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on") or name in ("src", "style")]
    assert {value[0] for name, value in page.attributes if name == "href"} == {"#"}
    assert "url(" not in docs.body
    assert "@import" not in docs.body


def test_policy_allows_the_pages_own_style_and_nothing_else(docs):
    (style,) = re.findall("<style>(.*?)</style>", docs.body, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert docs.headers["Content-Type"] == "text/html; charset=utf-8"
    assert docs.headers["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def test_every_operation_field_and_status_is_on_the_page(docs):
    text = "".join(Page(docs.body).text)

    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            assert f"{method.upper()} {path}" in text
            assert operation["summary"] in text
            assert set(operation["responses"]) <= set(re.findall(r"\d{3}", text))
            for parameter in map(resolved, operation.get("parameters", ())):
                assert parameter["name"] in text
                assert parameter["description"].replace("`", "") in text
    for name in set(re.findall(r"schemas/(\w+)", json.dumps(DOCUMENT["paths"]))):
        for field in DOCUMENT["components"]["schemas"][name].get("properties", ()):
            assert field in text


def test_object_inside_of_another_has_a_table_of_its_own(docs):
    (table,) = re.findall('<div class="table" tabindex="0" id="StudyReview">(.*?)</div>', docs.body)
    fields = re.findall(r'<th scope="row"><code>(\w+)</code>(.*?)</th><td>(.*?)</td><td>(.*?)</td>', table)

    assert 'list of 1 to 1,000: <a href="#StudyReview">StudyReview</a>' in docs.body
    assert [name for name, *_ in fields] == ["event_id", "card", "rating", "reviewed_at", "duration_ms"]
    assert fields[2] == ("rating", "", "whole number, 1 to 4", "1 Again (failed), 2 Hard, 3 Good, 4 Easy.")
    assert fields[4][1] == ' <span class="optional">optional</span>'


def test_example_without_a_body_shows_its_request_as_it_is_sent(docs):
    def section(name):
        return "".join(Page(docs.body.partition(f'<section id="{name}">')[2].partition("</section>")[0]).text)

    due, export = section("getDue"), section("exportReviews")
    assert "GET /v1/learners/ada/due?limit=20&until=2026-11-21T09%3A00%3A00Z&order=loss" in due
    assert "DELETE /v1/learners/ada/reviews/9b2f61d1" in section("deleteReview")
    # The lines as they come, not as JSON text inside of JSON.
    assert "GET /v1/learners/ada/export?after=perrois answered with" in export
    assert example_of("/v1/learners/{learner}/export", "get", "rest") in export


def test_links_lead_to_sections_of_the_page(docs):
    targets = {value[1:] for name, value in Page(docs.body).attributes if name == "href"}

    assert targets == {value for name, value in Page(docs.body).attributes if name == "id"}


def test_defaults_are_shown_as_they_are_sent(docs):
    shown = set(re.findall(r"Default: <code>(.*?)</code>", docs.body))

    assert {"null", "false", "04:00", "0.9"} <= shown
