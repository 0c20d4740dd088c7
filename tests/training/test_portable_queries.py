"""The SQL files parse as Athena's SQL, and use only what every engine has and means alike.

DuckDB runs them in the tests of what uses them, Spark in the slow ones. Athena runs nowhere but in AWS.
"""

import re

import pytest
from sqlglot import exp, parse_one

from model_training.queries import FOLDER

FILES = sorted(FOLDER.glob("*.sql"))
FUNCTIONS = {
    *("Floor", "Ln", "Sqrt", "Exp", "Pow", "Cast", "Case", "If", "Coalesce", "And", "Or"),
    *("Sum", "Count", "Min", "Max", "Avg", "RowNumber"),
}
# Athena has no STRING, Spark no VARCHAR without a length, and neither numbers of 128 bits.
TYPES = {"BIGINT", "INT", "DOUBLE", "DATE", "TIMESTAMP"}


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def text(request):
    return re.sub(r"\{\w+\}", "1", request.param.read_text(encoding="utf-8"))


def test_query_is_of_functions_and_types_that_every_engine_has(text):
    query = parse_one(text, dialect="athena")

    assert {type(node).__name__ for node in query.find_all(exp.Func)} <= FUNCTIONS
    assert {node.this.name for node in query.find_all(exp.DataType)} <= TYPES
    assert {table.name for table in query.find_all(exp.Table)} <= {"reviews"} | {
        each.alias for each in query.find_all(exp.CTE)
    }


def test_query_has_no_decimal_numbers(text):
    """An engine's 0.5 is exact to a digit or two, and its quotients are too; 5e-1 is a double."""
    literals = parse_one(text, dialect="athena").find_all(exp.Literal)
    numbers = [literal.this for literal in literals if literal.is_number]

    assert [number for number in numbers if "." in number and "e" not in number.lower()] == []
