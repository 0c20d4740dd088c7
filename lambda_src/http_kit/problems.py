"""The errors of wrong fields: which field, what is allowed, what was found.

A place is text, such as ``cards[3].reviews[2]`` (empty for the body itself), or a card's index in the list.
"""

from __future__ import annotations

from recall.errors import InvalidInputError

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

LONGEST_ECHO = 10**18
LONGEST_NAME = 100


def given_twice(pairs: list[tuple[str, Any]]) -> InvalidInputError:
    """Name a key that an object holds twice."""
    # Not with count(): a body of 100,000 names would take minutes.
    last = {name: index for index, (name, _) in enumerate(pairs)}
    twice = next(name for index, (name, _) in enumerate(pairs) if last[name] != index)
    return InvalidInputError(echo(twice), "is given twice in one object; send it once")


def no_object(place: str | int, value: Any, example: str) -> InvalidInputError:
    """Say that a body or a card is no object."""
    if place == "body":
        return InvalidInputError("body", f"must be a JSON object, such as {example}")
    return InvalidInputError(at(place), f"must be an object, such as {example}, not {type_name(value)}")


def wrong_list(
    holder: dict[str, Any], name: str, most: int, what: str, place: str | int = "", *, least: int = 1
) -> InvalidInputError:
    """Say that a list is missing, isn't one, is too short, or is too long."""
    allowed = f"must be a list of {least} to {most} {what}"
    value = holder.get(name)
    if isinstance(value, list):
        return InvalidInputError(inside(place, name), f"{allowed}, not a list of {len(value)}")
    return wrong(holder, name, allowed, place)


def wrong(holder: dict[str, Any], name: str, allowed: str, place: str | int) -> InvalidInputError:
    """Say that a field is missing, or what was found in place of what is allowed."""
    if name not in holder:
        return InvalidInputError(inside(place, name), f"is missing; it {allowed}")
    return InvalidInputError(inside(place, name), f"{allowed}, not {found(holder[name])}")


def unknown(name: str, known: tuple[str, ...], place: str | int) -> InvalidInputError:
    """Say that a field isn't known, and which are."""
    return InvalidInputError(inside(place, echo(name)), f"is unknown; known are {', '.join(known)}")


def inside(place: str | int, name: str) -> str:
    """Return a field's place: its name, behind the place of what holds it."""
    return f"{at(place)}.{name}" if place != "" else name


def at(place: str | int) -> str:
    """Return a place as text."""
    return f"cards[{place}]" if isinstance(place, int) else place


def found(value: Any) -> str:
    """Return a value as an answer may show it: a number as it is, of anything else the type."""
    if type(value) not in (int, float):
        return type_name(value)
    # A whole number of thousands of digits is valid JSON; Python refuses to print it.
    return "a number that large" if abs(value) >= LONGEST_ECHO else f"{value}"


def echo(name: str) -> str:
    """Return a caller's own name, which may be empty, a page long, or unfit to be shown in one line."""
    name = name[:LONGEST_NAME] or '""'
    return name if name.isprintable() else name.encode("unicode_escape").decode()


def type_name(value: Any) -> str:
    """Return JSON's name of a value's type."""
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")
