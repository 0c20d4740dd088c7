"""Signals that end a run in order: whatever it is doing, its copy of the function is deleted first."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Self

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = b"\ndeleting the copy of the function: a moment\n"


class InterruptedRunError(KeyboardInterrupt):
    """A signal came; its argument is the signal's name."""


class Interruption:
    """Raises `InterruptedRunError` in the main thread at the first signal, and at no later one.

    A context manager. While it is held, a signal waits.
    """

    def __init__(self) -> None:
        self._came: signal.Signals | None = None
        self._held = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        for number in SIGNALS:
            # `nohup` ignores SIGHUP on purpose; a shell's `&` ignores SIGINT for want of a terminal.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._take)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _take(self, number: int, _frame: FrameType | None) -> None:
        first = self._came is None
        self._came = self._came or signal.Signals(number)
        if first and not self._held:
            raise InterruptedRunError(self._came.name)
        os.write(2, PATIENCE)  # print isn't made for signal handlers

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let signals wait for the end of a step that must not end halfway."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        if self._came is not None:
            raise InterruptedRunError(self._came.name)
