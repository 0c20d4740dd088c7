"""What columns and ratings of tables stand for, as values of options: ``NAME=VALUE``, also several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click

# `model_training.readers.columns.FIELDS`, as a test says: to import them would load pandas for --help.
FIELDS = ("learner", "card", "reviewed_at", "rating", "recalled", "duration_ms", "day", "kind")
MEANINGS = {"1": 1, "again": 1, "2": 2, "hard": 2, "3": 3, "good": 3, "4": 4, "easy": 4, "skip": 0}


class Pairs(click.ParamType[dict[str, Any]]):
    """``NAME=VALUE``, or several of them separated by commas."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, Any]:
        """Return the values by name."""
        if isinstance(value, dict):
            return value
        pairs: dict[str, Any] = {}
        for name, written in self._split(value, param, ctx):
            if name in pairs:
                self.fail(f"{name} is given twice", param, ctx)
            pairs[name] = self.meaning(name, written, param, ctx)
        return pairs

    def _split(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> Iterator[tuple[str, str]]:
        for piece in value.split(","):
            name, equals, written = piece.partition("=")
            if not equals or not name.strip() or not written.strip():
                self.fail(f"{piece!r} isn't {self.name}", param, ctx)
            yield name.strip(), written.strip()

    def meaning(
        self, name: str, written: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:
        """Return what was written as the value of a name."""
        raise NotImplementedError


class Columns(Pairs):
    """The columns of fields."""

    name = "FIELD=NAME"

    def meaning(
        self, name: str, written: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Return the column."""
        if name not in FIELDS:
            self.fail(f"there is no field {name!r}; give one of {', '.join(FIELDS)}", param, ctx)
        return written


class Ratings(Pairs):
    """The ratings that values stand for."""

    name = "VALUE=RATING"

    def meaning(
        self, name: str, written: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the rating."""
        rating = MEANINGS.get(written.lower())
        if rating is None:
            self.fail(f"{name}={written}: a rating is 1 to 4, again, hard, good, easy, or skip", param, ctx)
        return rating


def merged(option: str, given: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Join the values of an option that was given several times."""
    pairs: dict[str, Any] = {}
    for some in given:
        twice = next((name for name in some if name in pairs), None)
        if twice is not None:
            raise click.UsageError(f"{option} gives {twice} twice")
        pairs |= some
    return pairs
