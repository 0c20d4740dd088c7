"""The newcomer, their account, and a service that they have brought up from nothing."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import NamedTuple

import pytest

from tests.e2e.conftest import free_port
from tests.machines.newcomer import Checkout, Newcomer
from tests.machines.real_account import RealAccount


class Up(NamedTuple):
    """A copy of the project whose service is up, on a port."""

    checkout: Checkout
    port: int
    done: CompletedProcess[str]


@pytest.fixture(scope="session")
def newcomer() -> Iterator[Newcomer]:
    # Not below pytest's own folder, which no other user can enter.
    folder = Path(tempfile.mkdtemp(prefix="newcomer-"))
    yield Newcomer(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def account(newcomer: Newcomer) -> Iterator[RealAccount]:
    account = RealAccount(newcomer.home)
    if os.geteuid() == 0:
        for path in (newcomer.home / name for name in (".aws", ".aws/config", ".cdk.json")):
            shutil.chown(path, newcomer.home.stat().st_uid, newcomer.home.stat().st_gid)
    newcomer.environment |= account.variables
    yield account
    account.close()


@pytest.fixture(autouse=True)
def untouched(account: RealAccount) -> Iterator[None]:
    """Fail a test during which the real account was used."""
    yield
    assert account.uses() == []


@pytest.fixture(scope="session")
def up(newcomer: Newcomer, account: RealAccount) -> Iterator[Up]:
    """Bring the service up from nothing."""
    checkout = newcomer.checkout("Ana's Übungen/réca ll")
    port = free_port()
    yield Up(checkout, port, checkout.make("up", f"PORT={port}"))
    checkout.make("down")


@pytest.fixture(scope="session")
def second(newcomer: Newcomer, account: RealAccount) -> Checkout:
    """Give a second copy of the project, in which the first test makes everything."""
    return newcomer.checkout("second")


@pytest.fixture
def other(second: Checkout) -> Iterator[Checkout]:
    """Give the second copy of the project; whatever a test leaves running there is stopped."""
    yield second
    second.make("down")
