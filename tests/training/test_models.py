"""`recall models` lists every version with its figures, marks the live one and says how it went live."""

import json
from datetime import timedelta

import pytest
import skops.io

from model_training.cli import main
from model_training.own_model.release import load_skops_release
from model_training.registry.models import list_models
from model_training.registry.promote import promote
from model_training.registry.publish import publish
from tests.functional.own_models import BOOSTED, fitted

from .fake_s3 import FakeS3, refusal
from .releases import NOW, passed, release


@pytest.fixture
def s3():
    s3 = FakeS3()
    publish(release(1, log_loss=0.35129), s3.lake, by="ann@desk", judge=passed, now=NOW)
    publish(release(2), s3.lake, by="ann@desk", judge=passed, now=NOW + timedelta(hours=1))
    return s3


@pytest.fixture
def printed(s3, capsys, monkeypatch):
    """Run the command on the lake and return what it printed to stdout."""
    monkeypatch.setattr("model_training.registry.lake.s3_client", lambda _: s3)

    def run(*options):
        assert main(["models", "--bucket", "lake", *options]) == 0
        return capsys.readouterr().out

    return run


def test_models_come_with_times_and_figures_the_latest_first(printed):
    head, _rule, first, second, _blank, live = printed().splitlines()

    assert head.split()[-1] == "learners"
    assert first.split() == [
        *("*", "v2", "2026-11-20T09:05:07Z", "2026-11-01T00:00:05Z", "–", "0.3500", "0.7100", "1,234", "3")
    ]
    assert second.split() == [
        *("v1", "2026-11-20T09:05:07Z", "2026-11-01T00:00:01Z", "–", "0.3513", "0.7100", "1,234", "3")
    ]
    assert live.startswith("* live: v2 since ")


def test_json_has_the_live_version_and_every_model(printed):
    found = json.loads(printed("--json"))

    assert (found["live"], found["move"]["kind"], found["move"]["by"]) == ("v2", "publish", "ann@desk")
    assert [(model["version"], model["log_loss"]) for model in found["models"]] == [
        ("v2", 0.35),
        ("v1", 0.35129),
    ]


def test_live_line_says_since_when_by_whom_and_why(s3, printed):
    promote(
        s3.lake, "v1", by="bob@desk", judge=passed, now=NOW + timedelta(hours=2), why="v2 is of the wrong log"
    )

    assert printed().endswith(
        "* live: v1 since 2026-11-21T14:30:00Z, by bob@desk (promote from v2; v2 is of the wrong log)\n"
    )


def test_first_model_came_after_the_default_one(s3, printed):
    s3.objects.clear()
    publish(release(1), s3.lake, by="ann@desk", judge=passed, now=NOW)

    assert printed().endswith("by ann@desk (publish from the default model)\n")


def test_empty_lake_says_that_the_default_model_answers(s3, printed):
    s3.objects.clear()

    assert printed().endswith("* live: none of these; the default model answers\n")


def test_pointer_without_a_record_is_shown_as_it_is(s3, printed):
    for key in [key for key in s3.objects if key.startswith("models/history/")]:
        del s3.objects[key]

    assert printed().endswith("* live: v2\n")


def test_own_estimator_has_no_figures(s3, tmp_path):
    skops.io.dump(fitted(BOOSTED)[0], tmp_path / "mine.skops")
    own = load_skops_release(tmp_path / "mine.skops")
    publish(own, s3.lake, by="ann@desk", judge=passed, now=NOW)

    assert list_models(s3.lake)["models"][0] == {
        "version": own.version,
        "trained_at": None,
        "published_at": "2026-11-01T00:00:09Z",
        "signed": None,
        **dict.fromkeys(("log_loss", "auc", "held_out_reviews", "learners")),
    }


@pytest.mark.parametrize("card", [None, b"{", b'{"metrics": [], "data": {"learners": "3"}}'])
def test_model_with_a_damaged_card_or_none_is_listed_all_the_same(s3, card):
    key = "models/v1/card.json"
    stored = s3.objects.pop(key)
    if card is not None:
        s3.objects[key] = stored._replace(body=card)
    listed = list_models(s3.lake)["models"][1]
    assert (listed["version"], listed["published_at"]) == ("v1", "2026-11-01T00:00:01Z")
    assert {value for name, value in listed.items() if name not in {"version", "published_at"}} == {None}


def test_missing_bucket_is_one_line_and_exit_2(s3, capsys, monkeypatch):
    def missing(**_arguments):
        raise refusal("NoSuchBucket", "GetObject")

    s3.get_object = missing
    monkeypatch.setattr("model_training.registry.lake.s3_client", lambda _: s3)
    assert main(["models", "--bucket", "lake"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: s3://lake/models/current.json: ")
    assert line.endswith("check --bucket, or deploy the data lake first")
