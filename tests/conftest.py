"""What every test needs: a limit of time, a worker, a quiet jsii, hypothesis without deadlines."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.functional.dynamodb import table, tables  # noqa: F401 - fixtures
from tests.functional.tables import review_table, review_tables  # noqa: F401 - fixtures
from tools.local_cloud.home import past_proxies

os.environ["JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION"] = "20"
# The CDK's own rules take 14 of the 17 seconds of a synthesis. They are kept where the CDK's CLI is what is
# tested, and in `make synth`, which CI's audit runs.
os.environ["CDK_VALIDATION"] = "false"
# As in the functions, and before anything imports numpy: on narrow matrices more threads only wait for each
# other, which on a busy machine takes seven times the CPU time.
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

# The tests' clouds are on this machine: they aren't the user's account, and no proxy reaches them.
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ |= past_proxies(os.environ) | {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}

settings.register_profile("recall", deadline=None)  # machines are noisy
settings.load_profile("recall")

# Seconds for each phase of a test: set-up (with the fixtures that it is the first to want), call, teardown.
LIMIT, LIMIT_OF_LONG_ONES = 300, 1800  # five layers built beside two other workers take 740
LONG_ONES = {"slow", "container", "machine", "e2e", "layers", "frameworks", "fuzz"}
REPEAT_SECONDS = 30  # for what waits for its child while the first alarm goes up

# How the paths of tests begin that share what is expensive: a deployment, a browser, the synthesized stages.
# Each group is for one worker of pytest-xdist. Elsewhere a file's tests stay together.
GROUPS = {
    "tests/e2e/test_alarms.py": "alarms",
    "tests/e2e/least_privilege": "least privilege",
    # They have clouds of their own.
    "tests/e2e/roles": "roles",
    "tests/e2e/test_runtime.py": "runtime",
    "tests/e2e/test_stage_switches.py": "switches",
    "tests/e2e/test_teardown.py": "teardown",
    "tests/e2e/": "deployment",
    "tests/browser/": "browser",
    "tests/infrastructure/": "stages",
    "tests/functional/test_alarm": "stages",
    "tests/functional/test_learning_alarms.py": "stages",
}
# A file whose tests are each for any worker.
SPREAD = "tests/unit/test_layers_fit.py"
# Files of minutes, begun right after the deployments: no worker should be left with one of them at the end.
LONG = ("tests/unit/test_layer_", "tests/training/test_spark", "tests/robustness/test_schemathesis.py")


class Groups(LoadScopeScheduling):
    """Hands tests to workers by `GROUPS`: xdist 3.8.0's own `loadgroup` doesn't work with pytest 9.2."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file == SPREAD:
            return nodeid
        return next((group for start, group in GROUPS.items() if file.startswith(start)), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Groups:
    config.option.loadscopereorder = False
    return Groups(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: (item.get_closest_marker("e2e") is None, not item.nodeid.startswith(LONG)))


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
