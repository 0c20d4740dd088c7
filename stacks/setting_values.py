"""Which values a setting takes, in the words of the errors and of docs/settings.md."""

import json
from dataclasses import dataclass
from typing import Any, get_args

from annotated_types import Ge, Le
from pydantic import GetCoreSchemaHandler
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, core_schema


@dataclass(frozen=True)
class OneOf:
    """Narrows a type to choices that are known when the program runs, as ``Literal`` does to written ones."""

    choices: tuple[object, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check the type first, then that the value is one of the choices."""
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def _check(self, value: object) -> object:
        if value not in self.choices:
            raise ValueError
        return value


def accepted_values(field: FieldInfo) -> str:
    """Return in words which values a setting takes, such as ``an integer from 1 to 29``.

    A field with a pattern has them as its description.
    """
    if field.description:
        return field.description
    if field.annotation is bool:
        return "true or false"
    choices = get_args(field.annotation) or next(
        (rule.choices for rule in field.metadata if isinstance(rule, OneOf)), ()
    )
    if choices:
        return f"one of {', '.join(map(json.dumps, choices))}"
    minimum = next(rule.ge for rule in field.metadata if isinstance(rule, Ge))
    maximum = next(rule.le for rule in field.metadata if isinstance(rule, Le))
    return f"{'an integer' if field.annotation is int else 'a number'} from {minimum} to {maximum}"
