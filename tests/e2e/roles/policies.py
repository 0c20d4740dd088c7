"""What IAM says to a request by a role's own policies: what ours use of them; anything else is an error.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

Statement = Mapping[str, Any]
KNOWN = {"Effect", "Action", "Resource", "Condition", "Sid"}


class Request(NamedTuple):
    """What a call needs: an action on a resource, and the condition keys that the call brings along."""

    action: str
    resource: str
    context: Mapping[str, str] = {}


def allows(statements: Sequence[Statement], request: Request) -> bool:
    """Return whether the statements let a request through: one allows it, and none denies it."""
    effects = [statement["Effect"] for statement in statements if covers(statement, request)]
    return "Allow" in effects and "Deny" not in effects


def covers(statement: Statement, request: Request) -> bool:
    """Return whether a statement is about a request.

    Raises
    ------
    ValueError
        If the statement has something that isn't evaluated here.
    """
    if unknown := set(statement) - KNOWN:
        raise ValueError(f"statements with {', '.join(sorted(unknown))} aren't evaluated here: {statement}")
    return (
        any(like(request.action.lower(), action.lower()) for action in listed(statement["Action"]))
        and any(like(request.resource, resource) for resource in listed(statement["Resource"]))
        and all(
            _holds(operator, request.context.get(key), listed(wanted))
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
    )


def listed(value: str | Sequence[str]) -> Sequence[str]:
    """Return what may be one or several as several."""
    return [value] if isinstance(value, str) else value


def like(text: str, pattern: str) -> bool:
    """Return whether a text matches a pattern: * stands for any text, ? for any character."""
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, text, re.DOTALL) is not None


OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda text, wanted: text == wanted,
    "StringLike": like,
    "ArnLike": like,
}


def _holds(operator: str, given: str | None, wanted: Sequence[str]) -> bool:
    if operator not in OPERATORS:
        raise ValueError(f"the condition operator {operator} isn't evaluated here")
    # A key that the request doesn't bring along never matches.
    return given is not None and any(OPERATORS[operator](given, value) for value in wanted)
