"""What a synthesis prints about the worst month, and what of it is counted in the real templates."""

import json
import re

import pytest

from benchmarks.cost.measured import measure_sizes
from stacks.config import read_settings
from tests.infrastructure.conftest import PROJECT, STAGES, resources
from tools.cost.deployed import count
from tools.cost.worst_case import ACCESS_LOG_BYTES, worst_case_line

CONTEXT = json.loads((PROJECT / "cdk.json").read_text())["context"]


def line_of(stage, templates):
    settings = read_settings(CONTEXT | {"stage": stage})
    return worst_case_line(settings, templates(stage).values())


@pytest.mark.parametrize("stage", STAGES)
def test_callers_without_a_key_can_add_little_more_than_a_thousand_dollars(templates, stage):
    found = count(templates(stage).values())
    preflights = [
        m
        for template in templates(stage).values()
        for m in resources(template, "AWS::ApiGateway::Method")
        if m["HttpMethod"] == "OPTIONS"
    ]

    assert found.preflight_rate == len(preflights)
    assert found.keyless_rate == 5 + 2 + 2 + 3 * 1
    added = line_of(stage, templates).partition("can add ")[2].partition(" USD")[0]
    assert 0 < int(added.replace(",", "")) < 1_200


def test_gateway_writes_no_metrics_that_are_billed(prod):
    assert count(prod.values()).metrics_of_a_method == 0


def test_access_log_line_is_as_long_as_is_billed(prod):
    log_format = count(prod.values()).access_log_format
    length = measure_sizes(1, gzip=False, access_log_format=log_format).access_log

    assert 0.8 * ACCESS_LOG_BYTES < length <= ACCESS_LOG_BYTES


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_readme_says_what_the_synthesis_prints(templates, stage):
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    requests, one_card, largest, without_key, _requests = re.findall(
        r"(?<=[( ])[\d,]+(?= USD| requests)", line_of(stage, templates)
    )

    assert f"| `{stage}` | {requests} | {one_card} | {largest} | {without_key} |" in readme
