"""The README's requests get the answers that stand below them, from the default model."""

import json
import re
from pathlib import Path

import pytest

from inference.model_store import DEFAULT_FOLDER, ModelStore, _default_model
from inference.routes import find_route

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
REQUESTS = re.findall(
    r"```sh\ncurl -s \$ENDPOINT(/v1/\w+) [^\n]*\n  -d '([^\n]*)'\n```\n```json\n([^\n]*)\n```", README
)


class Default:
    """Where the model comes from while nothing was published."""

    remote = False

    def load(self, known):
        return known or _default_model(DEFAULT_FOLDER)


@pytest.mark.parametrize(("path", "body", "shown"), REQUESTS, ids=[path for path, *_ in REQUESTS])
def test_request_of_the_readme_is_answered_as_shown(path, body, shown):
    event = {"headers": {"Content-Type": "application/json"}, "body": body}

    answer = find_route("POST", path)(event, ModelStore(Default(), 60, print))

    assert json.loads(answer.body) == json.loads(shown)


def test_readme_shows_a_prediction_a_schedule_and_an_answer_that_teaches():
    assert [path for path, *_ in REQUESTS] == ["/v1/predict", "/v1/schedule", "/v1/schedule"]
