"""A machine that lacks what the project needs: one line says what, and how to get it."""

import pytest

from tests.machines.newcomer import without

pytestmark = pytest.mark.machine
PYTHON = (
    "Install it: apt install python3.11 python3.11-venv (Debian 12), brew install python@3.11 (macOS), "
    "uv python install 3.11 (anywhere: https://docs.astral.sh/uv); or say where it is: "
    "make up PYTHON=/path/to/python3.11"
)
NEEDED = "error: Python 3.11 is needed, which the functions run on, and"
NODE = (
    "error: Node 20.19 or a later 20, or 22.12 or later, with npm is needed: https://nodejs.org, or your "
    "system's packages nodejs and npm"
)


@pytest.fixture(scope="module")
def checkout(newcomer, account):
    """Give a copy of the project in which nothing is ever made."""
    return newcomer.checkout("lacking")


@pytest.mark.parametrize(
    ("missing", "arguments", "message"),
    [
        (("python3.11", "python3"), ("up",), f"{NEEDED} neither the PATH nor pyenv nor uv has one. {PYTHON}"),
        ((), ("up", "PYTHON=/usr/bin/false"), f"{NEEDED} /usr/bin/false isn't it. {PYTHON}"),
        (("node",), ("node_modules/ready",), NODE),
        (("npm",), ("node_modules/ready",), NODE),
    ],
    ids=["no Python", "another Python", "no Node", "no npm"],
)
def test_what_is_missing_is_one_line_with_the_way_out(newcomer, checkout, missing, arguments, message):
    with without(newcomer, *missing):
        done = checkout.make(*arguments)

    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == message
