"""The audit of npm packages finds every licence that asks for more than a notice."""

import importlib
import json
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def npm_licences(monkeypatch):
    monkeypatch.syspath_prepend(str(PROJECT / ".ci" / "audit"))
    return importlib.import_module("licences").npm_licences


def test_licences_that_are_not_permissive_or_not_known_are_found(npm_licences, tmp_path):
    packages = {
        "": {"license": "UNLICENSED"},
        "node_modules/free": {"license": "MIT"},
        "node_modules/choice": {"license": "(GPL-3.0 OR Apache-2.0)"},
        "node_modules/copyleft": {"license": "GPL-3.0"},
        "node_modules/free/node_modules/@scope/silent": {},
    }
    (tmp_path / "package-lock.json").write_text(json.dumps({"packages": packages}))

    found = npm_licences(tmp_path / "package-lock.json")

    assert {(each.rule, each.where) for each in found} == {
        ("GPL-3.0", "copyleft"),
        ("unknown", "@scope/silent"),
    }


def test_projects_own_lock_has_only_what_is_accepted_with_a_reason(npm_licences):
    accepted = importlib.import_module("accepted").Acceptances.read(PROJECT / ".ci/audit/accepted.toml")

    assert accepted.unreasoned("npm_licences", npm_licences(PROJECT / "package-lock.json")) == []
