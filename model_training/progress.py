"""Shows on stderr which step of a long command is running."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich import progress as rich_progress


class Progress:
    """A bar on a terminal, a line for each step elsewhere; a context manager.

    Parameters
    ----------
    steps : int
        Number of steps.
    """

    def __init__(self, steps: int) -> None:
        self._name = ""
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
    def step(self, name: str) -> Iterator[None]:
        """Announce a step, once for a run of equal names, and count it when it is done."""
        if name != self._name:
            self._name = name
            if self._bar is not None and self._task is not None:
                self._bar.update(self._task, description=name)
            else:
                print(name, file=sys.stderr)
        yield
        if self._bar is not None and self._task is not None:
            self._bar.advance(self._task)


def _bar() -> rich_progress.Progress:
    from rich import progress  # noqa: PLC0415 - the jobs function has no terminal, and no rich
    from rich.console import Console  # noqa: PLC0415 - as above

    return progress.Progress(
        progress.TaskProgressColumn(),
        progress.BarColumn(bar_width=24),
        progress.TextColumn("{task.description}"),
        progress.TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
