"""Calibration: predictions against outcomes, day by day, model by model, and only where something changed."""

import json
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from model_training import cli
from model_training.calibration import calibrate
from model_training.calibration.day import input_drift
from model_training.calibration.figures import figures
from model_training.calibration.run import LATEST, QUALITY
from model_training.calibration.tenure import Tenure, live_on
from model_training.fitting.starting_point import default_model
from model_training.jobs.handler import handler
from model_training.registry.moves import Move
from model_training.registry.promote import promote
from model_training.retraining.served import served
from model_training.review_log.features import FEATURE_COLUMNS, scored_features
from model_training.review_log.stability import distribution
from model_training.review_table import canonical, compact, erase, load
from tests.functional.openapi import response_validator
from tests.training.fake_s3 import FakeS3
from tests.training.releases import passed, release
from tests.training.review_events import NOW, event, post

TODAY, YESTERDAY = "2026-11-20", "2026-11-19"
MODEL = "20261101T000000Z-aaaaaaaa"


@pytest.fixture
def s3():
    return FakeS3(began=NOW - timedelta(days=1))


def calibrated(s3, *reviews):
    """Send reviews, if any, and return the report of the calibration that follows."""
    if reviews:
        post(s3, *reviews)
        compact(s3.lake, now=NOW)
    calibrate(s3.lake, NOW)
    return json.loads(s3.objects[LATEST].body)


def shown(report, day=YESTERDAY, source="shown"):
    """Return a day's figures of a source, by version."""
    (found,) = [each for each in report["days"] if each["day"] == day]
    return {each["model_version"]: each for each in found["predictions"] if each["source"] == source}


def publish(s3, number, *, last_review=None, **data):
    """Make a model live that was trained on reviews up to a moment; return its version."""
    made = release(number)
    card = json.loads(made.card)
    card["data"] = data | ({"last_review": last_review.isoformat()} if last_review else {})
    s3.lake.write(made.key(made.model_file), made.model)
    s3.lake.write(made.key("card.json"), json.dumps(card).encode())
    promote(s3.lake, made.version, by="me", judge=passed, now=NOW - timedelta(days=3))
    return made.version


def crowd(count, *, days_ago=1.0, first=9.0, prefix="l", **more):
    """Return two reviews of each of many learners: a first one, and a scored one."""
    return [
        event(f"{prefix}{n}-{when}", days_ago=when, learner=f"{prefix}{n}", rating=3 if n % 5 else 1, **kind)
        for n in range(count)
        for when, kind in ((first, {}), (days_ago, more))
    ]  # fmt: skip


def test_shown_predictions_are_judged_by_their_outcomes_versions_apart(s3):
    report = calibrated(
        s3,
        event(1, card="a", recall=0.8, version=MODEL),
        event(2, card="b", recall=0.6, version=MODEL, rating=1),
        event(3, card="c", recall=0.9, version="v2"),
        event(4, card="d", recall=0.7),
    )

    found = shown(report)
    assert found[MODEL]["log_loss"] == pytest.approx(-np.log([0.8, 0.4]).mean(), abs=1e-6)
    assert (found[MODEL]["reviews"], found[MODEL]["auc"]) == (2, 1.0)
    assert (found["v2"]["reviews"], found["v2"]["auc"]) == (1, None)
    assert found[None]["log_loss"] == pytest.approx(-np.log(0.7), abs=1e-6)


def test_card_again_on_the_same_study_day_is_not_judged(s3):
    report = calibrated(
        s3,
        event(1, days_ago=1.1, recall=0.8, version=MODEL, rating=1),
        event(2, days_ago=1.0, recall=0.99, version=MODEL),
    )

    assert shown(report)[MODEL]["reviews"] == 1
    assert shown(report)[MODEL]["recalled"] == 0


def test_review_without_a_prediction_is_replayed_by_the_live_model_both_ways(s3):
    reviews = [event(1, days_ago=5), event(2), event(3, card="b", days_ago=8), event(4, card="b", rating=1)]
    report = calibrated(s3, *reviews)
    default = served(s3.lake, None)
    log = scored_features(canonical(load(s3.lake)).reviews)

    assert shown(report) == {}
    for way, probability in default.predictions(log).items():
        found = shown(report, source=f"replayed_{way}")[default.version]
        expected = figures(log["recalled"].to_numpy(), probability)
        assert {name: found[name] for name in expected} == expected


