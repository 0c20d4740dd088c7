"""Shows on stderr which step of a long command is running."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich import progress as rich_progress


Advance = Callable[[int], None]


class Progress:
    """A bar on a terminal, a line for each step elsewhere; a context manager.

    Parameters
    ----------
    steps : int
        Number of steps.
    """

    def __init__(self, steps: int) -> None:
        self._name, self._completed = "", 0
        self._bar = _bar() if sys.stderr.isatty() else None
        self._task = None if self._bar is None else self._bar.add_task("", total=steps)

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def add_steps(self, count: int) -> None:
        """Raise the number of steps by those that were found on the way."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, total=(self._bar.tasks[0].total or 0) + count)

    @contextmanager
    def step(self, name: str, reviews: int = 0) -> Iterator[Advance]:
        """Announce a step, once for a run of equal names, and count it when it is done.

        Parameters
        ----------
        name : str
            What is done.
        reviews : int
            How many reviews it goes through, all passes added up; 0 if that isn't known.

        Yields
        ------
        callable
            To be told how many more of them are done.
        """
        before, began = self._completed, monotonic()
        if name != self._name:
            self._name = name
            if self._bar is None:
                print(name, file=sys.stderr)
        self._show(name, before)
        done = 0

        def advance(count: int) -> None:
            nonlocal done
            done += count
            self._show(f"{pace(done, reviews, monotonic() - began)}: {name}", before + done / reviews)

        yield advance
        self._completed = before + 1
        self._show(name, self._completed)

    def _show(self, text: str, completed: float) -> None:
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, description=text, completed=completed, refresh=True)


def pace(done: int, total: int, seconds: float) -> str:
    """Say how fast a step goes through reviews, and how long it still takes.

    Parameters
    ----------
    done, total : int
        Reviews, at least 1.
    seconds : float
        Since it began, more than 0.
    """
    rate = done / seconds
    left = timedelta(seconds=round((total - done) / rate))
    return f"{left} left at {rate:,.0f} reviews/s"


def unseen(_count: int) -> None:
    """Take what a step's `advance` takes, where nobody looks."""


def _bar() -> rich_progress.Progress:
    from rich import progress  # noqa: PLC0415 - the jobs function has no terminal, and no rich
    from rich.console import Console  # noqa: PLC0415 - as above
    from rich.table import Column  # noqa: PLC0415 - as above

    # The text gets the width that the others leave, and is cut at its end on a narrow terminal.
    rest = Column(ratio=1, no_wrap=True, overflow="ellipsis")
    return progress.Progress(
        progress.TaskProgressColumn(),
        progress.BarColumn(bar_width=16),
        progress.TimeElapsedColumn(),
        progress.TextColumn("{task.description}", table_column=rest),
        console=Console(stderr=True),
        expand=True,
        transient=True,
    )
