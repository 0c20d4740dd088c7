"""Types of arguments, and arguments that several commands have."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date


def add_lake(command: argparse.ArgumentParser) -> None:
    """Add which lake a command works on."""
    command.add_argument("--bucket", metavar="NAME", help="the data lake's bucket (default: make up's)")
    command.add_argument("--endpoint-url", metavar="URL", help="of another S3 than AWS's")


def whole(minimum: int, maximum: int) -> Callable[[str], int]:
    """Return an argument type: a whole number within bounds."""

    def parse(text: str) -> int:
        if not text.isdecimal() or not minimum <= int(text) <= maximum:
            raise argparse.ArgumentTypeError(f"{text!r} isn't a whole number from {minimum} to {maximum}")
        return int(text)

    return parse


def probability(text: str) -> float:
    """Return a number between 0 and 1, both excluded."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value < 1.0:
        raise argparse.ArgumentTypeError(f"{text!r} isn't a number greater than 0 and less than 1")
    return value


def day(text: str) -> date:
    """Return a calendar day."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} isn't a day, such as 2026-11-20") from error


def reason(text: str) -> str:
    """Return a reason that says something."""
    if not text.strip():
        raise argparse.ArgumentTypeError("give the reason, for the record")
    return text.strip()
