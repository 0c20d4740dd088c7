"""Schemathesis, run against a running service from its own OpenAPI document."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]
CONFIG = Path(__file__).with_name("schemathesis.toml")


def fuzz(endpoint: str, api_key: str, report: Path, *options: str) -> dict[str, Any]:
    """Run all checks on all operations; return the report, or fail with what was found."""
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run"]
    target = [f"{endpoint}/v1/openapi.json", "--url", endpoint]
    reports = ["--no-color", "--report", "json", "--report-json-path", str(report)]
    done = subprocess.run(
        [*command, *target, *reports, *options],
        cwd=PROJECT,
        env={**os.environ, "RECALL_API_KEY": api_key},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    written: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return written
