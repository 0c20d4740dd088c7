"""What every test needs: a limit of time, a worker, a quiet jsii, hypothesis without deadlines."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings

os.environ["JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION"] = "20"

settings.register_profile("recall", deadline=None)  # machines are noisy
settings.load_profile("recall")

# Seconds for each phase of a test: set-up (with the fixtures that it is the first to want), call, teardown.
LIMIT, LIMIT_OF_LONG_ONES = 300, 900
LONG_ONES = {"slow", "container", "e2e"}
REPEAT_SECONDS = 30  # for what waits for its child while the first alarm goes up

# Folders and files whose tests share what is expensive: a deployment, a browser, the synthesized stages. Each
# runs on one worker of pytest-xdist, those that take longest first. Elsewhere the tests of a file stay together.
GROUPS = ("e2e/test_alarms.py", "e2e/least_privilege", "e2e", "browser", "infrastructure")


@pytest.hookimpl(tryfirst=True)  # pytest-xdist reads the marks in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item.path)))
    items.sort(key=lambda item: not _group(item.path).startswith("e2e"))


def _group(file: Path) -> str:
    name = file.relative_to(Path(__file__).parent).as_posix()
    return next((group for group in GROUPS if f"{name}/".startswith(f"{group}/")), name)


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
