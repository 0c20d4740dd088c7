"""The SQL files: their numbers are numbers, and every engine understands the text."""

from datetime import UTC, date, datetime

import duckdb
import pytest

from model_training import queries


@pytest.fixture
def query(tmp_path, monkeypatch):
    """Give a function that reads a query's text with values filled in."""
    monkeypatch.setattr(queries, "FOLDER", tmp_path)

    def query(text, **values):
        (tmp_path / "some.sql").write_text(text)
        return queries.read("some", **values)

    return query


@pytest.mark.parametrize(
    ("value", "kind"),
    [(7, "INTEGER"), (-7, "INTEGER"), (0.1, "DOUBLE"), (-2.5, "DOUBLE"), (1e-300, "DOUBLE"), (1e22, "DOUBLE"),
     (date(2026, 11, 20), "DATE")],
)  # fmt: skip
def test_value_arrives_as_itself_and_of_its_type(query, value, kind):
    assert duckdb.sql(query("SELECT {value}, typeof({value})", value=value)).fetchone() == (value, kind)


def test_negative_number_after_a_minus_is_no_comment(query):
    assert duckdb.sql(query("SELECT 1 -{value}", value=-2)).fetchone() == (3,)


@pytest.mark.parametrize(
    "value", ["1", None, True, datetime(2026, 11, 20, tzinfo=UTC)], ids=["text", "none", "bool", "moment"]
)
def test_other_types_are_refused(query, value):
    with pytest.raises(TypeError, match=r"^value: must be an int, a float or a date; got "):
        query("SELECT {value}", value=value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_number_without_a_literal_is_refused(query, value):
    with pytest.raises(ValueError, match=r"^value: must be finite; got "):
        query("SELECT {value}", value=value)


def test_placeholders_and_values_must_be_the_same(query):
    with pytest.raises(ValueError, match=r"^some\.sql: the value of \{other\} is missing$"):
        query("SELECT {value}, {other}", value=1)
    with pytest.raises(ValueError, match=r"^some\.sql: has no placeholder \{more\}$"):
        query("SELECT {value}", value=1, more=2)
