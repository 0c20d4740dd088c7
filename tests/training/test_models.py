"""The table of models: every version with its figures, the live one marked, the latest move told."""

import json
from datetime import timedelta

import pytest
import skops.io

from model_training.cli import main
from model_training.own_estimator.release import load_own_release
from model_training.registry.models import models_report
from model_training.registry.promote import promote
from model_training.registry.publish import publish
from tests.functional.own_models import BOOSTED, fitted

from .fake_s3 import FakeS3, refusal
from .releases import NOW, release


@pytest.fixture
def s3():
    s3 = FakeS3()
    publish(release(1, log_loss=0.35129), s3.lake, by="ann@desk", now=NOW)
    publish(release(2), s3.lake, by="ann@desk", now=NOW + timedelta(hours=1))
    return s3


def rows(s3):
    table = models_report(s3.lake).splitlines()
    return [line.split() for line in table[1 : table.index("")]], table[-1]


def test_versions_come_with_times_and_figures_the_latest_first(s3):
    versions, _ = rows(s3)

    assert versions == [
        ["*", "v2", "2026-11-20T09:05:07Z", "2026-11-01T00:00:05Z", "–", "0.3500", "0.7100", "1,234", "3"],
        ["v1", "2026-11-20T09:05:07Z", "2026-11-01T00:00:01Z", "–", "0.3513", "0.7100", "1,234", "3"],
    ]


def test_columns_are_named_and_aligned(s3):
    head, first, second, *_ = models_report(s3.lake).splitlines()

    for title, value in (
        ("version", "v1"),
        ("trained", "2026-11-20"),
        ("log loss", "0.3513"),
        ("learners", "3"),
    ):
        assert second[head.index(title) :].startswith(value)
    assert first.startswith("*  v2")


def test_live_line_says_since_when_by_whom_and_why(s3):
    promote(s3.lake, "v1", by="bob@desk", now=NOW + timedelta(hours=2), why="v2 is of the wrong log")

    versions, live = rows(s3)
    assert [row[0] for row in versions] == ["v2", "*"]
    assert live == (
        "* live: v1 since 2026-11-21T14:30:00Z, by bob@desk (promote from v2; v2 is of the wrong log)"
    )


def test_first_model_came_after_the_default_one():
    s3 = FakeS3()
    publish(release(1), s3.lake, by="ann@desk", now=NOW)
    assert rows(s3)[1].endswith("by ann@desk (publish from the default model)")


def test_empty_lake_says_that_the_default_model_answers():
    assert rows(FakeS3()) == ([], "* live: none of these; the default model answers")


def test_pointer_without_a_record_is_shown_as_it_is(s3):
    for key in [key for key in s3.objects if key.startswith("models/history/")]:
        del s3.objects[key]
    assert rows(s3)[1] == "* live: v2"


def test_own_estimator_has_no_figures(s3, tmp_path):
    skops.io.dump(fitted(BOOSTED)[0], tmp_path / "mine.skops")
    own = load_own_release(tmp_path / "mine.skops")
    publish(own, s3.lake, by="ann@desk", now=NOW)

    assert rows(s3)[0][0] == ["*", own.version, "–", "2026-11-01T00:00:09Z", *["–"] * 5]


@pytest.mark.parametrize(
    "card", [None, b"{", b"[]", b'{"metrics": null}', b'{"metrics": [], "data": {"learners": "3"}}']
)
def test_model_with_a_damaged_card_or_none_is_listed_all_the_same(s3, card):
    key = "models/v1/card.json"
    stored = s3.objects.pop(key)
    if card is not None:
        s3.objects[key] = stored._replace(body=card)
    assert rows(s3)[0][1] == ["v1", "–", "2026-11-01T00:00:01Z", *["–"] * 5]


def test_command_prints_the_table(s3, capsys, monkeypatch):
    monkeypatch.setattr("model_training.registry.lake.s3_client", lambda _: s3)
    assert main(["models", "--bucket", "lake"]) == 0
    assert capsys.readouterr() == (models_report(s3.lake) + "\n", "")


def test_missing_bucket_is_one_line_and_exit_2(s3, capsys, monkeypatch):
    def missing(**_arguments):
        raise refusal("NoSuchBucket", "GetObject")

    s3.get_object = missing
    monkeypatch.setattr("model_training.registry.lake.s3_client", lambda _: s3)
    assert main(["models", "--bucket", "lake"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: s3://lake/models/current.json: ")
    assert line.endswith("check --bucket, or deploy the data lake first")


def test_card_of_fit_has_what_the_table_and_the_gates_read(s3):
    card = json.loads(s3.objects["models/v1/card.json"].body)
    assert {"metrics", "data", "trained_at", "recorded", "held_out_sha256", "model_sha256"} <= set(card)
