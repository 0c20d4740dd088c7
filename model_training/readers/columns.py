"""What people and programs call the columns of a review log."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import shorten

from recall.errors import ReviewLogError

# Names that stand for a field beyond doubt: two of them in one table contradict each other.
NAMES: dict[str, tuple[str, ...]] = {
    "learner": (
        "learner", "learner_id", "user", "user_id", "userid", "uid", "student", "student_id",
        "anon_student_id", "participant", "participant_id", "subject_id", "person_id",
    ),
    "card": (
        "card", "card_id", "cardid", "cid", "item", "item_id", "itemid", "word_id", "lexeme_id", "fact_id",
        "flashcard", "flashcard_id", "question_id",
    ),
    "reviewed_at": (
        "reviewed_at", "review_time", "review_date", "review_datetime", "review_timestamp", "reviewed",
        "reviewed_on", "review_at", "answered_at", "timestamp", "datetime", "review",
    ),
    "rating": ("rating", "review_rating", "grade", "ease", "quality"),
    "recalled": ("recalled", "correct", "is_correct", "remembered", "passed", "success"),
    "duration_ms": ("duration_ms", "review_duration", "review_duration_ms", "duration", "time_taken_ms"),
    "day": ("day",),
    "kind": ("kind",),
    "state": ("state", "review_state"),
}  # fmt: skip
# Names that stand for a field only where nothing above does: they may as well mean something else.
LOOSE: dict[str, tuple[str, ...]] = {
    "learner": ("username", "user_name", "student_name", "user.id", "learner.id", "student.id"),
    "card": ("word", "lexeme", "fact", "question", "front", "card.id", "card.card_id", "item.id", "word.id"),
    "reviewed_at": ("time", "ts", "at", "date", "date_time", "created_at"),
    "rating": ("answer", "button", "score", "response", "result"),
}
# What `--columns` can name.
FIELDS = tuple(field for field in NAMES if field != "state")


def normalised(name: str) -> str:
    """Write a column's name as this project does: ``Card ID``, ``cardId`` and ``card-id`` are ``card_id``."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip("\ufeff \t\r\n'\""))
    return re.sub(r"[\s_-]+", "_", name).lower()


def named_by_hand(path: Path, found: Sequence[str], names: Mapping[str, str]) -> dict[str, str]:
    """Find the columns that ``--columns`` names.

    Parameters
    ----------
    path : Path
        The file, for messages.
    found : sequence of str
        The file's columns.
    names : Mapping of str to str
        The name of the column for each field.

    Returns
    -------
    dict of str to str
        The columns as the file writes them, by field.

    Raises
    ------
    ReviewLogError
        If there is no such column.
    """
    chosen = {}
    for field, name in names.items():
        exact = [column for column in found if column == name]
        alike = exact or [column for column in found if normalised(column) == normalised(name)]
        if not alike:
            raise ReviewLogError(
                f"{path}: --columns {field}={name}: there is no such column; found {listed(found)}"
            )
        chosen[field] = one_of(path, field, alike)
    return chosen


def one_of(path: Path, field: str, columns: Sequence[str]) -> str:
    """Return the only column for a field."""
    if len(columns) == 1:
        return columns[0]
    if len(set(columns)) == 1:
        raise ReviewLogError(f"{path}: column {columns[0]} appears more than once; keep one of them")
    raise ReviewLogError(
        f"{path}: columns {' and '.join(columns)} both stand for {field}; keep one of them, or say which "
        f"with --columns {field}={columns[0]}"
    )


def listed(found: Sequence[str]) -> str:
    """List columns in a message."""
    return shorten(", ".join(name or "(no name)" for name in found), 200)
