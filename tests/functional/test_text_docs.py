"""The requests of docs/text.md get the responses that are shown, and its cosines are those of the model."""

import json
import re
from pathlib import Path

import pytest

from .calls import response_of
from .openapi import event_of
from .test_schema_agreement import alike
from .texts import real_text_service

# Slow: the text layer is built from the package index.
pytestmark = pytest.mark.slow

PAGE = (Path(__file__).parents[2] / "docs" / "text.md").read_text(encoding="utf-8")
REQUESTS = re.findall(r"\$ENDPOINT(/v1/\w+) [^\n]*\n  -d '([^\n]*)'\n```\n```json\n([^\n]*)\n```", PAGE)
EXAMPLES = re.findall(r'"([^"|]+)" – "([^"|]+)" (\d\.\d\d)', PAGE)


def ask(path, body):
    return response_of(real_text_service().respond(event_of(path, body=body))).body


def test_requests_get_the_responses_that_are_shown():
    assert [path for path, *_ in REQUESTS] == ["/v1/similar", "/v1/similar", "/v1/topics"]
    for path, body, shown in REQUESTS:
        assert ask(path, json.loads(body)) == alike(json.loads(shown))


def test_cosines_are_those_of_the_model():
    found = [
        ask("/v1/similar", {"texts": [text], "among": [other]})["pairs"][0]["cosine"]
        for text, other, _ in EXAMPLES
    ]

    assert len(EXAMPLES) > 20
    assert found == pytest.approx([float(shown) for *_, shown in EXAMPLES], abs=0.006)
