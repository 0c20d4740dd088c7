"""What every test needs: a limit of time, a quiet jsii, hypothesis without deadlines (machines are noisy)."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import settings

os.environ["JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION"] = "20"

settings.register_profile("recall", deadline=None)
settings.load_profile("recall")

# Seconds for each phase of a test: set-up (with the fixtures that it is the first to want), call, teardown.
LIMIT, LIMIT_OF_LONG_ONES = 300, 900
LONG_ONES = {"slow", "container", "e2e"}
REPEAT_SECONDS = 30  # for what waits for its child while the first alarm goes up


@contextmanager
def limited(item: pytest.Item) -> Iterator[None]:
    """Fail what doesn't finish in its time."""
    seconds = LIMIT_OF_LONG_ONES if any(map(item.get_closest_marker, LONG_ONES)) else LIMIT

    def fail(*_signal: object) -> None:
        pytest.fail(f"not finished after {seconds} s")

    before = signal.signal(signal.SIGALRM, fail)
    signal.setitimer(signal.ITIMER_REAL, seconds, REPEAT_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    with limited(item):
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    with limited(item):
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    with limited(item):
        yield
