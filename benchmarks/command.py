"""The command line of every benchmark: options, ``--help``, and mistakes in one line."""

from __future__ import annotations

import argparse
import math
import sys
from typing import TYPE_CHECKING, NoReturn

from benchmarks.errors import BenchmarkError
from recall.errors import RecallError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Command(argparse.ArgumentParser):
    """A benchmark as a command, to which options are added as to any parser.

    Parameters
    ----------
    module : str
        What ``python -m`` runs.
    about : str or None
        The module's docstring, for ``--help``.
    """

    def __init__(self, module: str, about: str | None) -> None:
        super().__init__(prog=f"python -m {module}", description=about)

    def start(self, run: Callable[[argparse.Namespace], int], arguments: Sequence[str] | None = None) -> int:
        """Parse the arguments, run the benchmark with them, and return its exit code.

        Returns
        -------
        int
            What `run` returns; 2, after one line on stderr, if an argument is wrong or nothing is measured.
        """
        try:
            return run(self.parse_args(arguments))
        except RecallError as error:
            print(f"error: {error}", file=sys.stderr)
            return 2

    def error(self, message: str) -> NoReturn:
        """Raise what is wrong with the arguments, instead of printing how they are used.

        Raises
        ------
        BenchmarkError
            Always.
        """
        raise BenchmarkError(message.removeprefix("argument "))


def number(minimum: float, maximum: float) -> Callable[[str], float]:
    """Return a type of argument: a number between bounds, such as 1e6."""

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not minimum <= value <= maximum:
            raise argparse.ArgumentTypeError(
                f"must be a number from {minimum:g} to {maximum:g}, not {text!r}"
            )
        return value

    return parse


def whole(minimum: int, maximum: int) -> Callable[[str], int]:
    """Return a type of argument: a whole number between bounds."""

    def parse(text: str) -> int:
        value = number(minimum, maximum)(text)
        if not value.is_integer():
            raise argparse.ArgumentTypeError(f"must be a whole number, not {text!r}")
        return int(value)

    return parse
