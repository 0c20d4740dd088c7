"""Models by the operations API: listed, promoted after the gates, rolled back, and the record of it all."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ReadTimeoutError

from model_training.commands import promote as command
from model_training.jobs import outcome
from model_training.jobs.handler import CRASHED
from model_training.registry import stored_model
from model_training.registry.card import CARD_FILE
from model_training.registry.moves import HISTORY
from model_training.registry.pointer import POINTER_KEY
from model_training.registry.promote import DECISION_FILE
from model_training.registry.publish import publish, store
from operations import models, moves
from operations.endpoints.models import MOVES_PATH, PATH, PROMOTION, ROLLBACK_PATH
from tests.training.releases import NOW, passed, release
from tests.training.releases import refused as refused_by

from .calls import lines_of, refused
from .operated import CALLER, Operated

REASON = "better on this week's reviews"


@pytest.fixture
def stage(monkeypatch):
    """Give a stage on which v1 and then v2 went live, and v3 is there."""
    operated = Operated()
    for number in (1, 2):
        publish(release(number), operated.s3.lake, by="ann@desk", judge=passed, now=NOW)
    store(release(3), operated.s3.lake)
    monkeypatch.setattr("model_training.registry.lake.s3_client", lambda _: operated.s3)
    for name, value in {"LAKE_BUCKET": "lake", "METRICS_NAMESPACE": "Recall", "STAGE": "dev"}.items():
        monkeypatch.setenv(name, value)
    return operated


@pytest.fixture
def judged(monkeypatch):
    """Give a way to decide what the reviews say of a model."""
    return lambda judge: monkeypatch.setattr(command, "judge_of", lambda *_: judge)


def listed(stage):
    return stage.call("GET", PATH).body


def promote(stage, version="v3", reason=REASON):
    return stage.call("POST", PROMOTION, {"reason": reason}, version=version)


def test_models_are_listed_newest_first_with_the_live_one_and_who_moved_it(stage):
    body = listed(stage)

    assert (body["live"], [each["version"] for each in body["models"]]) == ("v2", ["v3", "v2", "v1"])
    assert [each["live"] for each in body["models"]] == [False, True, False]
    assert [(move["kind"], move["from"], move["to"], move["by"]) for move in body["moves"]] == [
        ("publish", "v1", "v2", "ann@desk"), ("publish", None, "v1", "ann@desk"),
    ]  # fmt: skip
    card = json.loads(release(1).card)
    model = body["models"][2]
    assert (model["format"], model["log_loss"], model["auc"], model["trained_at"]) == (
        "portable", card["metrics"]["log_loss"], card["metrics"]["auc"], card["trained_at"],
    )  # fmt: skip
    assert model["learners"] == card["data"]["learners"]
    assert (model["signed"], model["run"]) == (False, None)


def test_live_model_is_listed_however_many_newer_ones_there_are(stage):
    for number in range(models.LISTED):
        stage.keep(f"models/w{number}/model.json", {})
    versions = [each["version"] for each in listed(stage)["models"]]

    assert (len(versions), versions[-1]) == (models.LISTED + 1, "v2")


def test_lake_without_models_has_none(stage):
    stage.s3.objects.clear()
    assert listed(stage) == {"live": None, "rollback_to": None, "models": [], "moves": []}


def test_gates_are_those_that_were_recorded_by_hand_or_in_the_run(stage):
    stage.keep("models/v2/decision.json", {
        "against": "it is worse", "forced": "only my cards", "at": "2026-11-21T12:30:00Z",
        "champion": "v1", "reviews": 120, "learners": 9, "from": "a", "until": "b",
    })  # fmt: skip
    card = json.loads(release(3).card)
    stage.keep("models/v3/card.json", card | {"data": card["data"] | {"run": "weekly"}})
    stage.keep("reports/runs/weekly/gate.json", {"go": False, "against": {"v3": ["too few", "worse"]}})
    gates = {each["version"]: each["gates"] for each in listed(stage)["models"]}

    assert gates["v2"] == {
        "passed": False, "against": "it is worse", "forced": "only my cards", "at": "2026-11-21T12:30:00Z",
        "judged_on": {"champion": "v1", "reviews": 120, "learners": 9, "from": "a", "until": "b"},
    }  # fmt: skip
    assert (gates["v3"]["passed"], gates["v3"]["against"]) == (False, "too few; worse")
    assert gates["v1"] is None


def test_promotion_is_recorded_with_who_signed_and_why(stage, judged):
    judged(passed)
    answer = promote(stage)

    assert answer.status == 200
    assert {name: answer.body[name] for name in ("kind", "version", "before", "by", "reason", "status")} == {
        "kind": "promote", "version": "v3", "before": "v2", "by": CALLER, "reason": REASON, "status": "done",
    }  # fmt: skip
    assert stage.s3.pointer["version"] == "v3"
    assert listed(stage)["moves"][0] | {"at": ""} == {
        "kind": "promote", "from": "v2", "to": "v3", "by": CALLER, "why": REASON, "at": "",
    }  # fmt: skip
    assert answer.headers["Location"] == f"{MOVES_PATH}/{answer.body['id']}"
    assert stage.call("GET", f"{MOVES_PATH}/{{id}}", id=answer.body["id"]).body == answer.body


def test_refused_gate_is_a_409_in_its_own_words_whatever_reason_is_given(stage, judged, capsys):
    judged(refused_by("on 100 reviews it is worse"))
    code, message, _ = refused(promote(stage), 409)

    assert (code, message.partition(";")[0]) == ("refused", "v3 doesn't go live: on 100 reviews it is worse")
    assert stage.s3.pointer["version"] == "v2"
    assert [line for line in lines_of(capsys)[1] if line["JobFailures"]] == []  # nobody is to be alarmed


def test_lake_without_reviews_lets_nothing_go_live(stage):
    message = refused(promote(stage), 409)[1]
    assert message.endswith("the lake has no sample of a training run of the last week")  # no command line


def test_rollback_makes_the_version_before_live_and_ends_where_there_is_none(stage):
    assert listed(stage)["rollback_to"] == "v1"
    answer = stage.call("POST", ROLLBACK_PATH, {"reason": "  too  optimistic "})

    assert (answer.status, answer.body["version"], answer.body["before"]) == (200, "v1", "v2")
    assert listed(stage)["moves"][0]["why"] == "too  optimistic"
    assert listed(stage)["rollback_to"] is None
    again = stage.call("POST", ROLLBACK_PATH, {"reason": "once more"})
    assert "no version is known that was live before v1" in refused(again, 409)[1]


def test_gates_that_take_long_are_a_202_and_the_outcome_comes_later(stage, judged):
    judged(passed)
    invoke = stage.jobs.invoke

    def slow(**arguments):
        stage.jobs.later = lambda: invoke(**arguments)
        raise ReadTimeoutError(endpoint_url="https://lambda")

    stage.jobs.invoke = slow
    answer = promote(stage)
    assert (answer.status, answer.body["status"]) == (202, "running")
    stage.jobs.later()
    path = answer.headers["Location"]
    later = stage.respond(
        {"resource": f"{MOVES_PATH}/{{id}}", "path": path, "httpMethod": "GET",
         "pathParameters": {"id": path.rpartition("/")[2]}}
    )  # fmt: skip
    assert (later.status, later.body["status"], later.body["version"]) == (200, "done", "v3")


def test_job_that_ends_without_an_outcome_has_failed(stage):
    stage.jobs.invoke = lambda **_: {"StatusCode": 200, "FunctionError": "Unhandled"}
    code, message, _ = refused(promote(stage), 500)
    (key,) = (key for key in stage.s3.objects if key.startswith(moves.MOVES))
    kept = json.loads(stage.s3.lake.read(key).body)
    assert (code, message, kept["status"]) == ("move_failed", moves.NEVER_ENDED, "failed")

    asked = (datetime.now(UTC) - timedelta(minutes=20)).isoformat()
    stage.keep(key, {"id": "m", "status": "running", "asked_at": asked})
    name = key.removeprefix(moves.MOVES).removesuffix(".json")
    assert stage.call("GET", f"{MOVES_PATH}/{{id}}", id=name).body["status"] == "failed"


def test_job_that_fails_keeps_why(stage, judged):
    def broken(*_):
        raise stored_model.LakeError("s3://lake/models/v3: denied")

    judged(broken)
    assert refused(promote(stage), 500)[:2] == ("move_failed", "s3://lake/models/v3: denied")


def test_job_that_crashes_while_nobody_waits_has_failed_at_once(stage, judged):
    def crash(*_):
        raise MemoryError

    def late(**arguments):
        invoke(**arguments)
        raise ReadTimeoutError(endpoint_url="https://lambda")

    judged(crash)
    invoke, stage.jobs.invoke = stage.jobs.invoke, late
    assert refused(promote(stage), 500)[:2] == ("move_failed", CRASHED)


@pytest.mark.parametrize(
    ("reason", "found"),
    [("", "not of 0"), ("   ", "not of 0"), ("x" * 201, "not of 201"), (5, "not 5"), (None, "not null"),
     ("two\nlines", "without line breaks"), ("two\u2028lines", "without line breaks")],
    ids=repr,
)  # fmt: skip
def test_reason_must_say_something_in_one_line(stage, reason, found):
    for answer in (promote(stage, reason=reason), stage.call("POST", ROLLBACK_PATH, {"reason": reason})):
        code, message, field = refused(answer)
        assert (code, field) == ("invalid_input", "reason")
        assert "1 to 200 characters" in message
        assert found in message
    assert stage.jobs.events == []


@pytest.mark.parametrize(
    "reason", ["besser\u00a0als vorher", "\U0001f469\u200d\U0001f4bb says so"], ids=ascii
)
def test_reason_may_be_of_any_letters(stage, judged, reason):
    judged(passed)
    assert promote(stage, reason=reason).body["reason"] == reason


def test_body_without_a_reason_or_with_more_is_refused(stage):
    assert refused(stage.call("POST", ROLLBACK_PATH, {}))[2] == "reason"
    assert refused(stage.call("POST", ROLLBACK_PATH, {"reason": REASON, "force": True}))[2] == "force"
    assert refused(stage.call("POST", ROLLBACK_PATH), 415)[2] == "Content-Type"


@pytest.mark.parametrize("version", ["v9", "history", "../current", "-x", "v"])
def test_unknown_version_is_not_found_and_nothing_is_asked_for(stage, version):
    assert refused(promote(stage, version), 404)[2] == "version"
    assert stage.jobs.events == []


@pytest.mark.parametrize("name", ["unknown", "../../models/current"])
def test_unknown_move_is_not_found(stage, name):
    assert refused(stage.call("GET", f"{MOVES_PATH}/{{id}}", id=name), 404)[2] == "id"


def test_places_in_the_lake_are_those_of_the_training_side():
    assert (models.PREFIX, models.POINTER, models.HISTORY) == (stored_model.PREFIX, POINTER_KEY, HISTORY)
    assert stored_model.FORMATS == models.FORMATS
    assert (models.CARD, models.SIGNATURE) == (CARD_FILE, stored_model.SIGNATURE_FILE)
    assert (models.DECISION, moves.MOVES) == (DECISION_FILE, outcome.MOVES)
    assert (moves.DONE, moves.REFUSED, moves.FAILED) == (outcome.DONE, outcome.REFUSED, outcome.FAILED)
