"""The requests of docs/memory.md, one after the other, get the responses that are shown below them."""

import json
import re
import shlex
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from .openapi import MEMORY, event_of, new_memory

PAGE = (Path(__file__).parents[2] / "docs" / "memory.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(curl .*?)```\n```json\n(.*?)```", PAGE, re.DOTALL)
LEFT_OUT = "…"


def event_of_command(command):
    """Return API Gateway's event of what a curl command sends."""
    words = shlex.split(command)
    url = urlsplit(next(word for word in words if "$ENDPOINT" in word).removeprefix("$ENDPOINT"))
    body = json.loads(words[words.index("-d") + 1]) if "-d" in words else None
    method = words[words.index("-X") + 1] if "-X" in words else "POST" if body else "GET"
    path, found = next(
        (path, found)
        for path in MEMORY
        if (found := re.fullmatch(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path), url.path))
    )
    ids = {name: unquote(value) for name, value in found.groupdict().items()}
    return event_of(path, method, body, ids, dict(parse_qsl(url.query)))


def test_requests_get_the_responses_that_are_shown(tables):
    assert len(BLOCKS) == 6
    with new_memory(tables) as send:
        for command, shown in BLOCKS:
            body = send(event_of_command(command)).body
            text = body if isinstance(body, str) else json.dumps(body) + "\n"
            parts = map(re.escape, shown.split(LEFT_OUT))

            assert re.fullmatch(".*".join(parts), text), command
