"""Command lines whose mistakes are reported in one line."""

from __future__ import annotations

import argparse
import math
from typing import TYPE_CHECKING, NoReturn

from benchmarks.errors import BenchmarkError

if TYPE_CHECKING:
    from collections.abc import Callable


class Parser(argparse.ArgumentParser):
    """A parser that raises instead of printing its usage."""

    def error(self, message: str) -> NoReturn:
        """Raise what is wrong with the arguments.

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
