"""A body of known fields, and numbers within bounds."""

from __future__ import annotations

from http_kit.problems import no_object, unknown, wrong

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any


class Number:
    """What a number must be.

    Parameters
    ----------
    minimum, maximum : float
        Its bounds.
    open_below, open_above : bool
        Whether the bound itself is out.
    whole : bool
        Whether it must be a whole number.
    """

    __slots__ = ("allowed", "maximum", "minimum", "open_above", "open_below", "whole")

    def __init__(
        self,
        minimum: float,
        maximum: float,
        *,
        open_below: bool = False,
        open_above: bool = False,
        whole: bool = False,
        unit: str = "",
    ) -> None:
        self.minimum, self.maximum = minimum, maximum
        self.open_below, self.open_above, self.whole = open_below, open_above, whole
        low = f"greater than {minimum}" if open_below else f"from {minimum}"
        high = f"and less than {maximum}" if open_above else f"to {maximum}"
        if open_below and not open_above:
            high = f"and at most {maximum}"
        kind = "a whole number" if whole else "a number"
        self.allowed = f"must be {kind} {low} {high}" + (f" ({unit})" if unit else "")

    def holds(self, value: Any) -> bool:
        """Return whether a value is such a number; true and false are none."""
        return (
            type(value) in (int, float)
            and (self.minimum < value if self.open_below else self.minimum <= value)
            and (value < self.maximum if self.open_above else value <= self.maximum)
            and not (self.whole and value != int(value))
        )

    def read(self, holder: dict[str, Any], name: str, place: str | int = "") -> Any:
        """Return a field's number.

        Raises
        ------
        InvalidInputError
            Naming the field, if it isn't such a number.
        """
        if not self.holds(holder.get(name)):
            raise wrong(holder, name, self.allowed, place)
        return int(holder[name]) if self.whole else holder[name]


def as_object(body: Any, example: str, known: tuple[str, ...]) -> dict[str, Any]:
    """Return a body, which must be an object of known fields."""
    if type(body) is not dict:
        raise no_object("body", body, example)
    for name in body:
        if name not in known:
            raise unknown(name, known, "")
    return body
