"""Rolling back: to what was live before, as often as there was something before."""

from datetime import timedelta

import pytest

from model_training.cli import main
from model_training.registry.gates import GateError
from model_training.registry.lake import LakeError
from model_training.registry.moves import Move, live_before
from model_training.registry.promote import PromoteError, promote, rollback
from model_training.registry.publish import publish

from .fake_s3 import FakeS3
from .releases import NOW, passed, release


@pytest.fixture
def s3():
    """Give a lake in which v1, v2 and v3 went live one after the other."""
    s3 = FakeS3()
    for number in (1, 2, 3):
        publish(release(number, log_loss=0.4 - number / 100), s3.lake, by="ann@desk", judge=passed, now=NOW)
    return s3


def rolled_back(s3):
    return rollback(s3.lake, by="bob@desk", now=NOW + timedelta(hours=1))


def test_model_before_is_live_again_though_it_is_worse(s3):
    done = rolled_back(s3)

    assert (done.version, done.before) == ("v2", "v3")
    assert s3.pointer["version"] == "v2"
    assert s3.moves[-1] == {
        "kind": "rollback",
        "before": "v3",
        "after": "v2",
        "by": "bob@desk",
        "why": "",
        "at": "2026-11-21T13:30:00Z",
    }


def test_reason_of_a_rollback_is_recorded(s3):
    rollback(s3.lake, by="bob@desk", now=NOW + timedelta(hours=1), why="v3 answers too high")

    assert s3.moves[-1]["why"] == "v3 answers too high"


def test_rolling_back_twice_goes_back_two_models_and_no_further(s3):
    rolled_back(s3)
    assert rolled_back(s3).version == "v1"
    with pytest.raises(PromoteError, match=r"^no version is known that was live before v1: choose one that"):
        rolled_back(s3)
    assert s3.pointer["version"] == "v1"


def test_promotion_after_a_rollback_is_undone_to_where_that_went(s3):
    rolled_back(s3)
    promote(s3.lake, "v3", by="bob@desk", judge=passed, now=NOW, why="it was the data")
    assert rolled_back(s3).version == "v2"
    assert rolled_back(s3).version == "v1"


def test_lake_without_a_pointer_has_nothing_to_go_back_to():
    with pytest.raises(PromoteError, match="live before the default model: choose one"):
        rolled_back(FakeS3())


def test_pointer_that_was_moved_by_hand_is_not_guessed_about(s3):
    promote(s3.lake, "v1", by="bob@desk", judge=passed, now=NOW + timedelta(hours=1), why="a test")
    del s3.objects[next(key for key in reversed(s3.objects) if key.startswith("models/history/"))]
    with pytest.raises(PromoteError, match="no version is known that was live before v1"):
        rolled_back(s3)
    assert s3.pointer["version"] == "v1"


def test_wrong_clock_does_not_change_the_order_of_the_moves(s3):
    promote(s3.lake, "v1", by="bob@desk", judge=passed, now=NOW - timedelta(days=300), why="a test")
    assert rolled_back(s3).version == "v3"


def test_damaged_model_is_not_rolled_back_to(s3):
    key = "models/v2/model.json"
    s3.objects[key] = s3.objects[key]._replace(body=b"{}")
    with pytest.raises(GateError, match=r"^v2: the stored model\.json isn't the one of its card"):
        rolled_back(s3)
    assert s3.pointer["version"] == "v3"


def test_damaged_record_is_named(s3):
    key = next(key for key in s3.objects if key.startswith("models/history/"))
    s3.objects[key] = s3.objects[key]._replace(body=b"{}")
    with pytest.raises(LakeError, match=rf"^s3://lake/{key}: not a record of a move"):
        rolled_back(s3)


def test_command_says_what_is_live_now(s3, capsys, monkeypatch):
    monkeypatch.setattr("model_training.registry.lake.s3_client", lambda _: s3)
    assert main(["rollback", "--bucket", "lake", "--by", "Bob"]) == 0
    assert capsys.readouterr() == ("v2 is live, was v3\n", "")
    assert s3.moves[-1]["by"] == "Bob"


def move(kind, before, after):
    return Move(kind, before, after, "ann@desk", "", "2026-11-21T12:30:00Z")


@pytest.mark.parametrize(
    ("moves", "live", "before"),
    [
        ([], "a", None),
        ([("publish", "x", "a")], "a", "x"),  # the record begins when something was live already
        ([("publish", "a", "b")], "c", None),
        ([("promote", "a", "b"), ("promote", "b", "a"), ("rollback", "a", "b")], "b", "a"),
        ([("publish", None, "a"), ("promote", "x", "b")], "b", "x"),  # somebody wrote x by hand between
        ([("publish", None, "a"), ("promote", "a", "b"), ("rollback", "b", "a")], "a", None),
        ([("publish", None, "a"), ("promote", "a", "b"), ("publish", "b", "b")], "b", "a"),  # mended
    ],
)
def test_what_was_live_before_comes_from_the_moves(moves, live, before):
    assert live_before([move(*each) for each in moves], live) == before
