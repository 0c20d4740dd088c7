"""A stand-in for an account with Lambda, in which time passes at once."""

import time

import pytest

from tests.unit.tune.aws_lambda import Lambda


@pytest.fixture(autouse=True)
def slept(monkeypatch):
    """Let time pass at once: sleeping moves the clock on. Give how long was slept, in seconds."""
    slept = []
    real = time.monotonic
    monkeypatch.setattr(time, "sleep", slept.append)
    monkeypatch.setattr(time, "monotonic", lambda: real() + sum(slept))
    return slept


@pytest.fixture
def account(tmp_path):
    """Give an account with the function ``live``."""
    return Lambda(tmp_path)
