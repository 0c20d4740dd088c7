"""Ratings as people and programs write them: numbers, words, and whether a card was recalled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd
from pandas.api.types import is_numeric_dtype

from model_training.readers.values import text
from recall.features import AGAIN, EASY, GOOD, HARD

SKIP = 0  # what `--ratings` leaves out
ACCEPTED = "1 to 4, or again, hard, good and easy; --ratings says what others stand for"
ACCEPTED_RECALLED = "0 and 1, false and true, or no and yes"
RATINGS = (AGAIN, HARD, GOOD, EASY)
WORDS = {
    **dict.fromkeys(("again", "fail", "failed", "forgot", "forgotten", "wrong", "incorrect"), AGAIN),
    "hard": HARD,
    **dict.fromkeys(("good", "pass", "passed", "recalled", "remembered", "correct", "right"), GOOD),
    "easy": EASY,
}
WORDS_OF_RECALLED = {
    **dict.fromkeys(("0", "no", "n", "false", "f"), AGAIN),
    **dict.fromkeys(("1", "yes", "y", "true", "t"), GOOD),
    **{word: AGAIN if rating == AGAIN else GOOD for word, rating in WORDS.items()},
}
# More than slips of the pen: this share of the rows has numbers outside 1–4, and at least so many rows.
ANOTHER_SCALE_SHARE = 0.05
ANOTHER_SCALE_ROWS = 3


class Ratings(NamedTuple):
    """What a column of ratings says.

    Parameters
    ----------
    rating : pandas.Series of float64, shape (n,)
        1 to 4, `SKIP`, or missing where the value is none of them.
    outside : Counter of int
        How many rows have each whole number that is outside 1–4.
    """

    rating: pd.Series
    outside: Counter[int]


def ratings(given: pd.Series, meanings: Mapping[str, int]) -> Ratings:
    """Read ratings.

    Parameters
    ----------
    given : pandas.Series, shape (n,)
        The column; one that is named ``recalled`` says only whether the card was.
    meanings : Mapping of str to int
        The ratings that values of it stand for, or `SKIP`; beyond doubt, since the user says so.
    """
    words = WORDS_OF_RECALLED if given.name == "recalled" else WORDS
    values = given if is_numeric_dtype(given.dtype) else text(given)
    counts = values.value_counts()
    spellings = {value: spelling(value) for value in counts.index}
    read: dict[object, float] = {}
    outside: Counter[int] = Counter()
    for value, word in spellings.items():
        number = int(word) if word.removeprefix("-").isdecimal() and len(word) < len("-1000000") else None
        if word in meanings:
            read[value] = meanings[word]
        elif word in words:
            read[value] = words[word]
        elif given.name != "recalled" and number in RATINGS:
            read[value] = number
        elif given.name != "recalled" and number is not None:
            outside[number] += int(counts[value])
    return Ratings(values.map(read).astype("float64"), outside)


def spelling(value: object) -> str:
    """Write a rating's value as those of ``--ratings``: 5.0 is 5, and Rating.Good is good."""
    word = str(value).strip().lower().removeprefix("rating.")
    whole, point, fraction = word.partition(".")
    return whole if point and whole and not fraction.strip("0") else word


def other_scale(outside: Mapping[int, int], rows: int, column: str) -> str | None:
    """Say why ratings aren't on the scale of 1 to 4, and what to do; None where they seem to be.

    Parameters
    ----------
    outside : Mapping of int to int
        How many rows have each number outside 1–4.
    rows : int
        All rows with a rating.
    column : str
        The column, as the file names it.
    """
    count = sum(outside.values())
    many = count >= max(ANOTHER_SCALE_ROWS, ANOTHER_SCALE_SHARE * rows)
    if not many and not {0, 5} <= outside.keys():
        return None
    found = ", ".join(f"{number} in {outside[number]:,} rows" for number in sorted(outside)[:5])
    return (
        f"column {column} isn't on the scale of 1 Again, 2 Hard, 3 Good, 4 Easy ({found}); say what its "
        f"numbers stand for: {_hint(outside, column)}"
    )


def _hint(outside: Mapping[int, int], column: str) -> str:
    if outside.keys() in ({5}, {0, 5}):
        return "if it is SM-2's, where 0 to 2 are failures, --ratings 0=1,1=1,2=1,3=2,4=3,5=4"
    if outside.keys() == {0}:
        return (
            "--ratings 0=1,1=2,2=3,3=4 if 0 is Again and 3 Easy, --ratings 0=skip if 0 is no review, or "
            f"--columns recalled={column} if it is 0 or 1"
        )
    return "for each a rating or skip, such as --ratings 0=1,5=4,10=skip"
