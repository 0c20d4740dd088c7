"""The docs page: everything of the document is on it, and nothing from elsewhere."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from .openapi import DOCUMENT, event_of, new_deployment


@pytest.fixture(scope="module")
def docs():
    return new_deployment()(event_of("/v1/docs", "GET"))


class Page(HTMLParser):
    """Collects what a page consists of; every tag that is opened must be closed."""

    EMPTY = ("meta",)

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
    requests = [name for name in DOCUMENT["components"]["schemas"] if name.endswith(("Request", "Answer"))]
    for name in requests:
        for field in DOCUMENT["components"]["schemas"][name].get("properties", ()):
            assert field in text


def test_links_lead_to_sections_of_the_page(docs):
    targets = {value[1:] for name, value in Page(docs.body).attributes if name == "href"}

    assert targets == {value for name, value in Page(docs.body).attributes if name == "id"}


def test_defaults_are_shown_as_they_are_sent(docs):
    shown = set(re.findall(r"Default: <code>(.*?)</code>", docs.body))

    assert {"null", "false", "04:00", "0.9"} <= shown
