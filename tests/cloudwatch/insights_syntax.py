"""A Logs Insights query's words: its commands, their items, and the fields that they name."""

import re
from collections.abc import Iterator

TOKEN = re.compile(
    r"""\s*(?:("[^"]*"|/(?:\\.|[^/\\])+/|\d+(?:\.\d+)?[smhd]?\b|@?[A-Za-z_][\w.]*|<=|>=|!=|[=<>(),|*])|(\S))"""
)
VERBS = {"fields", "filter", "stats", "sort", "limit"}
FUNCTIONS = {"count", "pct", "max", "min", "sum", "bin"}
RESERVED = VERBS | FUNCTIONS | {"by", "as", "and", "or", "not", "like", "asc", "desc"}


class QueryError(Exception):
    """A query can't be run; the message says why."""


def commands(query: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each command's verb, and the words after it.

    Raises
    ------
    QueryError
        At a sign that no word begins with.
    """
    tokens: list[str] = []
    for known, other in TOKEN.findall(query.rstrip() + "|"):
        if other:
            raise QueryError(f"{other!r} isn't understood")
        if known != "|":
            tokens.append(known)
        elif tokens:
            yield tokens[0], tokens[1:]
            tokens = []


def items(tokens: list[str]) -> list[list[str]]:
    """Split words at the commas that stand outside of brackets."""
    found: list[list[str]] = [[]]
    depth = 0
    for word in tokens:
        depth += {"(": 1, ")": -1}.get(word, 0)
        if word == "," and not depth:
            found.append([])
        else:
            found[-1].append(word)
    return [item for item in found if item]


def names(query: str) -> set[str]:
    """Return the fields that a query takes from the log lines, without those that it makes itself."""
    taken, made = set(), set()
    for verb, tokens in commands(query):
        for before, token in zip([verb, *tokens], tokens, strict=False):
            if before == "as":
                made.add(token)
            elif re.match(r"@?[A-Za-z_]", token) and token not in RESERVED:
                taken.add(token)
    return taken - made


def number(value: object) -> float:
    """Return a field's value as a number; Insights compares and adds text that looks like one, too.

    Raises
    ------
    QueryError
        If it isn't one.
    """
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise QueryError(f"{value!r} isn't a number") from None
