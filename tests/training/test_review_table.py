"""Compaction and reading: each event once, the first received wins, and what is read is what was sent."""

from datetime import UTC, date, datetime, timedelta

import duckdb
import pandas as pd
import pytest

from model_training.cli import main
from model_training.registry.lake import LakeError
from model_training.review_table import ReviewTableError, canonical, compact, download, load
from model_training.review_table.schema import COLUMNS, day_of, oldest_kept, table_key

from .fake_s3 import FakeS3
from .review_events import NOW, event, inbox_of, post, table_of

YESTERDAY = "reviews/table/date=2026-11-19/reviews.parquet"


@pytest.fixture
def s3():
    return FakeS3(began=NOW)


def compacted(s3, **options):
    return compact(s3.lake, now=NOW, **options)


def test_what_was_sent_is_what_is_read(s3):
    shown = event(2, learner="bob", card="食べる", rating=1, recall=0.8421, version="v7")
    post(s3, event(1, days_ago=1.25), shown)
    done = compacted(s3)
    rows = load(s3.lake)

    assert (done.objects, done.stored, done.repeated, done.days) == (1, 2, 0, ["2026-11-19"])
    assert inbox_of(s3) == []
    assert list(rows.columns) == list(COLUMNS)
    assert rows[["event_id", "learner", "card", "rating"]].to_numpy().tolist() == [
        ["e1", "ann", "gato", 3],
        ["e2", "bob", "食べる", 1],
    ]
    assert rows["reviewed_at"].tolist() == [
        pd.Timestamp("2026-11-19T06:00:00Z"),
        pd.Timestamp("2026-11-19T12:00:00Z"),
    ]
    assert rows["received_at"].unique().tolist() == [pd.Timestamp("2026-11-20T10:20:00Z")]
    assert rows["recall_probability"].isna().tolist() == [True, False]
    assert rows["recall_probability"][1] == 0.8421
    assert rows["model_version"].isna().tolist() == [True, False]
    assert rows["model_version"][1] == "v7"
    assert {name: str(kind) for name, kind in rows.dtypes.items() if name in ("rating", "reviewed_at")} == {
        "rating": "int8",
        "reviewed_at": "datetime64[us, UTC]",
    }


def test_empty_table_has_the_same_columns_and_types(s3):
    empty = load(s3.lake)
    post(s3, event(1))
    compacted(s3)

    assert len(empty) == 0
    filled = load(s3.lake).drop(columns="model_version")  # only missing values there
    assert empty.drop(columns="model_version").dtypes.equals(filled.dtypes)
    assert canonical(empty).reviews.empty


def test_days_are_those_of_the_review_in_utc(s3):
    midnight = datetime(2026, 11, 19, tzinfo=UTC)
    before, after = (
        event(n)._replace(reviewed_at=midnight + timedelta(microseconds=u)) for n, u in ((1, -1), (2, 0))
    )
    post(s3, before, after)
    done = compacted(s3)

    assert done.days == ["2026-11-18", "2026-11-19"]
    assert load(s3.lake, until=date(2026, 11, 18))["event_id"].tolist() == ["e1"]
    assert load(s3.lake, since=date(2026, 11, 19))["event_id"].tolist() == ["e2"]
    assert load(s3.lake, since=date(2026, 11, 20)).empty


def test_file_has_the_types_and_order_that_other_engines_read(s3, tmp_path):
    post(s3, event(2, recall=0.5), event(1, learner="aaa"))
    compacted(s3)
    path = tmp_path / "day.parquet"
    path.write_bytes(table_of(s3)[YESTERDAY])
    with duckdb.connect() as connection:
        found = connection.execute("SELECT name, type, logical_type FROM parquet_schema(?)", [str(path)])
        kinds = {name: (kind, logical) for name, kind, logical in found.fetchall()}
        (codec,) = connection.execute(
            "SELECT DISTINCT compression FROM parquet_metadata(?)", [str(path)]
        ).fetchone()
        order = connection.execute("SELECT event_id FROM read_parquet(?)", [str(path)]).fetchall()

    assert [kinds[name][0] for name in COLUMNS] == [
        *["BYTE_ARRAY"] * 3,
        "INT64",
        "INT32",
        "DOUBLE",
        "BYTE_ARRAY",
        "INT64",
    ]
    assert "isAdjustedToUTC=1" in kinds["reviewed_at"][1]
    assert "MICROS" in kinds["reviewed_at"][1]
    assert codec == "ZSTD"
    assert order == [("e1",), ("e2",)]  # by learner, not as sent


