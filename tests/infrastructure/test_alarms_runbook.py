"""Each alarm names its page of the runbook, each page has its alarm, and its queries are saved."""

import re

import pytest

from stacks.saved_queries import PAGES, read_queries
from tests.cloudwatch.definitions import definitions
from tests.infrastructure.conftest import PROJECT, resources, synthesized_stage
from tests.infrastructure.variants import synthesized

OF_PROD, OF_LOCAL = (definitions(synthesized_stage(stage)) for stage in ("prod", "local"))
NAMES = sorted(OF_PROD | OF_LOCAL)
# Where reviews are collected, as in the stage `local`.
LEARNING = {"CalibrationError", "InputDrift", "JobErrors", "JobFailures"}
PARTS = ["**What it means.**", "## What to look at", "## What to do"]
LOGS = {
    "function's": "InferenceLogs",
    "canary's": "CanaryLogs",
    "access": "ApiAccessLog",
    "jobs'": "JobsLogs",
}


def page(name):
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


def test_every_alarm_has_a_page_and_every_page_an_alarm():
    assert sorted(path.stem for path in PAGES.iterdir()) == NAMES


def test_local_stage_has_the_alarms_of_prod_but_for_the_release_and_those_of_the_learning_loop():
    assert set(OF_LOCAL) == {name for name in OF_PROD if not name.startswith("Release")} | LEARNING


@pytest.mark.parametrize("name", NAMES)
def test_alarm_says_what_it_means_and_where_its_page_is(name):
    description = (OF_PROD | OF_LOCAL)[name]["AlarmDescription"]
    meaning, place = description.split(" What to do: ")

    assert len(meaning) > 40
    assert place == f"docs/runbook/{name}.md"
    assert (PROJECT / place).is_file()


@pytest.mark.parametrize("name", NAMES)
def test_page_says_what_it_means_what_to_look_at_and_what_to_do(name):
    text = page(name)
    places = [text.index(part) for part in PARTS]

    assert text.startswith(f"# {name}\n")
    assert places == sorted(places)
    assert f"[{name}](runbook/{name}.md)" in (PROJECT / "docs" / "runbook.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_page_has_a_query_and_each_of_its_blocks_is_one_that_is_saved(name):
    saved = [query for saved, _log, query in read_queries() if saved.startswith(f"{name}/")]

    assert saved
    assert [block.strip() for block in page(name).split("```")[1::2]] == saved


@pytest.mark.parametrize("file", ["docs/runbook.md", *(f"docs/runbook/{name}.md" for name in NAMES)])
def test_links_between_the_pages_lead_somewhere(file):
    path = PROJECT / file
    for target, anchor in re.findall(r"\]\((?!https)([^)#]*)#?([^)]*)\)", path.read_text(encoding="utf-8")):
        linked = (path.parent / target).resolve() if target else path
        headings = re.findall(r"^#+ (.*)$", linked.read_text(encoding="utf-8"), re.MULTILINE)

        assert linked.is_file()
        assert not anchor or anchor in {
            re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings
        }


def test_descriptions_lead_to_where_the_setting_says(tmp_path):
    stacks = synthesized("prod", tmp_path, runbook_url="https://example.org/recall/runbook")

    assert {name: alarm["AlarmDescription"].split()[-1] for name, alarm in definitions(stacks).items()} == {
        name: f"https://example.org/recall/runbook/{name}.md" for name in OF_PROD
    }


@pytest.mark.parametrize("retention", [0, 365], ids=["as it is", "with reviews"])
def test_queries_are_saved_with_their_log_group(tmp_path, retention):
    stacks = synthesized("prod", tmp_path, reviews_retention_days=retention)
    saved = resources(stacks["Monitoring"], "AWS::Logs::QueryDefinition")
    queries = [query for query in read_queries() if retention or query[1] != "jobs'"]

    assert [(query["Name"], query["QueryString"]) for query in saved] == [
        (f"recall-prod/{name}", text) for name, _log, text in queries
    ]
    for query, (_name, log, _text) in zip(saved, queries, strict=True):
        (group,) = query["LogGroupNames"]
        assert LOGS[log] in group["Fn::ImportValue"]


def test_local_cloud_is_spared_the_saved_queries(templates):
    assert resources(templates("local")["Monitoring"], "AWS::Logs::QueryDefinition") == []
