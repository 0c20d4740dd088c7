"""Each alarm leads to its page of the runbook, each page has its parts, and its queries are saved."""

import re

import pytest

from stacks.saved_queries import PAGES, read_queries
from tests.cloudwatch.definitions import definitions
from tests.infrastructure.conftest import PROJECT, learning_stage, resources, synthesized_stage

pytestmark = pytest.mark.slow

RUNBOOK = PROJECT / "docs" / "runbook.md"
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in PAGES.iterdir()}
PARTS = ["**What it means.**", "## What to look at", "## What to do"]
LOGS = {
    "function's": ["InferenceLogs"],
    "canary's": ["CanaryLogs"],
    "access": ["ApiAccessLog"],
    "jobs'": ["LakeJobsLogs", "TrainingJobsLogs"],
    "loader's": ["LoaderLogs"],
    "memory's": ["MemoryLogs"],
    "text function's": ["TextLogs"],
}


def every_alarm():
    """Return all alarms that a stage can have, by name: of releases, reviews, the memory, Batch and Spark."""
    stages = [learning_stage(), synthesized_stage("local")] + [
        synthesized_stage("prod", reviews_retention_days=400, training_compute=where)
        for where in ("batch", "spark")
    ]
    return {name: alarm for stage in stages for name, alarm in definitions(stage).items()}


def test_alarm_says_what_it_means_and_leads_to_its_page_and_every_page_has_an_alarm():
    descriptions = [alarm["AlarmDescription"].split(" What to do: ") for alarm in every_alarm().values()]

    assert {place for _meaning, place in descriptions} == {f"docs/runbook/{name}.md" for name in TEXTS}
    assert [meaning for meaning, _place in descriptions if len(meaning) < 40] == []


def test_descriptions_lead_to_where_the_setting_says():
    stacks = synthesized_stage("prod", runbook_url="https://example.org/recall/runbook")

    assert {name: alarm["AlarmDescription"].split()[-1] for name, alarm in definitions(stacks).items()} == {
        name: f"https://example.org/recall/runbook/{name}.md"
        for name in definitions(synthesized_stage("prod"))
    }


def test_page_is_listed_and_has_its_title_and_its_parts_in_order():
    index = RUNBOOK.read_text(encoding="utf-8")

    for name, text in TEXTS.items():
        assert text.startswith(f"# {name}\n")
        assert re.findall("|".join(map(re.escape, PARTS)), text) == PARTS, name
        assert f"[{name}](runbook/{name}.md)" in index


def test_page_has_a_query_and_each_of_its_blocks_is_one_that_is_saved():
    for name, text in TEXTS.items():
        saved = [query for place, _log, query in read_queries() if place.startswith(f"{name}/")]

        assert saved, name
        assert [block.strip() for block in text.split("```")[1::2]] == saved


def test_links_between_the_pages_lead_somewhere():
    for path in [RUNBOOK, *PAGES.iterdir()]:
        text = path.read_text(encoding="utf-8")
        for target, anchor in re.findall(r"\]\((?!https)([^)#]*)#?([^)]*)\)", text):
            linked = (path.parent / target).resolve() if target else path
            assert linked.is_file(), f"{path}: {target}"
            headings = re.findall(r"^#+ (.*)$", linked.read_text(encoding="utf-8"), re.MULTILINE)
            anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert not anchor or anchor in anchors, f"{path}: {anchor}"


def test_queries_are_saved_with_their_log_group_where_the_stage_has_it():
    for stacks, missing in (
        (synthesized_stage("prod"), {"jobs'", "loader's", "memory's", "text function's"}),
        (learning_stage(), {"text function's"}),
        (synthesized_stage("prod", memory=True, text=True), {"jobs'", "loader's"}),
    ):
        saved = resources(stacks["Monitoring"], "AWS::Logs::QueryDefinition")
        queries = [query for query in read_queries() if query[1] not in missing]

        assert [(query["Name"], query["QueryString"]) for query in saved] == [
            (f"recall-prod/{name}", text) for name, _log, text in queries
        ]
        for query, (_name, log, _text) in zip(saved, queries, strict=True):
            groups = [group["Fn::GetStackOutput"]["OutputName"] for group in query["LogGroupNames"]]
            assert all(name in group for name, group in zip(LOGS[log], groups, strict=True))


def test_local_cloud_is_spared_the_saved_queries():
    assert resources(synthesized_stage("local")["Monitoring"], "AWS::Logs::QueryDefinition") == []
