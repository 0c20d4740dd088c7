"""Training runs by the operations API: started, watched, listed, and their reports."""

import json
import re

import pytest

from model_training.retraining import STEPS
from model_training.retraining.run import Run, RunError
from operations import runs as api
from operations.endpoints.runs import PATH
from tests.training.fake_s3 import FakeS3

from .calls import refused
from .operated import AUTOML_MOST, CALLER, Operated


@pytest.fixture
def deployed():
    """Give a deployment without runs."""
    return Operated()


def found(deployed, name, **steps):
    """Keep what steps of a run found, as the training side does."""
    for step, go in steps.items():
        Run(deployed.s3.lake, name).keep(step, {"go": go} if go else {"go": go, "why": "level"})


def start(deployed, body=None):
    return deployed.call("POST", PATH, body)


def read(deployed, name):
    return deployed.call("GET", f"{PATH}/{{name}}", name=name)


def report(deployed, name):
    return deployed.call("GET", f"{PATH}/{{name}}/report", name=name)


def test_run_that_is_started_is_named_by_its_time_and_can_be_watched(deployed):
    answer = start(deployed)

    assert answer.status == 202
    assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{8}", answer.body["name"])
    assert answer.headers["Location"] == f"{PATH}/{answer.body['name']}"
    assert read(deployed, answer.body["name"]).body == answer.body | {
        "ended_at": None, "steps": {}, "report": False,
    }  # fmt: skip
    assert answer.body["status"] == "running"


def test_run_gets_the_name_that_was_asked_for(deployed):
    assert start(deployed, {"name": "after-the-exams"}).body["name"] == "after-the-exams"


def test_start_sent_twice_starts_one_run(deployed):
    assert start(deployed, {"name": "once"}) == start(deployed, {"name": "once"})
    assert len(deployed.states.executions) == 1


def test_name_of_a_run_that_ended_is_taken(deployed):
    deployed.states.add("done")
    code, message, field = refused(start(deployed, {"name": "done"}))

    assert (code, field) == ("invalid_input", "name")
    assert "choose another" in message


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "a b"}, "name"),
        ({"name": 5}, "name"),
        ({"run": "a"}, "run"),
        ({"automl_seconds": -1}, "automl_seconds"),
        ([], "body"),
    ],
)
def test_body_with_anything_but_a_name_that_a_run_can_have_is_refused(deployed, body, field):
    assert refused(start(deployed, body))[2] == field
    assert deployed.states.executions == {}


def test_names_are_those_that_the_training_side_takes():
    for name in ("a", "20261121T030000Z-0a1b2c3d", "x" * 80, "_", "-a", "", "x" * 81, "a/b", "ä"):
        try:
            Run(FakeS3().lake, name)
        except RunError:
            assert not api.NAME.fullmatch(name)
        else:
            assert api.NAME.fullmatch(name)


def test_list_has_the_newest_first(deployed):
    for name, status in (("a", "SUCCEEDED"), ("b", "TIMED_OUT"), ("c", "RUNNING")):
        deployed.states.add(name, status)
    runs = deployed.call("GET", PATH).body["runs"]

    assert [(run["name"], run["status"]) for run in runs] == [
        ("c", "running"), ("b", "failed"), ("a", "ended"),
    ]  # fmt: skip
    assert runs[2]["started_at"] == "2026-11-21T03:00:00+00:00"
    assert (runs[0]["ended_at"], runs[1]["ended_at"]) == (None, "2026-11-21T04:00:00+00:00")


@pytest.mark.parametrize(
    ("execution", "steps", "status"),
    [
        ("SUCCEEDED", dict.fromkeys(STEPS, True), "promoted"),
        ("SUCCEEDED", {"prepare": True, "train": True, "evaluate": True, "gate": False}, "stopped"),
        ("FAILED", {"prepare": True}, "failed"),
        ("RUNNING", {"prepare": True}, "running"),
        (None, dict.fromkeys(STEPS, True), "promoted"),
        (None, {"prepare": True}, "unfinished"),
    ],
)
def test_run_says_what_came_of_it_and_what_each_step_found(deployed, execution, steps, status):
    if execution:
        deployed.states.add("r", execution)
    found(deployed, "r", **steps)
    run = read(deployed, "r").body

    assert run["status"] == status
    assert list(run["steps"]) == list(steps)
    assert {step: found["go"] for step, found in run["steps"].items()} == steps
    if status == "stopped":
        assert run["steps"]["gate"]["why"] == "level"


def test_report_is_the_page_that_the_run_wrote(deployed):
    deployed.states.add("r")
    assert read(deployed, "r").body["report"] is False
    deployed.s3.lake.write(Run(deployed.s3.lake, "r").key(api.REPORT), "<h1>ü</h1>".encode() * 500)
    answer = deployed.respond(
        {
            "resource": f"{PATH}/{{name}}/report", "path": f"{PATH}/r/report", "httpMethod": "GET",
            "pathParameters": {"name": "r"},
            "headers": {"Accept": "text/html", "Accept-Encoding": "gzip"},
        }
    )  # fmt: skip

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.body == report(deployed, "r").body == "<h1>ü</h1>" * 500
    assert read(deployed, "r").body["report"] is True


def test_unknown_run_and_missing_report_are_not_found(deployed):
    deployed.states.add("r")

    assert refused(read(deployed, "other"), 404)[0] == "not_found"
    assert "no report" in refused(report(deployed, "r"), 404)[1]


def test_name_in_the_path_is_checked_before_anything_is_read(deployed):
    assert refused(read(deployed, "../models"))[2] == "name"


def test_other_methods_and_paths_are_refused(deployed):
    answer = deployed.call("DELETE", PATH)

    assert refused(answer, 405)[0] == "method_not_allowed"
    assert answer.headers["Allow"] == "GET, POST"
    assert refused(deployed.call("GET", "/v1/training"), 404)[0] == "not_found"


def test_request_is_logged_with_who_signed_it(deployed, capsys):
    start(deployed)
    line = json.loads(capsys.readouterr().out)

    assert (line["caller"], line["method"], line["path"], line["status"]) == (CALLER, "POST", PATH, 202)


def test_run_searches_as_long_as_it_was_asked_to():
    deployed = Operated(automl_most_seconds=AUTOML_MOST)
    for name, more in (("a", {}), ("b", {"automl_seconds": 600}), ("c", {"automl_seconds": 0})):
        assert start(deployed, {"name": name} | more).status == 202

    assert {name: json.loads(text) for name, text in deployed.states.inputs.items()} == {
        "a": {}, "b": {"automl_seconds": 600}, "c": {"automl_seconds": 0},
    }  # fmt: skip
    assert deployed.call("GET", PATH).body["automl_most_seconds"] == AUTOML_MOST
    for wrong in (3601, 2.5, "600", None, True):
        assert refused(start(deployed, {"automl_seconds": wrong}))[2] == "automl_seconds"


def test_stage_without_automl_says_which_setting_it_needs(deployed):
    message = refused(start(deployed, {"automl_seconds": 600}))[1]
    assert "set training_compute to batch in cdk.json" in message
    assert start(deployed, {"name": "r", "automl_seconds": 0}).status == 202
    assert deployed.states.inputs["r"] == "{}"


def test_name_of_a_run_that_was_started_otherwise_is_taken():
    deployed = Operated(automl_most_seconds=AUTOML_MOST)
    start(deployed, {"name": "r"})
    assert refused(start(deployed, {"name": "r", "automl_seconds": 60}))[2] == "name"
