"""The tests of this folder are slow, and each server is started when the first of them wants it."""

from pathlib import Path

import pytest

from aws_kit import connection
from memory import dynamodb

from . import running

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("slow")


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """Give servers time: here counts what they say. A write that is repeated would be done twice by moto."""
    for module, limit in (
        (connection, "TIMEOUT_SECONDS"),
        (connection, "ANSWER_SECONDS"),
        (dynamodb, "BUDGET_SECONDS"),
    ):
        monkeypatch.setattr(module, limit, 60.0)


@pytest.fixture(scope="session")
def moto_url(tmp_path_factory):
    """Give the URL of a running moto."""
    with running.moto(tmp_path_factory.mktemp("moto")) as url:
        yield url


@pytest.fixture(scope="session")
def rclone_url(tmp_path_factory):
    """Give the URL of rclone's S3."""
    with running.rclone(tmp_path_factory.mktemp("rclone")) as url:
        yield url
