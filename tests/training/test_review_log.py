"""The canonical log is sorted, typed and complete, and its study days never mix two numberings."""

import pandas as pd
import pytest

from model_training.review_log.canonical import COLUMNS, assemble


def part(*rows):
    """Make the cleaned rows of one file from learner, card, time and day."""
    learners, cards, times, days = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "learner": pd.Series(learners, dtype="str"),
            "card": pd.Series(cards),
            "reviewed_at": pd.to_datetime(pd.Series(times), utc=True).dt.as_unit("us"),
            "rating": pd.Series(3, index=range(len(rows)), dtype="int8"),
            "duration_ms": pd.Series(pd.NA, index=range(len(rows)), dtype="Int64"),
            "day": pd.Series(days, dtype="Int64"),
            "kind": pd.Series(-1, index=range(len(rows)), dtype="int8"),
        }
    )


def test_assembled_log_has_the_canonical_order_columns_and_types():
    log = assemble(
        [
            part(("bob", 1, "2026-03-01", 0)),
            part(("ada", 10, "2026-03-01", 0), ("ada", 9, "2026-03-03", 2), ("ada", 9, "2026-03-02", 1)),
        ]
    )

    assert log.reviews[["learner", "card", "day"]].to_numpy().tolist() == [
        ["ada", 9, 1],
        ["ada", 9, 2],
        ["ada", 10, 0],
        ["bob", 1, 0],
    ]
    assert {name: str(dtype) for name, dtype in log.reviews.dtypes.items()} == {
        "learner": "str",
        "card": "int64",
        "reviewed_at": "datetime64[us, UTC]",
        "rating": "int8",
        "duration_ms": "Int64",
        "day": "int64",
        "kind": "int8",
    }
    assert list(log.reviews) == list(COLUMNS)
    assert log.reviews.index.equals(pd.RangeIndex(4))


def test_days_of_the_file_are_kept_for_each_learner_that_has_them():
    log = assemble(
        [part(("ada", 1, "2026-03-01", 7), ("ada", 1, "2026-03-02", 9), ("bob", 1, "2026-03-02", None))]
    )

    assert log.reviews["day"].tolist() == [7, 9, 20513]
    assert log.notes == ()


@pytest.mark.parametrize("second_day", [None, 6])
def test_days_that_are_incomplete_or_fall_are_derived_and_noted(second_day):
    log = assemble(
        [
            part(
                ("ada", 1, "2026-03-01", 7),
                ("ada", 2, "2026-03-02", second_day),
                ("bob", 1, "2026-03-01", 0),
            )
        ]
    )

    assert log.reviews["day"].tolist() == [20512, 20513, 0]
    assert log.notes == (
        "days derived from the time for 1 learner(s): "
        "their day numbers are missing in some rows or fall as time passes",
    )
