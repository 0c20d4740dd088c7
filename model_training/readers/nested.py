"""Reviews inside of JSON: lists within objects, objects within objects, or a table column by column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from model_training.readers.columns import NAMES, listed, normalised
from model_training.readers.layouts import fits_any
from recall.errors import ReviewLogError

Entry = dict[str, Any]
# What has an id of its own.
THINGS = {name for field in ("learner", "card") for name in NAMES[field]} | {"word", "deck", "note"}


def reviews_in(path: Path, value: Any) -> Iterator[Entry]:
    """Find the reviews in what a JSON file holds.

    Parameters
    ----------
    path : Path
        The file, for messages.
    value : any JSON value
        The file's content.

    Yields
    ------
    dict
        A review; what surrounds it, such as its card, is among its own values, and inner objects are flat:
        ``{"card": {"id": 1}}`` is ``{"card.id": 1}``.

    Raises
    ------
    ReviewLogError
        If something in the place of a review is no object, or several lists may be the reviews.
    """
    entries = value if isinstance(value, list) else _records(value)
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict):
            raise ReviewLogError(f"{path}: entry {number} isn't an object; give one for each review")
        yield from _expanded(path, _flat(entry), {})


def _records(value: Any) -> list[Any]:
    """Turn a table that is given column by column, as pandas writes it, into its rows."""
    if not isinstance(value, dict) or not value:
        return [value] if value else []
    if isinstance(value.get("columns"), list) and isinstance(value.get("data"), list):
        return [dict(zip(value["columns"], row, strict=False)) for row in value["data"]]
    columns = list(value.values())
    if all(isinstance(column, dict) for column in columns) and fits_any(list(value)):
        return [{name: column.get(row) for name, column in value.items()} for row in columns[0]]
    if all(isinstance(column, list) for column in columns) and fits_any(list(value)):
        return [dict(zip(value, row, strict=False)) for row in zip(*columns, strict=False)]
    return [value]


def _flat(entry: Mapping[str, Any]) -> Entry:
    """Name inner objects' values: those of a card or a learner with its name before them, others alone."""
    flat = {key: value for key, value in entry.items() if not (isinstance(value, dict) and value)}
    for key, value in entry.items():
        if isinstance(value, dict) and value:
            of_thing = f"{normalised(key)}." if normalised(key) in THINGS else ""
            inner = {f"{of_thing}{name}": each for name, each in _flat(value).items()}
            flat = {**inner, **flat}
    return flat


def _expanded(path: Path, entry: Entry, outer: Entry) -> Iterator[Entry]:
    """Give an entry that is a review, or those in its lists, each with the values that surround it."""
    lists = {key: value for key, value in entry.items() if _is_list_of_objects(value)}
    own = {key: value for key, value in entry.items() if key not in lists}
    if not lists or fits_any(list(own)):
        yield {**outer, **own}
        return
    around = {**outer, **_named_as_card(own)}
    inner = {key: [_flat(each) for each in value] for key, value in lists.items()}
    fitting = [key for key, value in inner.items() if fits_any([*around, *value[0]])]
    by_card = not fitting and all(fits_any([*around, *value[0], "card"]) for value in inner.values())
    if len(fitting) > 1:
        raise ReviewLogError(f"{path}: {listed(fitting)} each may be the reviews; keep one of them")
    for key in fitting or inner:
        for each in inner[key]:
            yield from _expanded(path, each, {**around, "card": key} if by_card else around)


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def _named_as_card(entry: Entry) -> Entry:
    """Take the ``id`` of what reviews are listed in for the card's, unless that has another name."""
    if "id" not in entry or any(normalised(key) in NAMES["card"] for key in entry):
        return entry
    return {("card_id" if key == "id" else key): value for key, value in entry.items()}
