"""The SQL files parse as Athena's SQL, and use only what every engine has and means alike.

DuckDB runs them in the tests of what uses them, Spark in the slow ones. Athena runs nowhere but in AWS.
"""

import re

import pytest
from sqlglot import exp, parse_one

from model_training.queries import FOLDER

# By a learner's hash, for DuckDB and Spark: Athena makes it of other types. The first file goes before each.
HASHES = "learner_hashes"
FILES = sorted(path for path in FOLDER.glob("*.sql") if path.stem != HASHES)
FUNCTIONS = {
    *("Floor", "Ln", "Sqrt", "Exp", "Pow", "Cast", "Case", "If", "Coalesce", "And", "Or"),
    *("Sum", "Count", "Min", "Max", "Avg", "RowNumber"),
}
OF_HASHES = {"MD5", "Substring", "StrPosition", "TryCast"}  # Spark's cast, as sqlglot calls it
# Athena has no STRING, Spark no VARCHAR without a length, and neither numbers of 128 bits.
TYPES = {"BIGINT", "INT", "DOUBLE", "DATE", "TIMESTAMP"}


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def query(request):
    """Give a query as its engine parses it, and whether it is one by a learner's hash."""
    text = request.param.read_text(encoding="utf-8")
    hashed = "FROM hashed" in text
    if hashed:
        text = (FOLDER / f"{HASHES}.sql").read_text(encoding="utf-8") + text
    text = re.sub(r"\{\w+\}", "1", text)
    return parse_one(text, dialect="spark" if hashed else "athena"), hashed


def test_query_is_of_functions_and_types_that_every_engine_has(query):
    tree, hashed = query

    assert {type(node).__name__ for node in tree.find_all(exp.Func)} <= FUNCTIONS | (
        OF_HASHES if hashed else set()
    )
    assert {node.this.name for node in tree.find_all(exp.DataType)} <= TYPES
    assert {table.name for table in tree.find_all(exp.Table)} <= {"reviews"} | {
        each.alias for each in tree.find_all(exp.CTE)
    }


def test_query_has_no_decimal_numbers(query):
    """An engine's 0.5 is exact to a digit or two, and its quotients are too; 5e-1 is a double."""
    literals = query[0].find_all(exp.Literal)
    numbers = [literal.this for literal in literals if literal.is_number]

    assert [number for number in numbers if "." in number and "e" not in number.lower()] == []
