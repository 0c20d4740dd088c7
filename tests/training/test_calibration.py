"""Calibration: predictions against outcomes, day by day and model by model."""

import json
from datetime import date, timedelta

import numpy as np
import pytest

from model_training.calibration.run import COLLECTED, LATEST, QUALITY
from model_training.calibration.tenure import live_on
from model_training.registry.default_model import default_version
from model_training.registry.moves import Move
from model_training.registry.promote import promote
from model_training.review_log.distributions import distribution
from tests.functional.openapi import response_validator
from tests.training.fake_s3 import FakeS3
from tests.training.releases import passed, release
from tests.training.review_rows import NOW, calibration, crowd, row

YESTERDAY = "2026-11-19"
MODEL = "20261101T000000Z-aaaaaaaa"


@pytest.fixture
def s3():
    return FakeS3(began=NOW - timedelta(days=1))


def calibrated(s3, *rows):
    """Return the report of a calibration of a table with these rows."""
    calibration(s3, rows)
    return json.loads(s3.objects[LATEST].body)


def shown(report, day=YESTERDAY):
    """Return a day's figures by version."""
    (found,) = [each for each in report["days"] if each["day"] == day]
    return {each["model_version"]: each for each in found["predictions"]}


def publish(s3, number, *, days_ago=3.0, **data):
    """Make a model live whose card has this data; return its version."""
    made = release(number)
    s3.lake.write(made.key(made.model_file), made.model)
    s3.lake.write(made.key("card.json"), json.dumps(json.loads(made.card) | {"data": data}).encode())
    promote(s3.lake, made.version, by="me", judge=passed, now=NOW - timedelta(days=days_ago))
    return made.version


def test_predictions_are_judged_by_their_outcomes_versions_apart(s3):
    report = calibrated(
        s3,
        row(recall=0.8, version=MODEL),
        row(recall=0.6, version=MODEL, rating=1),
        row(recall=0.9, version="v2", rating=2),
        row(recall=0.7),
    )

    found = shown(report)
    assert found[MODEL]["log_loss"] == pytest.approx(-np.log([0.8, 0.4]).mean(), abs=1e-6)
    assert (found[MODEL]["reviews"], found[MODEL]["auc"], found[MODEL]["source"]) == (2, 1.0, "shown")
    assert (found["v2"]["recalled"], found["v2"]["auc"]) == (1, None)
    assert found[None]["log_loss"] == pytest.approx(-np.log(0.7), abs=1e-6)


def test_first_review_with_a_prediction_is_judged_and_a_repeat_of_its_day_is_not(s3):
    report = calibrated(
        s3,
        row(recall=0.8, version=MODEL, rating=1, days=None),
        row(recall=0.99, version=MODEL, days=0.01, scored=False),
    )

    assert (shown(report)[MODEL]["reviews"], shown(report)[MODEL]["recalled"]) == (1, 0)


