"""The memory with moto's DynamoDB: what it writes and reads leans on nothing that only the local cloud has.

Not for many callers at once, or lost responses: moto's transactions aren't isolated from each other, and
it takes no notice of their tokens.
"""

import pytest

from tests.functional import test_memory_stateful
from tests.functional.dynamodb import Tables
from tests.functional.test_memory_large import (
    test_cards_too_large_for_one_transaction_are_written_in_several,  # noqa: F401 - here, too
)


@pytest.fixture(scope="session")
def tables(moto_url):
    return Tables(moto_url)


def test_memory_does_what_its_model_does(tables, tmp_path, capsys):
    test_memory_stateful.test_memory_does_what_its_model_does(tables, tmp_path, 3, 20, capsys)
