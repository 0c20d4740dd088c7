"""The real functions with the default model and a real DynamoDB, kept warm."""

import time
from contextlib import closing

import pytest

from tests.functional.memories import Memory

from .bodies import LEARNER
from .gateway import Functions, event_of

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="session")
def memory(tables):
    """Give a memory whose clock goes."""
    with closing(Memory(tables.create(), tables.url, clock=time.time)) as memory:
        yield memory.service


@pytest.fixture(scope="session")
def service(memory):
    return Functions(memory=memory)


@pytest.fixture(scope="session")
def post():
    """Give the event of a POST: bytes as API Gateway passes them, or text as it does where text is text."""

    def post(path, body, **headers):
        path = path.format(learner=LEARNER)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(body, str):
            return event_of("POST", path, JSON | given, b"") | {"body": body}
        return event_of("POST", path, JSON | given, body)

    return post