def test_review_that_came_with_a_prediction_is_not_replayed(s3):
    report = calibrated(s3, event(1, days_ago=5), event(2, recall=0.8, version=MODEL))

    assert set(shown(report)) == {MODEL}
    assert shown(report, source="replayed_three_inputs") == {}


def test_day_of_first_reviews_without_predictions_has_no_figures(s3):
    report = calibrated(s3, event(1), event(2, card="b"))

    (day,) = report["days"]
    assert (day["day"], day["predictions"], day["drift"]) == (YESTERDAY, [], None)
    assert report["week"] is None


def test_model_is_not_judged_by_what_it_was_trained_on(s3):
    reviews = [event(1, days_ago=9), event(2, days_ago=2), event(3, days_ago=1)]
    version = publish(s3, 1, last_review=NOW - timedelta(days=1.5))
    report = calibrated(s3, *reviews)

    assert shown(report, "2026-11-18", "replayed_three_inputs") == {}
    assert shown(report, YESTERDAY, "replayed_three_inputs")[version]["reviews"] == 1


def test_model_without_training_dates_is_judged_from_when_it_went_live(s3):
    reviews = [event(1, days_ago=9), event(2, days_ago=4), event(3, days_ago=1)]
    version = publish(s3, 1)  # three days ago
    report = calibrated(s3, *reviews)

    assert list(shown(report, "2026-11-16", "replayed_three_inputs")) == [default_model().name]
    assert shown(report, YESTERDAY, "replayed_three_inputs")[version]["reviews"] == 1


def test_deleted_model_replays_nothing(s3):
    publish(s3, 1)
    s3.lake.delete([key for key in s3.objects if key.startswith("models/v1/")])
    report = calibrated(s3, event(1, days_ago=5), event(2))

    assert report["days"][-1]["predictions"] == []


@pytest.mark.parametrize(
    ("day", "tenure"),
    [
        (1, Tenure(None, None)),
        (3, Tenure("v1", datetime(2026, 11, 2, 9, tzinfo=UTC))),
        (4, Tenure("v3", datetime(2026, 11, 4, 12, tzinfo=UTC))),
    ],
)
def test_model_of_a_day_is_the_one_that_was_live_when_it_ended(day, tenure):
    moves = [
        Move("promote", None, "v1", "me", "", "2026-11-02T09:00:00Z"),
        Move("promote", "v1", "v2", "me", "", "2026-11-04T09:00:00Z"),
        Move("promote", "v2", "v3", "me", "", "2026-11-04T12:00:00Z"),
    ]

    assert live_on(date(2026, 11, day), moves, "v3") == tenure


def test_without_a_record_the_live_model_was_live_all_along():
    assert live_on(date(2026, 11, 1), [], "v1") == Tenure("v1", None)


def writes(s3):
    """Return the list to which the keys of reports will be added when they are written."""
    keys = []
    s3.before_write = lambda key: keys.append(key.removeprefix(QUALITY)) if key.startswith(QUALITY) else None
    return keys


def test_days_that_did_not_change_are_not_computed_again(s3):
    first = calibrated(s3, event(1, days_ago=5), event(2, days_ago=2), event(3))
    keys = writes(s3)
    again = calibrated(s3)

    assert keys == ["latest.json"]
    assert again == first


def test_late_event_changes_its_day_and_the_later_ones_only(s3):
    calibrated(s3, event(1, days_ago=9), event(2, days_ago=5), event(3, days_ago=1))
    keys = writes(s3)
    report = calibrated(s3, event(4, days_ago=3, rating=1, recall=0.4, version=MODEL))

    assert keys == ["2026-11-17.json", f"{YESTERDAY}.json", "latest.json"]
    assert shown(report, "2026-11-17")[MODEL]["log_loss"] == pytest.approx(-np.log(0.6), abs=1e-6)
    default = served(s3.lake, None)
    (probability,) = default.predictions(scored_features(canonical(load(s3.lake)).reviews))["history"][-1:]
    found = shown(report, source="replayed_history")[default.version]
    # With the late failure before it.
    assert found["log_loss"] == pytest.approx(-np.log(probability), abs=1e-6)


