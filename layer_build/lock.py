"""Writes the lock file: `python -m layer_build lock`. Needs the network."""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

from layer_build.build import LOCK, run_pip
from layer_build.checks import LayerError

REQUIREMENTS = Path(__file__).parent / "requirements.in"

HEADER = """\
# Every wheel of the ML layer for Lambda's python3.11 on x86_64 (Amazon Linux 2, glibc 2.26), one hash each.
# Written by `python -m layer_build lock` from requirements.in; don't edit.
"""


def render(installs: list[dict[str, Any]]) -> str:
    """Return the lock file's text.

    Parameters
    ----------
    installs : list of dict
        The ``install`` entries of pip's installation report (its version 1).
    """
    pins = {}
    for entry in installs:
        name = re.sub(r"[-_.]+", "-", entry["metadata"]["name"]).lower()  # PEP 503
        sha256 = entry["download_info"]["archive_info"]["hashes"]["sha256"]
        pins[name] = f"{name}=={entry['metadata']['version']} \\\n    --hash=sha256:{sha256}\n"
    return HEADER + "".join(pins[name] for name in sorted(pins))


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return 0, or 2 with one line on stderr."""
    argparse.ArgumentParser(
        prog="layer_build lock", description="Resolve requirements.in and write the lock file."
    ).parse_args(arguments)
    try:
        # A dry run resolves without unpacking; --target makes pip accept a platform other than its own.
        report = run_pip(
            "install",
            "--dry-run",
            "--ignore-installed",
            "--report=-",
            "--target=unused",
            f"--requirement={REQUIREMENTS}",
        )
    except LayerError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    LOCK.write_text(render(json.loads(report)["install"]), encoding="utf-8")
    print(LOCK)
    return 0
