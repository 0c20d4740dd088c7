"""The README's requests get the responses that are shown below them, from the default model."""

import json
import re
from pathlib import Path

import pytest

from .openapi import event_of, new_deployment, new_memory

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
REQUESTS = re.findall(
    r"```sh\ncurl -s \$ENDPOINT(/v1/[\w/]+) [^\n]*\n  -d '([^\n]*)'\n```\n```json\n([^\n]*)\n```", README
)
STUDY, ADA = "/v1/learners/{learner}/reviews", {"learner": "ada"}
STATELESS = [(path, body, shown) for path, body, shown in REQUESTS if path != STUDY.format(**ADA)]


@pytest.mark.parametrize(("path", "body", "shown"), STATELESS, ids=[path for path, *_ in STATELESS])
def test_stateless_request_of_the_readme_gets_the_response_that_is_shown(path, body, shown):
    assert new_deployment()(event_of(path, body=json.loads(body))).body == json.loads(shown)


def test_first_request_of_the_readme_is_remembered_and_gets_the_response_that_is_shown(tables):
    path, body, shown = REQUESTS[0]
    with new_memory(tables) as send:
        response = send(event_of(STUDY, body=json.loads(body), parameters=ADA))

    assert path == STUDY.format(**ADA)
    assert response.body == json.loads(shown)


def test_readme_shows_a_review_a_prediction_and_a_schedule():
    assert [path for path, *_ in REQUESTS] == [STUDY.format(**ADA), "/v1/predict", "/v1/schedule"]
