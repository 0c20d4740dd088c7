"""The document's own example requests, written as JSON text with something hostile at one place."""

import json
from collections.abc import Iterator
from typing import Any

from .gateway import DOCUMENT

LEARNER = "ada"  # whose reviews are sent to the memory
Place = tuple[str | int, ...]


def examples() -> list[tuple[str, Any]]:
    """Return path and body of each example request.

    Of reviews to store there is only one: of several, a wrong one is rejected, and the others are stored.
    """
    return [
        (path, _with_one_review(path, example["value"]))
        for path, operations in DOCUMENT["paths"].items()
        for example in operations.get("post", {})
        .get("requestBody", {})
        .get("content", {})
        .get("application/json", {})
        .get("examples", {})
        .values()
    ]


def _with_one_review(path: str, body: dict[str, Any]) -> dict[str, Any]:
    if path.endswith("/reviews"):
        return body | {"reviews": body["reviews"][:1]}
    if path.endswith("/import"):
        card = body["cards"][0]
        return body | {"cards": [card | {"reviews": card["reviews"][:1]}]}
    return body


def places(value: Any, here: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Yield each place of a body below the whole, and what is there."""
    children: Any = ()
    if isinstance(value, dict):
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    for key, child in children:
        yield (*here, key), child
        yield from places(child, (*here, key))


def named(place: Place) -> str:
    """Return a place as the service's errors name it."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in place).lstrip(".")


def with_token(value: Any, place: Place, token: str) -> str:
    """Return the JSON text of a body with a token, as written, at a place."""
    if not place:
        return token
    key, *rest = place

    def text(name: str | int, child: Any) -> str:
        return with_token(child, tuple(rest), token) if name == key else json.dumps(child)

    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{json.dumps(name)}: {text(name, child)}" for name, child in value.items()) + "}"
        )
    return "[" + ", ".join(text(index, child) for index, child in enumerate(value)) + "]"


def with_twin(value: Any, place: Place) -> str:
    """Return the JSON text of a body in which the name at the place is given twice."""
    *parent, name = place
    owner = value
    for key in parent:
        owner = owner[key]
    own = json.dumps(owner)[1:-1]
    return with_token(value, tuple(parent), f"{{{own}, {json.dumps(name)}: {json.dumps(owner[name])}}}")
