"""Promoting: where the pointer is afterwards, what is recorded, and who wins when two do it at once."""

import json
from datetime import timedelta

import pytest
from botocore.exceptions import EndpointConnectionError

from model_training.cli import main
from model_training.registry.gates import GateError
from model_training.registry.lake import LakeError
from model_training.registry.promote import PromoteError, promote
from model_training.registry.publish import publish

from .fake_s3 import FakeS3, refusal
from .releases import NOW, passed, refused, release

POINTER = "models/current.json"


@pytest.fixture
def s3():
    """Give a lake with the models v1, v2 and v3, of which v3 is live."""
    s3 = FakeS3()
    for number in (1, 2, 3):
        publish(release(number), s3.lake, by="ann@desk", judge=passed, now=NOW + timedelta(minutes=number))
    return s3


def promoted(s3, version, **options):
    return promote(
        s3.lake, version, by="bob@desk", now=NOW + timedelta(hours=1), **({"judge": passed} | options)
    )


def test_pointer_names_the_promoted_model(s3):
    done = promoted(s3, "v1")

    assert (done.version, done.before, done.notes) == ("v1", "v3", [])
    assert s3.pointer == {
        "schema_version": 1,
        "format": "portable",
        "version": "v1",
        "key": "models/v1/model.json",
        "sha256": release(1).sha256,
        "trained_at": "2026-11-20T09:05:07Z",
        "published_at": "2026-11-21T13:30:00Z",
    }


def test_live_model_is_left_as_it_is(s3):
    writes = s3.writes
    done = promoted(s3, "v3")

    assert (done.version, done.before) == ("v3", "v3")
    assert s3.writes == writes


@pytest.mark.parametrize("version", ["v9", "history"])
def test_unknown_version_is_named(s3, version):
    with pytest.raises(
        LakeError, match=rf"^{version}: no such model in s3://lake/models/; the command `models`"
    ):
        promoted(s3, version)


def race(s3, winner):
    """Let somebody else promote when the next pointer is about to be written."""

    def first(key):
        if key == POINTER:
            s3.before_write = lambda _key: None
            promote(s3.lake, winner, by="eve@far", judge=passed, now=NOW + timedelta(hours=1))

    s3.before_write = first


def test_of_two_promotions_at_once_the_first_wins_and_the_other_names_it(s3):
    race(s3, "v2")
    with pytest.raises(PromoteError, match=r"^v2 was made live meanwhile, by eve@far; v1 was not: "):
        promoted(s3, "v1")

    assert s3.pointer["version"] == "v2"
    assert [(move["after"], move["by"]) for move in s3.moves[3:]] == [("v2", "eve@far")]


def test_first_model_of_a_lake_may_lose_the_race_too():
    s3 = FakeS3()
    publish(release(2), s3.lake, by="ann@desk", judge=passed, now=NOW)
    del s3.objects[POINTER]
    race(s3, "v2")
    with pytest.raises(PromoteError, match=r"^v2 was made live meanwhile"):
        publish(release(1), s3.lake, by="bob@desk", judge=passed, now=NOW)
    assert s3.pointer["version"] == "v2"


def test_pointer_that_is_deleted_meanwhile_is_not_made_anew(s3):
    s3.before_write = lambda key: s3.objects.pop(key, None) if key == POINTER else None
    with pytest.raises(PromoteError, match=r"^no version was made live meanwhile; v1 was not: "):
        promoted(s3, "v1")
    assert POINTER not in s3.objects


def test_two_writes_at_the_very_same_moment_are_a_lost_race_too(s3):
    s3.error, s3.fails_at = refusal("ConditionalRequestConflict"), POINTER
    with pytest.raises(PromoteError, match="v1 was not"):
        promoted(s3, "v1")


def test_retried_write_whose_response_was_lost_counts_as_done(s3):
    put = s3.put_object

    def twice(**arguments):
        put(**arguments)
        if arguments["Key"] == POINTER:
            again = refusal("PreconditionFailed")
            again.response["ResponseMetadata"] = {"RetryAttempts": 1}
            raise again

    s3.put_object = twice
    assert promoted(s3, "v1").version == "v1"
    assert s3.moves[-1]["after"] == "v1"


def test_move_that_cannot_be_recorded_is_an_error_and_no_refusal(s3):
    s3.error, s3.fails_at = EndpointConnectionError(endpoint_url="http://lake"), "-v1.json"
    with pytest.raises(LakeError, match=r"^v1 is live, but that isn't recorded: s3://lake/models/history/"):
        promoted(s3, "v1")


def test_refused_pointer_is_no_lost_race(s3):
    s3.error, s3.fails_at = refusal("AccessDenied"), POINTER
    with pytest.raises(LakeError, match=r"^s3://lake/models/current\.json: .* s3:PutObject on models/\*$"):
        promoted(s3, "v1")