def test_event_sent_again_is_stored_once(s3):
    post(s3, event(1), event(2))
    compacted(s3)
    before = table_of(s3)
    post(s3, event(2), event(3), minute=1)
    again = compacted(s3)

    assert (again.stored, again.repeated) == (1, 1)
    assert load(s3.lake)["event_id"].tolist() == ["e1", "e2", "e3"]
    post(s3, event(1), minute=2)
    unchanged = table_of(s3)
    assert compacted(s3).days == []
    assert table_of(s3) == unchanged != before


@pytest.mark.parametrize("between", [True, False], ids=["merged between", "merged together"])
@pytest.mark.parametrize("late_first", [True, False], ids=["later one merged first", "in order"])
def test_of_one_event_with_two_contents_the_first_received_stays(s3, between, late_first, tmp_path):
    first, second = (event(1, days_ago=4, rating=1), 1), (event(1, days_ago=2, rating=4), 2)
    for review, minute in (second, first) if late_first else (first, second):
        post(s3, review, event(10 + minute, days_ago=2), minute=minute)
        if between:
            compacted(s3)
    compacted(s3)

    rows = load(s3.lake)
    assert sorted(rows["event_id"]) == ["e1", "e11", "e12"]
    stored = rows.set_index("event_id").loc["e1"]
    assert (stored["reviewed_at"], stored["rating"]) == (NOW - timedelta(days=4), 1)
    # In the files themselves, too: other engines read them without `load`.
    files = download(s3.lake, tmp_path)
    with duckdb.connect() as connection:
        counted = "SELECT count(*), count(DISTINCT event_id) FROM read_parquet(?)"
        assert connection.execute(counted, [list(map(str, files))]).fetchone() == (3, 3)


def test_same_id_of_another_learner_or_card_is_another_event(s3):
    post(s3, event(1), event(1, learner="bob"), event(1, card="perro"))
    compacted(s3)
    post(s3, event(1, card="pez", days_ago=3), event(1, learner="bob", days_ago=3), minute=1)
    compacted(s3)

    assert load(s3.lake)[["learner", "card"]].to_numpy().tolist() == [
        ["ann", "gato"],
        ["ann", "perro"],
        ["ann", "pez"],
        ["bob", "gato"],
    ]


def test_same_events_give_the_same_bytes_in_whatever_order_they_came():
    events = [event(n, days_ago=n % 3, learner=f"l{n % 5}") for n in range(60)]
    tables = []
    for step in (1, 7, 60):
        s3 = FakeS3(began=NOW)
        for start in range(0, 60, step):
            post(s3, *events[start : start + step][::-1])
            if step > 1:
                compacted(s3)
        compacted(s3)
        tables.append(table_of(s3))

    assert tables[0] == tables[1] == tables[2]
    assert len(tables[0]) == 3


def test_retention_drops_old_days_and_refuses_old_events(s3):
    post(s3, *(event(n, days_ago=n) for n in range(1, 6)))
    compacted(s3)
    post(s3, event(20, days_ago=3), event(21, days_ago=2), minute=1)
    done = compacted(s3, retention_days=3)

    assert (done.stored, done.expired, done.dropped_days) == (1, 1, 3)
    assert sorted(load(s3.lake)["event_id"]) == ["e1", "e2", "e21"]
    assert oldest_kept(NOW, 3) == date(2026, 11, 18)
    assert {day_of(key) for key in table_of(s3)} == {date(2026, 11, 18), date(2026, 11, 19)}


