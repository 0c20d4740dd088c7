"""A runtime on Amazon Linux 2 is warned of, once and with the way out, and doesn't fail a synthesis."""

import json
from pathlib import Path

import pytest

from layer_build.targets import RUNTIMES
from tests.infrastructure.conftest import assembly

WAY_OUT = '"runtime": "python3.13"'


def warnings(runtime):
    """Return our own warnings that the CLI prints: they are in the assembly's metadata."""
    outdir = Path(assembly("prod", runtime=runtime).directory)
    files = [outdir / "manifest.json", *outdir.glob("*.metadata.json")]
    return [entry["data"] for file in files for entry in _entries(json.loads(file.read_text()))]


def _entries(node):
    if isinstance(node, dict):
        if node.get("type") == "aws:cdk:warning" and "[ack: recall:" in node["data"]:
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _entries(each)


def test_default_runtime_is_warned_of_in_one_line_that_names_its_end_and_the_fix():
    (warning,) = warnings("python3.11")

    assert "\n" not in warning
    assert "Amazon Linux 2, whose support ended on 2026-06-30" in warning
    assert WAY_OUT in warning


@pytest.mark.parametrize("runtime", sorted(set(RUNTIMES) - {"python3.11"}))
def test_runtime_on_the_newer_system_is_not_warned_of(runtime):
    assert warnings(runtime) == []
