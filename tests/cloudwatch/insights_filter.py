"""The condition of a Logs Insights query's ``filter``."""

import operator
import re
from collections import deque
from collections.abc import Callable
from typing import Any

from tests.cloudwatch.insights_syntax import QueryError, number

Predicate = Callable[[dict[str, Any]], bool]
ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def predicate(tokens: list[str]) -> Predicate:
    """Return what tells whether a log line fulfils a condition.

    Raises
    ------
    QueryError
        If the condition isn't understood.
    """
    rest = deque([*tokens, ""])
    found = _any_of(rest)
    if rest[0]:
        raise QueryError(f"{' '.join(rest)}isn't understood")
    return found


def _any_of(rest: deque[str]) -> Predicate:
    terms = [_all_of(rest)]
    while rest[0] == "or":
        rest.popleft()
        terms.append(_all_of(rest))
    return lambda record: any(term(record) for term in terms)


def _all_of(rest: deque[str]) -> Predicate:
    terms = [_term(rest)]
    while rest[0] == "and":
        rest.popleft()
        terms.append(_term(rest))
    return lambda record: all(term(record) for term in terms)


def _term(rest: deque[str]) -> Predicate:
    first = rest.popleft()
    if first == "not":
        inner = _term(rest)
        return lambda record: not inner(record)
    if first == "(":
        inner = _any_of(rest)
        if rest.popleft() != ")":
            raise QueryError("a bracket isn't closed")
        return inner
    return _comparison(first, rest.popleft(), rest.popleft())


def _comparison(name: str, sign: str, operand: str) -> Predicate:
    if sign == "like" and operand.startswith("/"):
        pattern = re.compile(operand[1:-1])
        return lambda record: bool(pattern.search(str(record.get(name, ""))))
    if sign in ORDER:
        compare, bound = ORDER[sign], number(operand)
        return lambda record: record.get(name) is not None and compare(number(record[name]), bound)
    if sign in {"=", "!="}:
        wanted = operand.strip('"')
        return lambda record: name in record and (str(record[name]) == wanted) == (sign == "=")
    raise QueryError(f"{name} {sign} {operand} isn't understood")
