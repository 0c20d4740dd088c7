"""Runs CloudWatch Logs Insights queries over log lines: the part of the language that the runbook uses.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html. Insights itself shows nothing
where a query names a field that no line has; here that is an error, and so is what isn't understood.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from tests.cloudwatch.alarms import statistic
from tests.cloudwatch.insights_filter import predicate
from tests.cloudwatch.insights_syntax import QueryError, commands, items, names, number

Record = dict[str, Any]
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
AGGREGATES = {"pct": None, "max": max, "min": min, "sum": sum}


def run(query: str, records: Sequence[Record]) -> list[Record]:
    """Return the rows of a query's answer.

    Parameters
    ----------
    query : str
        The commands, with ``|`` between them.
    records : sequence of dict
        The log lines, as `tests.cloudwatch.log_lines.record` reads them.

    Raises
    ------
    QueryError
        If the query isn't of the known part of the language, or names a field that no line has.
    """
    unknown = names(query) - {name for record in records for name in record}
    if unknown:
        raise QueryError(f"no line has {', '.join(sorted(unknown))}")
    rows, shown = list(records), ["@timestamp", "@message"]
    for verb, tokens in commands(query):
        match verb:
            case "fields":
                shown = ["".join(item) for item in items(tokens)]
            case "filter":
                rows = list(filter(predicate(tokens), rows))
            case "stats":
                rows, shown = _stats(tokens, rows)
            case "sort":
                if tokens[1:] not in (["asc"], ["desc"]):
                    raise QueryError(f"sort {' '.join(tokens)} isn't understood: write sort name desc")
                rows.sort(key=lambda row, key=tokens[0]: row.get(key) or 0, reverse=tokens[1] == "desc")
            case "limit":
                rows = rows[: int(tokens[0])]
            case _:
                raise QueryError(f"{verb} isn't understood")
    return [{name: row.get(name) for name in shown} for row in rows]


def _stats(tokens: list[str], rows: Iterable[Record]) -> tuple[list[Record], list[str]]:
    """Return a row for each group of lines, and the names of its columns."""
    middle = tokens.index("by") if "by" in tokens else len(tokens)
    keys = ["".join(item) for item in items(tokens[middle + 1 :])]
    columns = dict(_column(item) for item in items(tokens[:middle]))
    groups: dict[tuple[Any, ...], list[Record]] = defaultdict(list)
    for row in rows:
        groups[tuple(_key(key, row) for key in keys)].append(row)
    table = [
        dict(zip(keys, group, strict=True))
        | {name: _aggregate(call, members) for name, call in columns.items()}
        for group, members in groups.items()
    ]
    return table, [*keys, *columns]


def _column(item: list[str]) -> tuple[str, list[str]]:
    """Return a column's name, and the call that makes it: its function, then what stands in brackets."""
    *call, _as, name = item
    if _as != "as" or call[1] != "(" or call[-1] != ")":
        raise QueryError(f"{' '.join(item)} isn't understood: write count(*) as name")
    return name, [call[0], *call[2:-1]]


def _aggregate(call: list[str], rows: list[Record]) -> Any:
    if call == ["count", "*"]:
        return len(rows)
    function, name, *rest = call
    if function not in AGGREGATES:
        raise QueryError(f"{function}() isn't understood")
    values = [number(row[name]) for row in rows if row.get(name) is not None]
    if not values:
        return None
    return statistic(f"p{rest[1]}", values) if function == "pct" else AGGREGATES[function](values)


def _key(key: str, row: Record) -> Any:
    found = re.fullmatch(r"bin\((\d+)([smhd])\)", key)
    if not found:
        return row.get(key)
    width = int(found[1]) * SECONDS[found[2]]
    return row["@timestamp"] // width * width