def test_model_that_went_live_during_the_day_is_noticed(s3):
    calibrated(s3, event(1, days_ago=9), event(2, days_ago=1))
    made = release(1)
    s3.lake.write(made.key(made.model_file), made.model)
    s3.lake.write(made.key("card.json"), made.card)
    promote(s3.lake, "v1", by="me", judge=passed, now=NOW - timedelta(days=1.2))
    report = calibrated(s3)

    assert list(shown(report, source="replayed_three_inputs")) == ["v1"]
    assert report["days"][0]["model_version"] == default_model().name


def test_erased_learner_is_gone_from_the_figures(s3):
    calibrated(s3, event(1, recall=0.8, version=MODEL), event(2, learner="bob", recall=0.6, version=MODEL))
    erase(s3.lake, "bob", now=NOW)
    assert shown(calibrated(s3))[MODEL]["reviews"] == 1
    erase(s3.lake, "ann", now=NOW)
    assert shown(calibrated(s3)) == {}


def test_report_stays_when_the_retention_drops_its_reviews(s3):
    calibrated(s3, event(1, days_ago=40, recall=0.8, version=MODEL), event(2))
    compact(s3.lake, now=NOW, retention_days=30)
    report = calibrated(s3)

    assert shown(report, "2026-10-11")[MODEL]["reviews"] == 1


def test_report_has_the_newest_90_days(s3):
    report = calibrated(s3, event(1, days_ago=90, recall=0.5), event(2, days_ago=89, recall=0.5), event(3))

    assert [day["day"] for day in report["days"]] == ["2026-08-23", YESTERDAY]


def test_of_many_versions_the_report_keeps_the_most_used(s3):
    """Callers name them: of the many, the most used stay."""
    used = [(f"{version}-{n}", f"v{version}") for version in range(8) for n in range(version + 1)]
    used = [event(name, card=name, recall=0.8, version=version) for name, version in used]
    report = calibrated(s3, *used)

    assert list(shown(report)) == ["v7", "v6", "v5", "v4", "v3"]


def test_empty_lake_has_an_empty_report(s3):
    assert calibrated(s3) == {
        "made_at": "2026-11-20T12:00:00Z",
        "model_version": default_model().name,
        "week": None,
        "days": [],
    }


def test_week_prefers_what_was_shown_and_needs_500_outcomes(s3):
    version = publish(s3, 1, last_review=NOW - timedelta(days=60))
    report = calibrated(s3, *crowd(499, recall=0.75, version=version))
    assert report["week"] is None

    report = calibrated(s3, event("more", learner="one more", days_ago=3, recall=0.75, version=version))
    week = report["week"]
    assert (week["source"], week["model_version"], week["reviews"]) == ("shown", version, 500)
    assert week["calibration_error"] == pytest.approx(0.8 - 0.75)  # one in five fails
    assert calibrate(s3.lake, NOW).metrics.keys() >= {"LiveLogLoss", "LiveCalibrationError", "LiveAuc"}


def test_week_of_a_model_that_nobody_is_shown_is_replayed(s3):
    report = calibrated(s3, *crowd(500))

    assert (report["week"]["source"], report["week"]["reviews"]) == ("replayed_history", 500)


def test_drift_is_measured_from_what_the_model_was_trained_on(s3):
    inputs = {
        "days_since_last_review": distribution([8.0] * 9 + [1.0]),
        "review_count": distribution([1.0]),
        "difficulty": distribution([1.0, 9.0]),
    }
    publish(s3, 1, inputs=inputs)
    report = calibrated(s3, *crowd(500))
    drift = report["days"][-1]["drift"]

    assert (drift["reference"], drift["reviews"]) == ("training", 500)
    assert drift["inputs"]["review_count"] == 0
    assert drift["inputs"]["difficulty"] > 0.25
    assert calibrate(s3.lake, NOW).metrics["InputDrift"] == max(drift["inputs"].values())


def test_drift_is_measured_from_older_reviews_where_the_model_has_no_inputs(s3):
    report = calibrated(s3, *crowd(500, first=30, days_ago=20, prefix="old"), *crowd(500, first=5))
    drift = report["days"][-1]["drift"]

    assert drift["reference"] == "older_reviews"
    assert drift["inputs"]["review_count"] == 0
    assert drift["inputs"]["days_since_last_review"] > 0.25  # 4 days, and they were 10