@pytest.mark.parametrize("damage", ["torn", "empty", "of something else"])
def test_damaged_day_is_named_and_the_inbox_is_kept(s3, damage):
    if damage == "of something else":
        body = pd.DataFrame({"event_id": ["e1"]}).to_parquet()
    else:
        body = b"PAR1 no parquet" if damage == "torn" else b""
    s3.lake.write(YESTERDAY, body)
    key = post(s3, event(2), minute=1)
    with pytest.raises(ReviewTableError, match=rf"^s3://lake/{YESTERDAY}: isn't a Parquet file of reviews"):
        compacted(s3)

    assert inbox_of(s3) == [key]
    assert s3.objects[YESTERDAY].body == body
    with pytest.raises(ReviewTableError, match=rf"^s3://lake/{YESTERDAY}: isn't a Parquet file of reviews"):
        load(s3.lake)


@pytest.mark.parametrize(
    "line",
    [b"no json", b'{"event_id": "e1", "learner": "a", "card": "c", "rating": 9, '
     b'"reviewed_at": "2026-11-19T06:00:00Z", "received_at": "2026-11-19T06:00:00Z"}'],
    ids=["no JSON", "no rating"],
)  # fmt: skip
def test_damaged_inbox_object_is_named_and_nothing_is_written(s3, line):
    s3.lake.write("reviews/inbox/2026-11-20/odd.jsonl", line + b"\n")
    key = post(s3, event(1))
    with pytest.raises(ReviewTableError, match=r"^s3://lake/reviews/inbox/2026-11-20/odd\.jsonl: isn't JSON"):
        compacted(s3)

    assert key in inbox_of(s3)
    assert table_of(s3) == {}


def test_more_objects_than_a_batch_are_all_merged(s3, monkeypatch):
    monkeypatch.setattr("model_training.review_table.compaction.BATCH", 3)
    for number in range(8):
        post(s3, event(number), minute=number)
    done = compacted(s3)

    assert (done.objects, done.stored) == (8, 8)
    assert inbox_of(s3) == []


def test_keys_that_are_no_day_are_left_alone(s3):
    s3.lake.write("reviews/table/date=2026-13-01/reviews.parquet", b"x")
    s3.lake.write("reviews/table/date=2026-11-19/other.txt", b"x")
    post(s3, event(1))
    compacted(s3, retention_days=1)

    assert {key for key in table_of(s3) if day_of(key) is None} == set(table_of(s3))
    assert day_of(table_key(date(2026, 1, 2))) == date(2026, 1, 2)


def test_canonical_log_has_what_models_are_fitted_on(s3):
    post(s3, event(1, days_ago=1.4), event(2, days_ago=1.3), event(3, days_ago=1.3, rating=1))
    compacted(s3)
    log = canonical(load(s3.lake))

    assert log.reviews["rating"].tolist() == [3, 3]
    assert log.reviews["day"].diff().tolist()[1:] == [1]  # 4 a.m. lies between 2:24 and 4:48
    assert log.reviews["kind"].tolist() == [-1, -1]
    assert log.reviews["duration_ms"].isna().all()
    assert log.skipped == {"repeats an earlier row's learner, card and time": 1}
    assert log.formats == ("3 reviews that callers sent",)


def test_refused_deletion_is_an_error_that_names_the_object(s3):
    post(s3, event(1))
    refused = {"Errors": [{"Key": "reviews/inbox/x", "Code": "AccessDenied", "Message": "no"}]}
    s3.delete_objects = lambda **_: refused
    with pytest.raises(
        LakeError, match=r"^s3://lake/reviews/inbox/x: AccessDenied on deletion; .*docs/reviews"
    ):
        compacted(s3)


def test_command_prints_what_it_did(s3, monkeypatch, capsys):
    post(s3, event(1), event(2, days_ago=900))
    monkeypatch.setattr("model_training.registry.lake.find_lake", lambda *_: s3.lake)

    assert main(["compact", "--retention-days", "365", "--bucket", "lake"]) == 0
    assert capsys.readouterr().out == (
        "1 objects of the inbox merged into 1 days: 1 events stored, 0 repeated, 1 older than the retention\n"
    )
