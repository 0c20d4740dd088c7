"""Both clients, in front of the real handler, with a clock that tests hold in their hands."""

import asyncio
from types import SimpleNamespace

import pytest

import recall_client
from recall_client import client as client_module
from recall_client import exchange as exchange_module
from tests.robustness.gateway import API_KEY, Gateway

from .wire import ENDPOINT, Wire


@pytest.fixture(scope="session")
def gateway():
    return Gateway()


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

    monkeypatch.setattr(client_module, "time", SimpleNamespace(sleep=made.append))
    monkeypatch.setattr(client_module, "asyncio", SimpleNamespace(sleep=pause))
    return made


@pytest.fixture
def longest_jitter(monkeypatch):
    """Let chance always take the longest pause."""
    monkeypatch.setattr(exchange_module, "random", SimpleNamespace(uniform=lambda _low, high: high))


def _sync(wire, name, *cards, retries, **options):
    with recall_client.Client(ENDPOINT, API_KEY, transport=wire, retries=retries) as client:
        return getattr(client, name)(*cards, **options)


def _async(wire, name, *cards, retries, **options):
    async def call():
        async with recall_client.AsyncClient(ENDPOINT, API_KEY, transport=wire, retries=retries) as client:
            return await getattr(client, name)(*cards, **options)

    return asyncio.run(call())


@pytest.fixture(params=[_sync, _async], ids=["sync", "async"])
def ask(request):
    """Give the call of a client's method over a wire: `ask(wire, "predict", card, now=…)`."""

    def ask(wire, name, *cards, retries=client_module.RETRIES, **options):
        return request.param(wire, name, *cards, retries=retries, **options)

    return ask
