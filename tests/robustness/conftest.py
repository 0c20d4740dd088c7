"""The real functions with the default model, kept warm."""

import pytest

from .gateway import Functions, event_of

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="session")
def service():
    return Functions()


@pytest.fixture(scope="session")
def post():
    """Give the event of a POST: bytes as API Gateway passes them, or text as it does where text is text."""

    def post(path, body, **headers):
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(body, str):
            return event_of("POST", path, JSON | given, b"") | {"body": body}
        return event_of("POST", path, JSON | given, body)

    return post
