"""The clients in front of the real handlers: over a wire in this process, or over HTTP."""

import time
from types import SimpleNamespace
from uuid import uuid4

import pytest
from recall_client import exchange as exchange_module
from recall_client._async import connection as async_connection
from recall_client._sync import connection as sync_connection

from tests.robustness.gateway import Gateway

from .callers import Node
from .faults import failing
from .learners import NOW, remembering_service
from .wire import Wire, call_async, call_sync


@pytest.fixture(scope="session")
def gateway():
    return Gateway()


@pytest.fixture(scope="session")
def server(gateway):
    """Run the service, which fails when it is told to."""
    with failing(gateway) as server:
        yield server


@pytest.fixture(scope="session")
def memory_gateway(tables):
    """Give a service that remembers learners; for it, it is always `NOW`."""
    with remembering_service(tables, NOW.timestamp) as memory:
        yield Gateway(memory=memory)


@pytest.fixture(scope="session")
def memory_server(memory_gateway):
    """Run that service, which fails when it is told to."""
    with failing(memory_gateway) as server:
        yield server


@pytest.fixture(scope="session")
def endpoint_of_today(tables):
    """Run a service that remembers learners, and whose clock goes; give its base URL."""
    with remembering_service(tables, time.time) as memory, failing(Gateway(memory=memory)) as server:
        yield server.endpoint


@pytest.fixture
def learner():
    """Give the id of a learner whom no other test has."""
    return f"learner/{uuid4()}"


@pytest.fixture
def remembering(memory_gateway):
    """Give a transport to the service that remembers learners."""
    return Wire(memory_gateway)


@pytest.fixture(scope="session")
def node():
    """Give the call of the TypeScript client's methods."""
    caller = Node()
    yield caller
    caller.close()


@pytest.fixture
def wire(gateway):
    """Give a transport to the handler."""
    return Wire(gateway)


@pytest.fixture
def pauses(monkeypatch):
    """Give the list of the pauses that clients made, none of which takes time."""
    made = []

    async def pause(seconds):
        made.append(seconds)

    monkeypatch.setattr(sync_connection, "sync_pause", made.append)
    monkeypatch.setattr(async_connection, "async_pause", pause)
    return made


@pytest.fixture
def longest_jitter(monkeypatch):
    """Let chance always take the longest pause."""
    monkeypatch.setattr(exchange_module, "random", SimpleNamespace(uniform=lambda _low, high: high))


@pytest.fixture(params=[call_sync, call_async], ids=["sync", "async"])
def call(request):
    """Give the call of a client's method over a wire: `call(wire, "predict", card, now=…)`."""
    return request.param
