"""pip-audit over locks: which packages have known vulnerabilities."""

import json
import os
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

from accepted import Finding

PIP_AUDIT = Path(sys.executable).with_name("pip-audit")


def vulnerabilities(locks: list[Path]) -> list[Finding] | None:
    """Return the advisories on what locks pin; where: ``name==version``. None if there are none to be had.

    A mirror of the package index may have the packages but no advisories: then pip-audit skips every package,
    and ends as if nothing was known of them.
    """
    findings: set[Finding] = set()
    for lock in locks:
        packages = _look_up(lock)
        if not any("vulns" in package for package in packages):
            return None
        findings.update(finding for package in packages for finding in _findings(package))
    return sorted(findings)


def _look_up(lock: Path) -> list[dict[str, Any]]:
    options = ["--disable-pip", "--progress-spinner", "off", "--format", "json", "--requirement", str(lock)]
    # The certificates that this machine trusts, as everywhere in the project, not a list of requests' own.
    trusted = ssl.get_default_verify_paths().cafile
    environment = ({"REQUESTS_CA_BUNDLE": trusted} if trusted else {}) | os.environ
    done = subprocess.run([PIP_AUDIT, *options], capture_output=True, text=True, check=False, env=environment)
    if "requests.exceptions." in done.stderr:  # no name, no connection, no trust: all are no advisories
        return []
    if not done.stdout:
        raise RuntimeError(f"pip-audit can't read {lock}: {done.stderr[-2000:]}")
    packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    return packages


def _findings(package: dict[str, Any]) -> list[Finding]:
    if "skip_reason" in package:
        return [Finding("skipped", package["name"], package["skip_reason"])]
    where = f"{package['name']}=={package['version']}"
    return [
        Finding(found["id"], where, f"fixed in {', '.join(found['fix_versions']) or 'no version yet'}")
        for found in package["vulns"]
    ]
