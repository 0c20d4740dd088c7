"""What is in a layer and what each step made of it: a table and JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from layer_build.checks import UNZIPPED_LIMIT, layer_root
from layer_build.slim import StepResult


def steps_file(out: Path) -> Path:
    """Return where a build keeps what its steps did: beside the folder, which itself is mounted."""
    return out.with_name(f"{out.name}.steps.json")


def write_steps(out: Path, results: Sequence[StepResult]) -> None:
    """Keep what the steps of a build did, for the report on ``out``."""
    rows = [result._asdict() for result in results]
    steps_file(out).write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


def summarize(out: Path) -> dict[str, Any]:
    """Return what is in the layer in a folder, as plain values; sizes in bytes.

    Raises
    ------
    LayerError
        If there is no layer.
    """
    root = layer_root(out)
    files = {
        path.relative_to(root).as_posix(): path.stat().st_size for path in root.rglob("*") if path.is_file()
    }
    size = sum(files.values())
    kept = steps_file(out)
    return {
        "bytes": size,
        "limit_bytes": UNZIPPED_LIMIT,
        "left_bytes": UNZIPPED_LIMIT - size,
        "packages": _by_package(files),
        "steps": json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else [],
        "files": dict(sorted(files.items())),
    }


def _by_package(files: Mapping[str, int]) -> dict[str, int]:
    packages: dict[str, int] = {}
    for name, size in files.items():
        package = name.partition("/")[0].partition(".")[0].partition("-")[0]
        package = {"scikit_learn": "sklearn"}.get(package, package)
        packages[package] = packages.get(package, 0) + size
    return dict(sorted(packages.items(), key=lambda item: (-item[1], item[0])))


def as_text(summary: Mapping[str, Any]) -> str:
    """Lay a summary out as tables for the terminal."""
    lines = [f"{'package':<16}{'MB':>8}{'share':>8}"]
    for name, size in summary["packages"].items():
        lines.append(f"{name:<16}{_mb(size):>8}{size / summary['bytes']:>8.1%}")
    lines += [f"{'all':<16}{_mb(summary['bytes']):>8}", ""]
    if summary["steps"]:
        lines.append(f"{'step':<14}{'before':>8}{'after':>8}{'MB less':>9}{'s':>7}  verified  what")
    for step in summary["steps"]:
        less = _mb(step["before"] - step["after"])
        verified = "yes" if step["verified"] else "no"
        lines.append(
            f"{step['name']:<14}{_mb(step['before']):>8}{_mb(step['after']):>8}{less:>9}{step['seconds']:>7.1f}"
            f"  {verified:<9} {step['note']}"
        )
    return "\n".join([*lines, *([""] if summary["steps"] else []), limit(summary)])


def limit(summary: Mapping[str, Any]) -> str:
    """Return a line on how much is left of Lambda's limit."""
    left, allowed = summary["left_bytes"], f"Lambda's {summary['limit_bytes']:,} bytes"
    if left < 0:
        return f"{_mb(-left)} MB over {allowed}: it can't be deployed"
    return f"{_mb(left)} MB of {allowed} are left for the function and its other layers{_undoing(summary)}"


def _undoing(summary: Mapping[str, Any]) -> str:
    """Return what would be left of the limit without the step that saves most."""
    saved = {step["name"]: step["before"] - step["after"] for step in summary["steps"]}
    if not saved:
        return ""
    largest = max(saved, key=lambda name: saved[name])
    left = summary["left_bytes"] - saved[largest]
    outcome = f"leave {_mb(left)} MB" if left >= 0 else f"be {_mb(-left)} MB over it"
    return f"; building --without {largest} would {outcome}"


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f}"