def test_reviews_and_learners_of_each_day_are_counted(s3):
    calibration(
        s3, [row(learner="ann"), row(learner="ann"), row(learner="bob"), row(learner="ann", days_ago=3)]
    )

    found = json.loads(s3.objects[COLLECTED].body)
    assert (found["learners"], found["made_at"]) == (2, NOW.strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert found["days"] == [
        {"day": "2026-11-17", "reviews": 1, "learners": 1},
        {"day": YESTERDAY, "reviews": 3, "learners": 2},
    ]


def test_day_without_predictions_has_no_figures(s3):
    report = calibrated(s3, row(days=None), row())

    assert report["days"] == [
        {"day": YESTERDAY, "model_version": default_version(), "predictions": [], "drift": None}
    ]
    assert report["week"] is None


MOVES = [
    Move("promote", None, "v1", "me", "", "2026-11-02T09:00:00Z"),
    Move("promote", "v1", "v2", "me", "", "2026-11-04T09:00:00Z"),
    Move("promote", "v2", "v3", "me", "", "2026-11-04T12:00:00Z"),
]


@pytest.mark.parametrize(
    ("day", "moves", "version"), [(1, MOVES, None), (3, MOVES, "v1"), (4, MOVES, "v3"), (1, [], "v3")]
)
def test_model_of_a_day_is_the_one_that_was_live_when_it_ended(day, moves, version):
    assert live_on(date(2026, 11, day), moves, "v3") == version


def test_days_that_did_not_change_are_not_written_again(s3):
    rows = [row(5, recall=0.8), row(2), row(1, recall=0.7, version=MODEL)]
    first = calibrated(s3, *rows)
    keys = []
    s3.before_write = lambda key: keys.append(key.removeprefix(QUALITY))

    assert calibration(s3, rows).days == []
    assert keys == ["latest.json", "collected.json"]
    assert calibrated(s3, *rows) == first
    late = [*rows, row(3, rating=1, recall=0.4, version=MODEL)]
    assert calibration(s3, late).days == ["2026-11-17"]


def test_model_that_went_live_during_a_day_after_all_is_noticed(s3):
    calibrated(s3, row(9), row(1))
    version = publish(s3, 1, days_ago=1.2)
    report = calibrated(s3, row(9), row(1))

    assert [day["model_version"] for day in report["days"]] == [default_version(), version]


def test_erased_reviews_are_gone_from_the_figures(s3):
    ann, bob = row(recall=0.8, version=MODEL), row(recall=0.6, version=MODEL, learner="bob")
    calibrated(s3, row(9), ann, bob)

    assert shown(calibrated(s3, row(9), ann))[MODEL]["reviews"] == 1
    assert shown(calibrated(s3, row(9))) == {}


def test_report_stays_when_the_retention_drops_its_reviews(s3):
    old = row(40, recall=0.8, version=MODEL)
    calibrated(s3, old, row())

    assert shown(calibrated(s3, row()), "2026-10-11")[MODEL]["reviews"] == 1
    assert shown(calibrated(s3), "2026-10-11")[MODEL]["reviews"] == 1


def test_report_of_an_earlier_release_keeps_what_is_still_known(s3):
    """It also said from which files it was made."""
    first = calibrated(s3, row(40, recall=0.8, version=MODEL))["days"]
    s3.lake.write(f"{QUALITY}2026-10-11.json", json.dumps(first[0] | {"made_from": "2026"}).encode())

    assert calibrated(s3, row())["days"][:1] == first


def test_report_has_the_newest_90_days(s3):
    report = calibrated(s3, row(90, recall=0.5), row(89, recall=0.5), row())

    assert [day["day"] for day in report["days"]] == ["2026-08-23", YESTERDAY]


def test_of_many_versions_the_report_keeps_the_most_used(s3):
    used = [f"v{version}" for version in range(8) for _ in range(version + 1)]
    report = calibrated(s3, *(row(recall=0.8, version=version) for version in [*used, "v2a", "v2a"]))

    assert list(shown(report)) == ["v7", "v6", "v5", "v4", "v3"]


def test_empty_table_has_an_empty_report(s3):
    assert calibrated(s3) == {
        "made_at": "2026-11-20T12:00:00Z",
        "model_version": default_version(),
        "week": None,
        "days": [],
    }


def test_week_needs_500_outcomes_of_the_live_model(s3):
    version = publish(s3, 1)
    rows = [*crowd(499, recall=0.75, version=version), *crowd(500, recall=0.75, version=MODEL)]
    assert calibrated(s3, *rows)["week"] is None

    rows += [row(3, recall=0.75, version=version), row(7, recall=0.75, version=version)]
    week = calibrated(s3, *rows)["week"]
    assert (week["source"], week["model_version"], week["reviews"]) == ("shown", version, 500)
    assert week["calibration_error"] == pytest.approx(0.8 - 0.75)  # one in five fails
    found = calibration(s3, rows).metrics
    assert (found["LiveLogLoss"], found["LiveAuc"]) == (week["log_loss"], 0.5)


def test_drift_is_measured_from_what_the_model_was_trained_on(s3):
    inputs = {
        "days_since_last_review": distribution([4.0] * 9 + [1.0]),
        "review_count": distribution([1.0]),
        "difficulty": distribution([1.0, 9.0]),
    }
    publish(s3, 1, inputs=inputs)
    rows = crowd(500)
    drift = calibrated(s3, *rows)["days"][-1]["drift"]

    assert (drift["reference"], drift["reviews"]) == ("training", 500)
    assert drift["inputs"]["review_count"] == 0
    # Of ten, one was at a day, below the decile of 4: the share of nobody counts as 1e-4.
    expected = (1e-4 - 0.1) * np.log(1e-4 / 0.1) + 0.1 * np.log(1 / 0.9)
    assert drift["inputs"]["days_since_last_review"] == pytest.approx(expected, abs=1e-6)
    assert calibration(s3, rows).metrics == {"InputDrift": max(drift["inputs"].values())}


@pytest.mark.parametrize(("days_ago", "known"), [(7, False), (8, True), (35, True), (36, False)])
def test_drift_is_measured_from_the_four_weeks_before_where_the_model_has_no_inputs(s3, days_ago, known):
    drift = calibrated(s3, *crowd(500, days_ago, prefix="old", days=10.0), *crowd(500))["days"][-1]["drift"]

    assert (drift is not None) is known
    if known:
        assert drift["reference"] == "older_reviews"
        assert drift["inputs"]["review_count"] == 0
        assert drift["inputs"]["days_since_last_review"] > 0.25  # 4 days, and they were 10


def test_few_reviews_have_no_drift(s3):
    for older, newer in ((499, 500), (500, 499)):
        rows = [*crowd(older, 20, prefix="old", days=10.0), *crowd(newer)]
        assert calibrated(s3, *rows)["days"][-1]["drift"] is None
        assert calibration(s3, rows).metrics == {}


@pytest.mark.parametrize(("movers", "drifted"), [(1, False), (15, True)])
def test_one_learner_with_most_of_the_reviews_is_no_drift_and_most_learners_are(s3, movers, drifted):
    """A mover reviewed a thousand cards after 40 days in a week; the others do 30 as ever, after 5 or 6."""
    older = [row(20, learner=f"l{n}", days=5.0 + n % 2) for n in range(20) for _ in range(60)]
    week = [
        row(2, learner=f"l{n}", days=40.0 if n < movers else 5.0 + n % 2)
        for n in range(20)
        for _ in range(30 if n else 1_000)
    ]
    drift = calibrated(s3, *older, *week)["days"][-1]["drift"]

    assert drift["inputs"]["days_since_last_review"] > 0
    assert (drift["inputs"]["days_since_last_review"] >= 0.25) is drifted


def test_drift_of_a_day_stays_when_the_day_is_older_than_a_week(s3):
    rows = [*crowd(500, 28, prefix="old", days=10.0), *crowd(500, 7)]
    s3.lake.write(
        f"{QUALITY}2026-11-13.json",
        b'{"day": "2026-11-13", "model_version": "v", "predictions": [], "drift": {"reviews": 600}}',
    )

    assert calibrated(s3, *rows)["days"][-1]["drift"] == {"reviews": 600}


def test_report_is_what_the_apis_document_says(s3):
    publish(s3, 1)
    report = calibrated(s3, *crowd(500, 20, prefix="old"), *crowd(500, recall=0.8), row(recall=1.0, rating=1))

    assert report["days"][-1]["drift"] is not None
    response_validator("/v1/quality", "get").validate(report)
    response_validator("/v1/quality", "get").validate(calibrated(FakeS3()))


def test_damaged_report_is_made_anew(s3):
    first = calibrated(s3, row(recall=0.8, version=MODEL))
    s3.lake.write(f"{QUALITY}{YESTERDAY}.json", b"{")

    assert calibrated(s3, row(recall=0.8, version=MODEL)) == first
