"""The account of what was read: every row of every file is used, or skipped for a reason that is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pandas as pd

from model_training.readers.ratings import other_scale
from model_training.readers.rows import RawLog, clean
from model_training.review_log.canonical import ReviewLog, assemble
from model_training.review_log.split_sessions import split_sessions
from model_training.review_log.study_days import StudyDays
from recall.errors import ReviewLogError


@dataclass
class _File:
    """What was read of one file so far: counts of rows, and what to say of them."""

    path: Path
    rows_in: int = 0
    used: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    bad: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    outside: Counter[int] = field(default_factory=Counter)
    rating_column: str = "rating"


class Account:
    """Cleans what readers give, file by file, and keeps the account.

    Parameters
    ----------
    now : datetime
        The current time, aware of its time zone.
    study_days : StudyDays
        Where the learners' study days begin, in place of what the files say.
    meanings : Mapping of str to int
        The ratings that the user says values stand for.
    notes : iterable of str
        Notes to begin with.
    """

    def __init__(
        self, now: datetime, study_days: StudyDays, meanings: Mapping[str, int], notes: Iterable[str]
    ) -> None:
        self._now, self._study_days, self._meanings = now, study_days, meanings
        self._parts: list[pd.DataFrame] = []
        self._rows_in = 0
        self._skipped: Counter[str] = Counter()
        self._examples: dict[str, str] = {}
        self._ignored: set[str] = set()
        self._notes = dict.fromkeys(notes)  # in order, and each once
        self._formats: dict[str, None] = {}

    @contextmanager
    def file(self, path: Path) -> Iterator[None]:
        """Begin a file, and check what was read of it at the end.

        Raises
        ------
        ReviewLogError
            If less than half of its rows are usable, or its ratings are on another scale.
        """
        self._file = file = _File(path)
        yield
        scale = other_scale(file.outside, file.rows_in, file.rating_column)
        if scale is not None:
            raise ReviewLogError(f"{path}: {scale}")
        _refuse_mostly_bad(file)
        skipped = file.skipped + file.bad
        _balance(str(path), file.rows_in, file.used, skipped)
        self._rows_in += file.rows_in
        self._skipped.update(skipped)
        for reason, example in file.examples.items():
            self._examples.setdefault(reason, f"{path}, {example}")

    def note(self, notes: Iterable[str]) -> None:
        """Tell the user more."""
        self._notes.update(dict.fromkeys(notes))

    def add(self, raw: RawLog) -> None:
        """Clean some rows of the file."""
        file = self._file
        cleaned = clean(raw, now=self._now, study_days=self._study_days, meanings=self._meanings)
        # Names that repeat take much room.
        self._parts.append(cleaned.reviews.astype({"learner": "category"}))
        file.rows_in += raw.rows_in
        file.used += len(cleaned.reviews)
        file.skipped.update(raw.skipped)
        file.bad.update(raw.broken)
        file.bad.update(cleaned.bad)
        file.outside.update(cleaned.outside)
        file.examples = {**raw.examples, **cleaned.examples, **file.examples}
        file.rating_column = raw.columns.get("rating", "rating")
        self._ignored.update(raw.ignored_columns)
        self._notes.update(dict.fromkeys((*raw.notes, *cleaned.notes)))
        self._formats[raw.format] = None

    def log(self) -> ReviewLog:
        """Return all usable reviews, with the account."""
        parts, self._parts = iter(self._parts), []  # which nothing holds once they are read
        log = assemble(parts)
        skipped = self._skipped + Counter(log.skipped)
        _balance("the review log", self._rows_in, len(log.reviews), skipped)
        notes = [*self._notes]
        if self._ignored:
            notes.append(f"ignored columns: {', '.join(sorted(self._ignored))}")
        notes += [f"{reason}, first in {example}" for reason, example in self._examples.items()]
        notes += [*log.notes, *split_sessions(log.reviews)]
        return ReviewLog(log.reviews, dict(skipped), tuple(notes), tuple(self._formats))


def _balance(where: str, rows_in: int, used: int, skipped: Mapping[str, int]) -> None:
    """Refuse a result in which a row is neither used nor skipped for a reason that is told."""
    told = used + sum(skipped.values())
    if told != rows_in:
        raise ReviewLogError(
            f"{where}: {rows_in} rows were read, but {used} are used and {told - used} skipped: a mistake of "
            "the reader; please report it"
        )


def _refuse_mostly_bad(file: _File) -> None:
    bad = sum(file.bad.values())
    if not file.used and not bad:
        why = "; ".join(f"{count:,} are left out: {reason}" for reason, count in file.skipped.items())
        raise ReviewLogError(
            f"{file.path}: "
            + (
                f"none of its rows is a review; {why}"
                if why
                else "the table has no rows; add one for each review"
            )
        )
    if file.used < bad:
        reason, count = file.bad.most_common(1)[0]
        example = f", first in {file.examples[reason]}" if reason in file.examples else ""
        raise ReviewLogError(
            f"{file.path}: {bad} of {file.used + bad} rows can't be used, most of them for one reason "
            f"({count}: {reason}{example}); correct the file"
        )
