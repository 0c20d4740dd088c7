"""Licences of the npm packages that a lock pins: who passes the studio on owes them a notice and no more."""

import json
from pathlib import Path

from accepted import Finding

PERMISSIVE = {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "OFL-1.1"}
TEXT = "isn't among the permissive ones"


def npm_licences(lock: Path) -> list[Finding]:
    """Return the packages of a package-lock.json that have no permissive licence; where: their names."""
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return [
        Finding(licence, folder.rpartition("node_modules/")[2], TEXT)
        for folder, package in packages.items()
        for licence in [package.get("license", "unknown")]
        if folder and not _permissive(licence)
    ]


def _permissive(licence: str) -> bool:
    """Return whether one alternative of an SPDX expression is a permissive licence."""
    return any(each in PERMISSIVE for each in licence.strip("()").split(" OR "))
