"""The tables, Markdown, and whether all is well."""

from __future__ import annotations

from typing import Any

RUNTIME_HEAD = """\
| through the runtime client | calls | calls a second | p50 | p95 | p99 | p50 / floor's | p99 / floor's |
|---|---:|---:|---:|---:|---:|---:|---:|
"""
GATEWAY_HEAD = """\
| through API Gateway | asked a second | answered a second | statuses | p50 | p95 | p99 |
|---|---:|---:|---|---:|---:|---:|
"""


def as_text(results: dict[str, Any]) -> str:
    """Return the tables, and the verdicts below them."""
    runtime, gateway = results["runtime"], results["gateway"]
    floor = runtime["rows"][-1]
    tables = [
        RUNTIME_HEAD + "".join(_runtime_line(row, floor) for row in runtime["rows"]),
        _memory(runtime["memory"]),
        GATEWAY_HEAD + "".join(_gateway_line(row) for row in gateway["rows"]),
        _throttle(gateway),
        _verdict(results),
    ]
    return "\n".join(tables)


def problems(results: dict[str, Any]) -> list[str]:
    """Return what isn't well, in words; an empty list when everything is."""
    runtime, rows = results["runtime"], results["gateway"]["rows"]
    found = [problem for part in (runtime, *rows) for problem in part["first_wrong"]]
    if runtime["memory"]["grown"]:
        found.append("the function's memory grows from call to call")
    below, above, after = (row["statuses"] for row in rows)
    if set(below) != {"200"}:
        found.append(f"below the throttle not every answer is 200: {below}")
    if set(above) - {"200", "429"}:
        found.append(f"above the throttle not every answer is 200 or 429: {above}")
    if "429" not in above:
        found.append(f"above the throttle nobody was refused: {above}")
    if set(after) != {"200"}:
        found.append(f"after Retry-After not every answer is 200: {after}")
    return found


def _runtime_line(row: dict[str, Any], floor: dict[str, Any]) -> str:
    return (
        f"| {row['workload']} | {row['calls']:,} | {row['per_second']:,.0f} | {_times(row, 2)} "
        f"| {row['of_floor']:.2f} | {row['p99_ms'] / floor['p99_ms']:.2f} |\n"
    )


def _gateway_line(row: dict[str, Any]) -> str:
    statuses = ", ".join(f"{count:,} × {status}" for status, count in row["statuses"].items())
    return (
        f"| {row['phase']} | {row['asked_per_second']:.0f} | {row['answered_per_second']:.0f} "
        f"| {statuses} | {_times(row, 0)} |\n"
    )


def _times(row: dict[str, Any], digits: int) -> str:
    return " | ".join(f"{row[f'p{q}_ms']:.{digits}f} ms" for q in (50, 95, 99))


def _memory(memory: dict[str, Any]) -> str:
    start, end = (memory[f"{name}_bytes"] / 2**20 for name in ("start", "end"))
    slope, tolerance = (memory[f"{name}_bytes"] / 2**10 for name in ("slope", "tolerance"))
    return (
        f"Memory of the function's process: {start:.2f} MiB after {memory['warm_up_calls']:,} calls, "
        f"{end:.2f} MiB at the end; slope {slope:+.1f} KiB per {memory['per_calls']:,} calls, "
        f"tolerance {tolerance:.0f} KiB: {'GROWN' if memory['grown'] else 'not grown'}.\n"
    )


def _throttle(gateway: dict[str, Any]) -> str:
    stage, key = gateway["throttle"], gateway["slow_throttle"]
    return (
        f"{gateway['users']} users. Throttle of the stage: {stage['rate']:.0f} a second, burst "
        f"{stage['burst']}; of the key whose throttle is crossed: {key['rate']:.0f} a second, burst "
        f"{key['burst']}. Retry-After: {', '.join(map(str, gateway['retry_after_s']))} s.\n"
    )


def _verdict(results: dict[str, Any]) -> str:
    answers = sum(row["calls"] for row in results["runtime"]["rows"] if row["workload"] != "floor")
    answers += sum(count for row in results["gateway"]["rows"] for count in row["statuses"].values())
    wrong = sum(part["wrong"] for part in (results["runtime"], *results["gateway"]["rows"]))
    return f"{answers:,} answers compared with the model in the benchmark's process: {wrong:,} wrong.\n"
