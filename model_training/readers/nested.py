"""Reviews inside of JSON: lists within objects, objects within objects, or a table column by column."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from model_training.readers.columns import LOOSE, NAMES, listed, normalised
from model_training.readers.layouts import fits_any
from recall.errors import ReviewLogError

Entry = dict[str, Any]
# What has an id of its own.
CARDS = {*NAMES["card"], *LOOSE["card"]}
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
    value = _listed(value)
    entries = value if isinstance(value, list) else _records(value)
    for number, entry in enumerate(entries, 1):
        # Some write each review's JSON as text: `[log.to_json() for log in logs]`.
        found = _parsed(entry) if isinstance(entry, str) else entry
        if not isinstance(found, dict):
            raise ReviewLogError(f"{path}: entry {number} isn't an object; give one for each review")
        yield from _expanded(path, _flat(found), {})


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _listed(value: Any) -> Any:
    """Make lists of objects that stand under keys: the key is the card's name where they have none."""
    if isinstance(value, list):
        return [_listed(each) for each in value]
    if not isinstance(value, dict):
        return value
    inside = {key: _listed(each) for key, each in value.items()}
    several = len(inside) > 1  # of one, the key may as well be a word such as "data"
    if not several or fits_any(list(inside)) or not all(map(_is_of_reviews, inside.values())):
        return inside
    return [each if _has_card(each) else {"card": key, **each} for key, each in inside.items()]


def _is_of_reviews(value: Any) -> bool:
    """Tell whether an object is a review, or holds a list of them, whatever key it stands under."""
    if not isinstance(value, dict):
        return False
    flat = _flat(value)
    return fits_any([*flat, "card"]) or any(map(_is_list_of_objects, flat.values()))


def _has_card(entry: Mapping[str, Any]) -> bool:
    flat = _flat(entry)
    inner = [name for value in flat.values() if _is_list_of_objects(value) for name in _flat(value[0])]
    return any(normalised(name) in CARDS for name in [*flat, *inner])


def _records(value: Any) -> list[Any]:
    """Turn a table that is given column by column, as pandas writes it, into its rows."""
    if not isinstance(value, dict) or not value:
        return [value] if value else []
    names, rows, columns = value.get("columns"), value.get("data"), list(value.values())
    if isinstance(names, list) and isinstance(rows, list) and {len(row) for row in rows} == {len(names)}:
        return [dict(zip(names, row, strict=True)) for row in rows]
    if not fits_any(list(value)):
        return [value]
    if all(isinstance(each, dict) and each.keys() == columns[0].keys() for each in columns):
        return [{name: each[row] for name, each in value.items()} for row in columns[0]]
    if all(isinstance(each, list) and len(each) == len(columns[0]) for each in columns):
        return [dict(zip(value, row, strict=True)) for row in zip(*columns, strict=True)]
    return [value]


def _flat(entry: Mapping[str, Any]) -> Entry:
    """Name inner objects' values by their own name: a card's, a learner's and those of several by more."""
    paths = dict(_paths(entry, ()))
    short = {
        path: ".".join(path[-2:] if normalised(path[-2]) in THINGS else path[-1:])
        for path in paths
        if path[1:]
    }
    taken = Counter([*short.values(), *entry])
    return {
        short[path] if path in short and taken[short[path]] == 1 else ".".join(path): value
        for path, value in paths.items()
    }


def _paths(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict) and len(value) == 1 and next(iter(value)).startswith("$"):
        # MongoDB writes {"$date": …} for values of types that JSON doesn't have.
        yield from _paths(next(iter(value.values())), path)
    elif isinstance(value, dict) and (value or not path):
        for key, each in value.items():
            yield from _paths(each, (*path, key))
    else:
        yield path, value


def _expanded(path: Path, entry: Entry, outer: Entry, of: str = "") -> Iterator[Entry]:
    """Give an entry that is a review, or those in its lists, each with the values that surround it.

    ``of`` is the name of the list in which the entry is.
    """
    lists = {key: value for key, value in entry.items() if _is_list_of_objects(value)}
    own = {key: value for key, value in entry.items() if key not in lists}
    if not lists or fits_any(list(own)):
        yield {**outer, **own}
        return
    inner = {key: [_flat(each) for each in value] for key, value in lists.items()}
    around = {**outer, **_with_id_named(own, of, has_card=_has_card({**outer, **entry}))}
    fitting = [key for key, value in inner.items() if fits_any([*around, *value[0]])]
    by_card = (
        len(inner) > 1
        and not fitting
        and all(fits_any([*around, *value[0], "card"]) for value in inner.values())
    )
    if len(fitting) > 1:
        raise ReviewLogError(f"{path}: {listed(fitting)} each may be the reviews; keep one of them")
    for key in fitting or inner:
        for each in inner[key]:
            yield from _expanded(path, each, {**around, "card": key} if by_card else around, key)


def _with_id_named(entry: Entry, of: str, *, has_card: bool) -> Entry:
    """Name the ``id`` of what reviews are listed in: a learner's in a list of users, otherwise a card's."""
    whose = normalised(of).removesuffix("s") in NAMES["learner"]
    name = "user_id" if whose else "" if has_card else "card_id"
    return {(name if key == "id" and name else key): value for key, value in entry.items()}


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)
