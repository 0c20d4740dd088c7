"""What a run is asked for: the sizes, and the event that the function gets."""

import json
from collections import Counter
from pathlib import Path

from tools.tune.errors import TuneError

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
LEAST_MEMORY_MB, MOST_MEMORY_MB = 128, 10_240
MOST_PAYLOAD_BYTES = 6 * 1024**2  # of a call whose caller waits for the response


def read_sizes(text: str) -> tuple[int, ...]:
    """Return the memory sizes of a list such as ``128,512,1769``, in MB, in ascending order.

    Raises
    ------
    TuneError
        If one isn't a whole number, is out of Lambda's range, or is there twice.
    """
    sizes = [_read_size(part.strip()) for part in text.split(",")]
    twice = [size for size, count in Counter(sizes).items() if count > 1]
    if twice:
        raise TuneError(f"--memory: {twice[0]} is there twice; give each size once")
    return tuple(sorted(sizes))


def _read_size(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise TuneError(f"--memory: {text!r} isn't a whole number of MB; give sizes such as 128,512,1769")
    size = int(text)
    if not LEAST_MEMORY_MB <= size <= MOST_MEMORY_MB:
        raise TuneError(
            f"--memory: a function has from {LEAST_MEMORY_MB} to {MOST_MEMORY_MB} MB, not {text}; "
            "give sizes such as 128,512,1769"
        )
    return size


def read_payload(path: Path) -> bytes:
    """Return the event in a file, as it is sent.

    Raises
    ------
    TuneError
        If the file can't be read, isn't JSON, or is larger than Lambda takes.
    """
    try:
        payload = path.read_bytes()
    except OSError as error:
        raise TuneError(f"--payload: {path}: {error.strerror}; docs/tune.md has an event") from error
    if len(payload) > MOST_PAYLOAD_BYTES:
        raise TuneError(
            f"--payload: {path} has {len(payload):,} bytes, and Lambda takes {MOST_PAYLOAD_BYTES:,} at most; "
            "give a smaller event"
        )
    try:
        json.loads(payload.decode(), parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise TuneError(
            f"--payload: {path}, line {error.lineno} column {error.colno}: not JSON ({error.msg}); "
            "docs/tune.md has an event"
        ) from error
    except (ValueError, RecursionError) as error:
        raise TuneError(
            f"--payload: {path}: not JSON in UTF-8 ({error}); docs/tune.md has an event"
        ) from error
    return payload


def _refuse(name: str) -> None:
    raise ValueError(f"{name} isn't JSON's")
