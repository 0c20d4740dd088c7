"""cfn-lint and checkov over the templates of all stages, and a search for secrets in them and in git."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from accepted import Finding

TOOLS = Path(sys.executable).parent
PROJECT = Path(__file__).resolve().parents[2]
# Hashes by the hundred, and the ids that the CDK makes; the templates themselves are looked at.
GENERATED = r"(^|/)(uv\.lock|package-lock\.json|requirements\.txt|locks/.*|__snapshots__/.*)$"


# Large ones of every continent that has some; docs/settings.md says what the others lack.
REGIONS = (
    *("us-east-1", "us-east-2", "us-west-2", "ca-central-1", "sa-east-1"),
    *("eu-central-1", "eu-west-1", "ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2"),
)


def cfn_lint(folder: Path) -> list[Finding]:
    """Return what cfn-lint finds in a folder of stages, in each of `REGIONS`; where: ``Stack:LogicalId``."""
    templates = [str(path) for path in sorted(folder.glob("*/*.template.json"))]
    return [
        Finding(
            match["Rule"]["Id"],
            _where(match["Filename"], str(match["Location"]["Path"][1])),
            match["Message"],
        )
        for match in _answer("cfn-lint", "--format", "json", "--regions", *REGIONS, "--", *templates)
    ]


def checkov(folder: Path) -> list[Finding]:
    """Return what checkov finds in a folder of stages; where: ``Stack:LogicalId``."""
    report = _checkov("--directory", str(folder), "--framework", "cloudformation")
    return [
        Finding(check["check_id"], _where(check["file_path"], check["resource"]), check["check_name"])
        for check in report
    ]


def secrets(folder: Path) -> list[Finding]:
    """Return what looks like a secret in git's files (where: the file) or in the templates (the template)."""
    found = _answer("detect-secrets", "scan", "--exclude-files", GENERATED)["results"]
    findings = [
        Finding(secret["type"], name, f"line {secret['line_number']}")
        for name, secrets_of_file in found.items()
        for secret in secrets_of_file
    ]
    in_templates = _checkov("--directory", str(folder), "--framework", "secrets")
    return findings + [Finding(c["check_name"], c["file_path"].lstrip("/"), "") for c in in_templates]


def _where(template: str, resource: str) -> str:
    return f"{Path(template).name.partition('.')[0]}:{resource.rpartition('.')[2]}"


def _checkov(*options: str) -> list[dict[str, Any]]:
    """Return checkov's failed checks, found without the network."""
    report = _answer("checkov", "--quiet", "--compact", "--skip-download", "--output", "json", *options)
    reports = report if isinstance(report, list) else [report]
    # Without anything to look at there are no results, but counts of zero.
    return [check for found in reports for check in found.get("results", {}).get("failed_checks", [])]


def _answer(tool: str, *options: str) -> Any:
    """Return the JSON that a tool prints; its exit code only says that it found something."""
    done = subprocess.run([TOOLS / tool, *options], cwd=PROJECT, capture_output=True, text=True, check=False)
    try:
        return json.loads(done.stdout)
    except ValueError as error:
        raise RuntimeError(f"{tool} gave no report: {done.stderr[-2000:]}") from error
