"""The README's requests get the responses that are shown below them, from the default model."""

import json
import re
from pathlib import Path

import pytest

from .openapi import event_of, new_deployment

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
REQUESTS = re.findall(
    r"```sh\ncurl -s \$ENDPOINT(/v1/\w+) [^\n]*\n  -d '([^\n]*)'\n```\n```json\n([^\n]*)\n```", README
)


@pytest.mark.parametrize(("path", "body", "shown"), REQUESTS, ids=[path for path, *_ in REQUESTS])
def test_request_of_the_readme_gets_the_response_that_is_shown(path, body, shown):
    assert new_deployment()(event_of(path, body=json.loads(body))).body == json.loads(shown)


def test_readme_shows_a_prediction_a_schedule_and_an_answer_that_teaches():
    assert [path for path, *_ in REQUESTS] == ["/v1/predict", "/v1/schedule", "/v1/schedule"]
