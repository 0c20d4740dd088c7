"""pip-audit over locks: which packages have known vulnerabilities."""

import json
import os
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from accepted import Finding

PIP_AUDIT = Path(sys.executable).with_name("pip-audit")


class NoAdvisoriesError(Exception):
    """The index didn't say which vulnerabilities are known; the message says why."""


class Known(NamedTuple):
    """The advisories on what locks pin; the locks that weren't looked up, and the reason."""

    findings: list[Finding]
    missing: list[Path]
    reason: str


def look_up(locks: list[Path]) -> Known:
    """Return what is known of the packages that locks pin; where: ``name==version``.

    Where one lock's packages can't be looked up, those of the next ones aren't tried.
    """
    findings: list[Finding] = []
    for number, lock in enumerate(locks):
        try:
            packages = _audit(lock)
        except NoAdvisoriesError as error:
            return Known(findings, locks[number:], str(error))
        findings += [finding for package in packages for finding in _findings(package)]
    return Known(findings, [], "")


def _audit(lock: Path) -> list[dict[str, Any]]:
    """Run pip-audit on a lock; return what it says of each package.

    A mirror of the package index may have the packages but no advisories: then pip-audit skips every package,
    and ends as if nothing was known of them.
    """
    options = ["--disable-pip", "--progress-spinner", "off", "--format", "json", "--requirement", str(lock)]
    # The certificates that this machine trusts, as everywhere in the project, not a list of requests' own.
    trusted = ssl.get_default_verify_paths().cafile
    environment = ({"REQUESTS_CA_BUNDLE": trusted} if trusted else {}) | os.environ
    done = subprocess.run([PIP_AUDIT, *options], capture_output=True, text=True, check=False, env=environment)
    if "requests.exceptions." in done.stderr:  # no name, no connection, no trust
        raise NoAdvisoriesError(f"the index can't be reached ({done.stderr.strip().splitlines()[-1][:200]})")
    if not done.stdout:
        raise RuntimeError(f"pip-audit can't read {lock}: {done.stderr[-2000:]}")
    packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    if not any("vulns" in package for package in packages):
        raise NoAdvisoriesError(f"the index has no advisories on any of its {len(packages)} packages")
    return packages


def _findings(package: dict[str, Any]) -> list[Finding]:
    if "skip_reason" in package:
        return [Finding("skipped", package["name"], package["skip_reason"])]
    where = f"{package['name']}=={package['version']}"
    return [
        Finding(found["id"], where, f"fixed in {', '.join(found['fix_versions']) or 'no version yet'}")
        for found in package["vulns"]
    ]