def scored_inputs(learner, days_ago, days, count):
    """Return scored reviews of one learner with the same delay."""
    columns = dict.fromkeys(FEATURE_COLUMNS, 1.0) | {"days_since_last_review": float(days)}
    reviewed_at = pd.Timestamp(NOW) - pd.Timedelta(days=days_ago)
    return pd.DataFrame(columns, index=range(count)).assign(learner=learner, reviewed_at=reviewed_at)


@pytest.mark.parametrize(("movers", "drifted"), [(1, False), (15, True)])
def test_one_learner_with_most_of_the_reviews_is_no_drift_and_most_learners_are(movers, drifted):
    """A mover reviewed a thousand cards after 40 days in a week; the others do 30 as ever, after 5."""
    older = [scored_inputs(f"l{number}", 20, 5 + number % 2, 60) for number in range(20)]
    week = [
        scored_inputs(f"l{number}", 2, 40 if number < movers else 5 + number % 2, 1_000 if not number else 30)
        for number in range(20)
    ]
    drift = input_drift((NOW - timedelta(days=1)).date(), pd.concat([*older, *week]), None)
    assert (drift["inputs"]["days_since_last_review"] >= 0.25) is drifted
    assert (drift["inputs"]["days_since_last_review"] > 0) is True


def test_few_reviews_have_no_drift(s3):
    report = calibrated(s3, *crowd(499, first=30, days_ago=20, prefix="old"), *crowd(500, first=5))

    assert report["days"][-1]["drift"] is None
    assert "InputDrift" not in calibrate(s3.lake, NOW).metrics


def test_report_is_what_the_apis_document_says(s3):
    publish(s3, 1)
    report = calibrated(
        s3, *crowd(500, first=30, days_ago=20, prefix="old"), *crowd(500, recall=0.8), event(1, recall=1.0)
    )

    assert report["days"][-1]["drift"] is not None
    response_validator("/v1/quality", "get").validate(report)
    response_validator("/v1/quality", "get").validate(calibrated(FakeS3()))


def test_damaged_report_is_made_anew(s3):
    first = calibrated(s3, event(1, recall=0.8, version=MODEL))
    s3.lake.write(f"{QUALITY}{YESTERDAY}.json", b"{")

    assert calibrated(s3) == first


@pytest.fixture
def job(s3, monkeypatch):
    """Give the environment of the jobs function; the clock is the reviews'."""
    monkeypatch.setattr("model_training.registry.lake.s3_client", lambda _: s3)
    for name, value in {"LAKE_BUCKET": "lake", "METRICS_NAMESPACE": "Recall", "STAGE": "test"}.items():
        monkeypatch.setenv(name, value)
    run = calibrate
    monkeypatch.setattr("model_training.calibration.calibrate", lambda lake, _now: run(lake, NOW))


def test_job_writes_the_weeks_figures_as_metrics(s3, job, capsys):
    post(s3, *crowd(500, first=30, days_ago=20, prefix="old"), *crowd(500, first=5))
    compact(s3.lake, now=NOW)

    answer = handler({"command": ["calibrate"]}, None)

    measured, _log, _job = map(json.loads, capsys.readouterr().out.splitlines()[-3:])
    (directive,) = measured["_aws"]["CloudWatchMetrics"]
    assert (directive["Namespace"], directive["Dimensions"]) == ("Recall", [["Stage"]])
    names = [metric["Name"] for metric in directive["Metrics"]]
    assert set(names) == {"LiveLogLoss", "LiveCalibrationError", "LiveAuc", "InputDrift"}
    assert {name: measured[name] for name in names} == answer["metrics"]
    assert answer["days"] == ["2026-10-21", "2026-10-31", "2026-11-15", YESTERDAY]


def test_job_that_measured_nothing_writes_no_metric(s3, job, capsys):
    assert handler({"command": ["calibrate"]}, None) == {"days": [], "metrics": {}}

    assert "LiveLogLoss" not in capsys.readouterr().out


def test_command_prints_the_weeks_figures(s3, job, capsys):
    post(s3, *crowd(500))
    compact(s3.lake, now=NOW)
    assert cli.main(["calibrate", "--bucket", "lake"]) == 0
    assert cli.main(["calibrate", "--bucket", "lake"]) == 0

    computed, week, again, _ = capsys.readouterr().out.splitlines()
    assert computed == "2 days computed, the others are as they were"
    assert week.startswith(f"{default_model().name}, replayed history, newest 7 days: 500 outcomes, log ")
    assert again == "0 days computed, the others are as they were"
