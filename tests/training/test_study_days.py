"""A study day is the learner's own: by the clock where they live, in summer and in winter."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from model_training.cli import main
from model_training.readers import read
from model_training.review_log.study_days import StudyDays, study_day
from tests.training.collections import NOW, Answer, add_answers, open_collection

BERLIN = ZoneInfo("Europe/Berlin")


def days_of(folder, *times, study_days=None):
    """Return the study days of reviews at times as a CSV writes them."""
    path = folder / "log.csv"
    path.write_text("learner,card,reviewed_at,rating\n" + "".join(f"ada,1,{t},3\n" for t in times))
    return read([path], now=NOW, study_days=study_days or StudyDays()).reviews["day"].tolist()


@pytest.mark.parametrize(("time", "day"), [("1970-01-01T04:00", 0), ("1970-01-01T03:59:59.999999", -1)])
def test_study_day_begins_at_four_in_the_morning(time, day):
    assert study_day(pd.Series(pd.to_datetime([time], utc=True))).tolist() == [day]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2026-03-01T03:59:59+09:00", "2026-03-01T04:00:00+09:00"),
        ("2026-03-01 03:59:59.999 -0330", "2026-03-01 04:00:00.000 -0330"),
        ("2026-03-01T03:59+02", "2026-03-01T04:00+02"),
        ("2026-03-01T03:59-11:00 ", "2026-03-01T04:00-11:00 "),
        ("2026-03-01T03:59:59Z", "2026-03-01T04:00:00Z"),
        ("2026-03-01", "2026-03-01T04:00:00"),
    ],
)
def test_study_day_begins_by_the_offset_that_each_time_is_written_with(tmp_path, before, after):
    assert days_of(tmp_path, before, after) == [20512, 20513]


def test_zone_of_a_parquet_column_is_the_learners(tmp_path):
    times = pd.Series(pd.to_datetime(["2026-03-01T03:59", "2026-03-01T04:00"])).dt.tz_localize("Asia/Tokyo")
    pd.DataFrame({"learner": "ada", "card": 1, "reviewed_at": times, "rating": 3}).to_parquet(
        tmp_path / "log.parquet"
    )

    assert read([tmp_path / "log.parquet"], now=NOW).reviews["day"].tolist() == [20512, 20513]


def test_given_zone_counts_days_by_its_clock_in_summer_and_in_winter(tmp_path):
    winter, summer = "2026-01-15T03:30Z", "2025-07-15T02:30Z"  # both at half past four in Berlin
    before = ["2026-01-15T02:59Z", "2025-07-15T01:59Z"]

    days = days_of(tmp_path, *before, winter, summer, study_days=StudyDays(BERLIN))

    assert days == [20283, 20284, 20467, 20468]


def test_given_start_moves_the_beginning_of_the_day(tmp_path):
    five_thirty = StudyDays(starts_at=timedelta(hours=5, minutes=30))

    assert days_of(tmp_path, "2026-03-01T05:29Z", "2026-03-01T05:30Z", study_days=five_thirty) == [
        20512,
        20513,
    ]


def test_given_zone_overrules_the_offset_of_each_time(tmp_path):
    times = ["2026-01-15T05:00+05:00", "2026-01-15T08:00+05:00"]  # 1 a.m. and 4 a.m. in Berlin

    assert days_of(tmp_path, *times) == [20468, 20468]
    assert days_of(tmp_path, *times, study_days=StudyDays(BERLIN)) == [20467, 20468]


def test_day_numbers_of_the_file_are_kept_whatever_the_zone(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("learner,card,reviewed_at,rating,day\nada,1,2026-03-01T01:00Z,3,7\n")

    assert read([path], now=NOW, study_days=StudyDays(BERLIN)).reviews["day"].tolist() == [7]


@pytest.mark.parametrize(
    ("times", "study_days"),
    [
        # From Tokyo to Los Angeles, where the same morning begins again.
        (["2026-03-01T05:00+09:00", "2026-02-28T22:00-08:00"], StudyDays()),
        # At the end of summer the hour after two comes twice.
        (["2025-10-26T00:45Z", "2025-10-26T01:15Z"], StudyDays(BERLIN, timedelta(hours=2, minutes=30))),
    ],
)
def test_clock_that_is_set_back_does_not_bring_a_day_back(tmp_path, times, study_days):
    first, second = days_of(tmp_path, *times, study_days=study_days)

    assert first == second


def collection(path, **settings):
    """Write a collection with some settings; its answers are an hour before and at 22:00 UTC."""
    with open_collection(path) as opened:
        opened.remove_config("creationOffset")
        opened.db.execute("update col set crt = ?", int(datetime(2015, 1, 1, 4, tzinfo=UTC).timestamp()))
        for key, value in settings.items():
            opened.set_config(key, value)
        at = datetime(2026, 1, 15, 22, tzinfo=UTC)
        add_answers(opened, [Answer(at - timedelta(seconds=1)), Answer(at)])
    return path


@pytest.mark.parametrize(
    ("settings", "given", "days_apart"),
    [
        ({"rollover": 7, "creationOffset": -9 * 60}, StudyDays(), 1),
        ({"rollover": 7, "creationOffset": 0, "localOffset": -9 * 60}, StudyDays(), 1),
        ({"rollover": 7, "creationOffset": 0}, StudyDays(), 0),
        ({"rollover": 22}, StudyDays(), 1),
        # Given in part: the rest is the collection's.
        ({"rollover": 7, "creationOffset": 0}, StudyDays(ZoneInfo("Asia/Tokyo")), 1),
        ({"rollover": 4, "creationOffset": -9 * 60}, StudyDays(starts_at=timedelta(hours=7)), 1),
        ({"rollover": 7, "creationOffset": -9 * 60}, StudyDays(BERLIN, timedelta(hours=4)), 0),
    ],
)
def test_collection_begins_its_days_by_its_settings_unless_others_are_given(
    tmp_path, settings, given, days_apart
):
    log = read([collection(tmp_path / "ada.anki2", **settings)], now=NOW, study_days=given)

    assert log.reviews["day"].diff()[1] == days_apart


def test_options_say_where_study_days_begin(tmp_path, capsys):
    path = tmp_path / "log.csv"
    path.write_text("learner,card,reviewed_at,rating\nada,1,2026-01-15T02:00Z,3\nada,1,2026-01-15T02:45Z,1\n")
    scored = []
    for options in [], ["--time-zone", "europe/berlin", "--day-starts-at", "3:30"]:
        assert main(["inspect", str(path), "--json", *options]) == 0
        scored.append(json.loads(capsys.readouterr().out)["scored_reviews"])

    assert scored == [0, 1]


@pytest.mark.parametrize(
    ("option", "value", "problem"),
    [
        ("--time-zone", "Berlin", "there is no time zone 'Berlin'; Europe/Berlin?"),
        ("--time-zone", "+09:00", "there is no time zone '+09:00'; give one like Europe/Berlin"),
        ("--day-starts-at", "24:00", "'24:00' is no time of day; give one like 04:00, from 00:00 to 23:59"),
        ("--day-starts-at", "4", "'4' is no time of day; give one like 04:00, from 00:00 to 23:59"),
    ],
)
@pytest.mark.parametrize(
    "command",
    ["inspect x", "fit x --out y", "evaluate x --protocol new --out y", "publish"],
)
def test_option_that_is_no_zone_or_time_is_refused(capsys, command, option, value, problem):
    assert main([*command.split(), option, value]) == 2

    assert problem in capsys.readouterr().err


def evenings(folder, learners, *, split, whole):
    """Write learners who answer each card at 03:50 UTC and again: after 20 minutes, or the day after."""
    path = folder / "log.csv"
    first = pd.Timestamp("2026-03-01T03:50Z")
    rows = [
        f"{learner},{card},{(first + again).isoformat()},3"
        for learner in learners
        for card in range(split + whole)
        for again in (pd.Timedelta(0), pd.Timedelta(minutes=20) if card < split else pd.Timedelta(days=1))
    ]
    path.write_text("\n".join(["learner,card,reviewed_at,rating", *rows]))
    return path


@pytest.mark.parametrize(
    ("learners", "split", "whole", "said"),
    [
        (["ada"], 10, 990, "learner ada: 10 of 1,000 scored reviews are less than an hour after"),
        (
            ["ada", "bob"],
            10,
            0,
            "learner bob (and 1 more like this): 10 of 10 scored reviews are less than an hour after",
        ),
        (["ada"], 9, 0, None),
        (["ada"], 10, 991, None),
    ],
)
def test_study_days_that_begin_while_people_study_are_noted(tmp_path, learners, split, whole, said):
    notes = read([evenings(tmp_path, learners, split=split, whole=whole)], now=NOW).notes

    assert len(notes) == (said is not None)
    assert said is None or said in notes[0]


def test_zone_in_which_the_day_begins_later_leaves_nothing_to_note(tmp_path):
    path = evenings(tmp_path, ["ada"], split=10, whole=0)

    assert read([path], now=NOW, study_days=StudyDays(BERLIN)).notes == ()