def test_model_that_the_reviews_speak_against_needs_a_reason_which_is_recorded_with_who_and_when(s3):
    judge = refused("on 100 reviews it is worse")
    with pytest.raises(
        GateError, match=r"^v1 doesn't go live: on 100 reviews it is worse; to promote it all"
    ):
        promoted(s3, "v1", judge=judge)
    assert s3.pointer["version"] == "v3"

    reason = "v3 was trained on last year's log"
    with pytest.raises(GateError, match=r"^v1 doesn't go live: "):
        promoted(s3, "v1", judge=judge, why=reason)  # a reason that isn't to force it forces nothing
    done = promoted(s3, "v1", judge=judge, why=reason, forced=True)
    assert done.notes == ["v1: on 100 reviews it is worse"]
    assert s3.moves[-1] == {
        "kind": "promote",
        "before": "v3",
        "after": "v1",
        "by": "bob@desk",
        "why": "v3 was trained on last year's log",
        "at": "2026-11-21T13:30:00Z",
    }
    assert json.loads(s3.lake.read("models/v1/decision.json").body) == {
        "against": "on 100 reviews it is worse",
        "at": "2026-11-21T13:30:00Z",
        "forced": "v3 was trained on last year's log",
        "reviews": 100,
    }


def test_model_that_nothing_is_compared_on_needs_a_reason(s3):
    with pytest.raises(GateError, match=r"^v1 doesn't go live: no reviews were given to compare it on"):
        promoted(s3, "v1", judge=None)
    assert promoted(s3, "v1", judge=None, why="a test", forced=True).version == "v1"


def test_model_is_judged_against_the_live_one(s3):
    judged = []
    promoted(s3, "v1", judge=lambda model, live: judged.append((model.version, live)) or passed(model, live))
    assert judged == [("v1", "v3")]


def test_command_prints_what_is_live_to_stdout_and_notes_to_stderr(s3, capsys, monkeypatch):
    monkeypatch.setattr("model_training.registry.lake.s3_client", lambda _: s3)

    assert main(["promote", "v1", "--bucket", "lake", "--by", "Bob"]) == 2
    why = (
        "no reviews were given to compare it on, and the lake has no sample of a training run of the last "
        "week: run `retrain --steps prepare`, or give --reviews FILE"
    )
    assert capsys.readouterr().err == (
        f'error: v1 doesn\'t go live: {why}; to promote it all the same: promote v1 --force "reason"\n'
    )
    assert main(["promote", "v1", "--bucket", "lake", "--by", "Bob", "--force", "a test"]) == 0
    said = capsys.readouterr()
    assert said.out == "v1 is live, was v3\n"
    assert said.err.startswith("note: v1: no reviews were given to compare it on")
    assert s3.moves[-1]["by"] == "Bob"
    assert main(["promote", "v1", "--bucket", "lake"]) == 0
    assert capsys.readouterr().out == "v1 was live already\n"


def test_without_a_name_the_record_has_user_and_host(s3, monkeypatch):
    monkeypatch.setattr("model_training.registry.lake.s3_client", lambda _: s3)
    monkeypatch.setattr("socket.gethostname", lambda: "laptop")
    monkeypatch.setenv("LOGNAME", "carol")
    assert main(["promote", "v1", "--bucket", "lake", "--force", "a test"]) == 0
    assert s3.moves[-1]["by"] == "carol@laptop"


def test_empty_reason_is_refused(capsys):
    assert main(["promote", "v1", "--bucket", "lake", "--force", " "]) == 2
    assert "'--force': give the reason, for the record" in capsys.readouterr().err


def test_without_a_bucket_it_is_the_lake_of_this_machine(s3, tmp_path, monkeypatch):
    requested = []
    outputs = tmp_path / "outputs.json"
    outputs.write_text(json.dumps({"bucket": "lake", "endpoint": "http://127.0.0.1:4566/_aws/x/y/local"}))
    monkeypatch.setattr("model_training.registry.lake.LOCAL_OUTPUTS", outputs)
    monkeypatch.setattr(
        "model_training.registry.lake.s3_client", lambda url, **keys: requested.append((url, keys)) or s3
    )
    assert main(["promote", "v1", "--force", "a test"]) == 0
    ((url, keys),) = requested
    assert url == "http://127.0.0.1:4566"
    assert keys["aws_access_key_id"] == "test"  # never the user's own
    assert s3.pointer["version"] == "v1"


def test_without_a_bucket_and_a_local_cloud_the_error_names_the_fix(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("model_training.registry.lake.LOCAL_OUTPUTS", tmp_path / "none.json")
    assert main(["promote", "v1"]) == 2
    assert capsys.readouterr().err == "error: which data lake? give --bucket, or run `make up` first\n"
