"""Tables in JSON: a list of objects, objects one after another, or either inside other objects."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from textwrap import shorten
from typing import Any

import pandas as pd

from model_training.readers.chunks import ROWS, Chunk, Table
from model_training.readers.encodings import encoding
from model_training.readers.nested import reviews_in
from recall.errors import ReviewLogError


def open_json(path: Path) -> Table:
    """Read a JSON file.

    Raises
    ------
    ReviewLogError
        If it isn't JSON, or holds no objects.
    """
    written = encoding(path)
    text = path.read_text(encoding=written.name).replace("\0", "").lstrip("\ufeff").strip("\x1e \t\r\n")
    entries = list(reviews_in(path, _documents(path, text)))
    if not entries:
        raise ReviewLogError(f"{path}: there are no reviews in it; give one object for each")
    columns = list(dict.fromkeys(column for entry in entries for column in entry))

    def read(wanted: Sequence[str]) -> Iterator[Chunk]:
        rest, number = iter(entries), 1
        while part := list(islice(rest, ROWS)):
            # As objects: numbers stay exact beside missing ones.
            values = [[entry.get(column) for column in wanted] for entry in part]
            index = pd.RangeIndex(number, number + len(part))
            rows = pd.DataFrame(values, columns=list(wanted), index=index, dtype="object")
            yield Chunk(rows, len(part), notes=written.notes)
            number += len(part)

    return Table(columns, "entry", read)


def _documents(path: Path, text: str) -> Any:
    """Parse one value, or several one after another: in lines, or over lines as ``json.dumps(indent=2)``."""
    decoder, found, at = json.JSONDecoder(), [], 0
    try:
        while at < len(text):
            value, at = decoder.raw_decode(text, at)
            found.append(value)
            # Between lists, some writers put commas.
            while at < len(text) and text[at] in " \t\r\n,\0\x1e":
                at += 1
    except (ValueError, RecursionError) as error:
        line = text.count("\n", 0, at) + 1
        raise ReviewLogError(
            f"{path}: not JSON, or cut off, in the value that begins in line {line} "
            f"({shorten(str(error), 100)}); give a list of objects, or one object after another"
        ) from error
    return found[0] if len(found) == 1 else found
