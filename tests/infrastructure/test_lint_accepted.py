"""The audit lets nothing through that isn't accepted with a reason, nor keeps what is no longer found."""

import importlib.util
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / ".ci" / "audit"


@pytest.fixture(scope="module")
def accepted():
    """Give the module; the audit has an environment of its own, but this one needs nothing of it."""
    spec = importlib.util.spec_from_file_location("accepted", FOLDER / "accepted.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lines(accepted, *findings, where=("Api:Stage*",)):
    entry = {"rule": "R1", "where": list(where), "reason": "because"}
    acceptances = accepted.Acceptances({"checkov": [entry]})
    return acceptances.unreasoned(
        "checkov", [accepted.Finding(*finding, "what it says") for finding in findings]
    )


def test_accepted_finding_is_let_through_wherever_the_pattern_fits(accepted):
    assert lines(accepted, ("R1", "Api:StageProd"), ("R1", "Api:StageDev")) == []


def test_other_rule_or_place_is_told(accepted):
    told = lines(accepted, ("R1", "Api:StageProd"), ("R2", "Api:StageProd"), ("R1", "Lake:Stage"))

    assert told == [
        "checkov R1: Lake:Stage: what it says",
        "checkov R2: Api:StageProd: what it says",
    ]


def test_acceptance_of_what_is_no_longer_found_is_told(accepted):
    told = lines(accepted, ("R1", "Api:StageProd"), where=("Api:Stage*", "Api:Gone"))

    assert told == ["accepted.toml: checkov R1 is no longer found at Api:Gone: remove it there"]


def test_acceptance_of_another_tool_counts_nothing(accepted):
    acceptances = accepted.Acceptances({"checkov": [{"rule": "R1", "where": ["*"], "reason": "because"}]})

    assert acceptances.unreasoned("cfn_lint", [accepted.Finding("R1", "Api:X", "t")]) == [
        "cfn_lint R1: Api:X: t"
    ]


def test_entry_without_a_reason_is_refused(accepted, tmp_path):
    file = tmp_path / "accepted.toml"
    file.write_text('[[checkov]]\nrule = "R1"\nwhere = ["*"]\nreason = ""\n')

    with pytest.raises(ValueError, match=r"accepted\.toml: an entry needs rule, where and reason"):
        accepted.Acceptances.read(file)
