"""The table of the faults, Markdown."""

from __future__ import annotations

from typing import Any

HEAD = """\
| fault | a warm function answers | a cold one | warm: well after | cold: well after | warm: slowest call | cold: slowest call |
|---|---|---|---:|---:|---:|---:|
"""  # noqa: E501 - a table's row is one line


def as_table(rows: list[dict[str, Any]]) -> str:
    """Return the rows as a table."""
    return HEAD + "".join(_line(row) for row in rows)


def _line(row: dict[str, Any]) -> str:
    recovery, slowest = row["recovery_s"], row["slowest_call_s"]
    return (
        f"| {row['fault']} | {_answer(row['warm'])} | {_answer(row['cold'])} "
        f"| {recovery['warm']:.1f} s | {recovery['cold']:.1f} s "
        f"| {slowest['warm'] * 1000:.1f} ms | {slowest['cold']:.2f} s |\n"
    )


def _answer(seen: dict[str, Any]) -> str:
    if seen["model_version"] is None:
        return f"{seen['status']}, Retry-After {seen['retry_after']}"
    degraded = f", degraded: {seen['reason']}" if seen["degraded"] else ""
    return f"{seen['status']}, model {seen['model_version']}{degraded}"
