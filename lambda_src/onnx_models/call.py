"""One operator's call: its attributes, and what is known of its inputs."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple

from onnx_models.values import Floats, UnfitError, Value, known

if TYPE_CHECKING:
    from onnx_models.onnx_file import Node


class Call(NamedTuple):
    """A node with its inputs, None for an optional one that is left out."""

    node: Node
    inputs: list[Value | None]

    def optional(self, position: int) -> Value | None:
        """Return an input, None if it isn't there."""
        return self.inputs[position] if position < len(self.inputs) else None

    def input(self, position: int = 0) -> Value:
        """Return an input that must be there.

        Raises
        ------
        UnfitError
            If it isn't.
        """
        value = self.optional(position)
        if value is None:
            raise UnfitError(f"its input {position + 1} is missing")
        return value

    def given(self) -> list[Value]:
        """Return the inputs that are there, at least one."""
        values = [value for value in self.inputs if value is not None]
        return values or [self.input()]

    def number(self, name: str, default: int) -> int:
        """Return an attribute that is an integer."""
        value = self.node.attributes.get(name, default)
        if not isinstance(value, int):
            raise UnfitError(f"its {name} isn't an integer")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return an attribute that is 0 or 1."""
        value = self.number(name, int(default))
        if value not in (0, 1):
            raise UnfitError(f"its {name} is {value}: it must be 0 or 1")
        return value == 1

    def numbers(self, name: str) -> array[int] | None:
        """Return an attribute that is a list of integers, None if it isn't there."""
        value = self.node.attributes.get(name)
        if not isinstance(value, array | None):
            raise UnfitError(f"its {name} isn't a list of integers")
        return value

    def count(self, name: str) -> int:
        """Return how many numbers an attribute lists that is a list of floats; 0 if it isn't there."""
        value = self.node.attributes.get(name, Floats(0))
        if not isinstance(value, Floats):
            raise UnfitError(f"its {name} isn't a list of floats")
        return value.number

    def sizes(self, name: str, position: int) -> tuple[int, ...] | None:
        """Return integers that older opsets have as an attribute, newer ones as a constant input."""
        listed = self.numbers(name)
        if listed is not None:
            return tuple(listed)
        value = self.optional(position)
        return None if value is None else known(value, name)
