"""The audit of packages tells known vulnerabilities from advisories that can't be had."""

import importlib
import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / ".ci" / "audit"
LOCK = Path("lock.txt")
SOUND = {"name": "joblib", "version": "1.6.0", "vulns": []}
SKIPPED = {"name": "numpy", "skip_reason": "Dependency not found"}
KNOWN = {
    "name": "scipy",
    "version": "1.0.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.0.1"]}, {"id": "PYSEC-2", "fix_versions": []}],
}


@pytest.fixture
def look_up(monkeypatch, tmp_path):
    """Give the audit of a lock, with a pip-audit that answers as told."""
    monkeypatch.syspath_prepend(str(FOLDER))
    packages = importlib.import_module("packages")

    def audited(*dependencies, error=""):
        answer = json.dumps({"dependencies": dependencies}) if not error else ""
        (tmp_path / "answer").write_text(answer)
        stand_in = tmp_path / "pip-audit"
        stand_in.write_text(f"#!/bin/sh\ncat {tmp_path}/answer\necho '{error}' >&2\nexit 1\n")
        stand_in.chmod(0o755)
        monkeypatch.setattr(packages, "PIP_AUDIT", stand_in)
        return packages.look_up([LOCK])

    return audited


def test_known_vulnerabilities_are_found_with_their_fix(look_up):
    assert look_up(SOUND, KNOWN) == (
        [
            ("PYSEC-1", "scipy==1.0.0", "fixed in 1.0.1"),
            ("PYSEC-2", "scipy==1.0.0", "fixed in no version yet"),
        ],
        [],
        "",
    )


def test_package_that_alone_is_skipped_is_a_finding(look_up):
    assert look_up(SOUND, SKIPPED) == ([("skipped", "numpy", "Dependency not found")], [], "")


def test_when_every_package_is_skipped_the_lock_was_not_looked_up(look_up):
    """pip-audit itself then says that no vulnerabilities are known, and ends with 0."""
    reason = "the index has no advisories on any of its 2 packages"

    assert look_up(SKIPPED, SKIPPED | {"name": "scipy"}) == ([], [LOCK], reason)


def test_without_a_network_the_lock_was_not_looked_up(look_up):
    error = "requests.exceptions.ConnectionError: no name"

    assert look_up(error=error) == ([], [LOCK], f"the index can't be reached ({error})")


def test_lock_that_cannot_be_read_is_an_error(look_up):
    with pytest.raises(RuntimeError, match=r"pip-audit can.t read lock\.txt: .*not a requirement"):
        look_up(error="not a requirement")
