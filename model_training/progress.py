"""Shows on stderr which step of a long command is running."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from tqdm import tqdm


class Progress:
    """A bar on a terminal, a line for each step elsewhere; a context manager.

    Parameters
    ----------
    steps : int
        Number of steps.
    """

    def __init__(self, steps: int) -> None:
        self._name = ""
        self._bar = _bar(steps) if sys.stderr.isatty() else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def add_steps(self, count: int) -> None:
        """Raise the number of steps by what only turned out on the way."""
        if self._bar is not None:
            self._bar.total += count

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Announce a step, once for a run of equal names, and count it when it is done."""
        if name != self._name:
            self._name = name
            if self._bar is not None:
                self._bar.set_description_str(name)
            else:
                print(name, file=sys.stderr)
        yield
        if self._bar is not None:
            self._bar.update()


def _bar(steps: int) -> tqdm[None]:
    from tqdm import tqdm  # noqa: PLC0415 - the jobs function has no terminal, and no tqdm

    return tqdm(
        total=steps,
        file=sys.stderr,
        leave=False,
        bar_format="{percentage:3.0f}% |{bar:24}| {desc} [{elapsed}]",
    )
