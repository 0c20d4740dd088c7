"""CSV and Parquet: what is accepted, how each kind of bad row is counted, and why a bad file is refused."""

from datetime import UTC, datetime

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from model_training.readers import read
from model_training.review_log.canonical import REPEATED
from tests.training.collections import NOW
from tests.training.read_errors import read_error

HEADER = "learner,card,reviewed_at,rating"
AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


@pytest.fixture
def write_csv(tmp_path):
    def write(*lines, encoding="utf-8"):
        path = tmp_path / "log.csv"
        path.write_text("".join(f"{line}\n" for line in lines), encoding=encoding)
        return path

    return write


@pytest.fixture
def write_parquet(tmp_path):
    def write(**columns):
        path = tmp_path / "log.parquet"
        pq.write_table(pa.table(columns), path)
        return path

    return write


def test_csv_with_all_columns_is_read_as_given(write_csv):
    path = write_csv(
        f"{HEADER},duration_ms,day,kind",
        "ada,1,2026-03-01T08:30:00Z,4,5200,12,1",
        "ada,1,2026-03-02T08:30:00Z,1,800,13,2",
    )

    log = read([path], now=NOW)

    assert log.reviews.to_numpy().tolist() == [
        ["ada", "1", AT, 4, 5200, 12, 1],
        ["ada", "1", AT + pd.Timedelta(days=1), 1, 800, 13, 2],
    ]
    assert (log.skipped, log.notes) == ({}, ())


def test_csv_with_only_the_required_columns_fills_the_others(write_csv):
    path = write_csv(HEADER, "ada,1,2026-03-01T03:59:59Z,3", "ada,1,2026-03-01T04:00:00Z,3")

    reviews = read([path], now=NOW).reviews

    assert reviews["duration_ms"].isna().tolist() == [True, True]
    assert reviews["kind"].tolist() == [-1, -1]
    assert reviews["day"].tolist() == [20512, 20513]


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01 08:30",
        "2026-03-01T10:30:00+02:00",
        "2026-03-01T08:30:00.000000000Z",
    ],
)
def test_time_in_any_iso_form_is_utc_unless_it_says_otherwise(write_csv, text):
    assert read([write_csv(HEADER, f"ada,1,{text},3")], now=NOW).reviews["reviewed_at"].tolist() == [AT]


def test_names_that_look_like_numbers_or_missing_values_stay_text(write_csv):
    path = write_csv(HEADER, "007,NA,2026-03-01,3", "007,nan,2026-03-01,3", "007,0012,2026-03-01,3")

    reviews = read([path], now=NOW).reviews

    assert reviews["learner"].unique().tolist() == ["007"]
    assert reviews["card"].tolist() == ["0012", "NA", "nan"]


def test_byte_order_mark_and_spaces_after_commas_do_no_harm(write_csv):
    path = write_csv("learner, card, reviewed_at, rating", "ada, 1, 2026-03-01, 3", encoding="utf-8-sig")

    assert read([path], now=NOW).reviews["card"].tolist() == ["1"]


@pytest.mark.parametrize(("no", "yes"), [("0", "1"), ("false", "True")])
def test_recalled_in_csv_becomes_good_or_again(write_csv, no, yes):
    rows = [f"ada,1,2026-03-0{day},{value}" for day, value in enumerate((yes, no, "2"), start=1)]

    log = read([write_csv("learner,card,reviewed_at,recalled", *rows)], now=NOW)

    assert log.reviews["rating"].tolist() == [3, 1]
    assert log.skipped == {"recalled is neither 0 nor 1": 1}


def test_recalled_in_parquet_becomes_good_or_again_and_missing_is_counted(write_parquet):
    path = write_parquet(
        learner=["ada"] * 3,
        card=[1, 2, 3],
        reviewed_at=pa.array([AT] * 3),
        recalled=pa.array([True, False, None]),
    )

    log = read([path], now=NOW)

    assert log.reviews["rating"].tolist() == [3, 1]
    assert log.skipped == {"recalled missing": 1}


def test_rating_is_used_where_recalled_is_given_too(write_csv):
    log = read([write_csv(f"{HEADER},recalled", "ada,1,2026-03-01T08:30:00Z,2,0")], now=NOW)

    assert log.reviews["rating"].tolist() == [2]
    assert log.notes == ("ignored columns: recalled",)


@pytest.mark.parametrize(("unit", "zone"), [("s", None), ("us", "UTC"), ("ns", "Asia/Tokyo")])
def test_timestamp_of_any_unit_and_zone_in_parquet_is_read(write_parquet, unit, zone):
    path = write_parquet(
        learner=pa.array([5], pa.int16()),
        card=pa.array([6], pa.int32()),
        reviewed_at=pa.array([AT]).cast(pa.timestamp(unit, zone)),
        rating=pa.array([3], pa.uint8()),
    )

    reviews = read([path], now=NOW).reviews

    assert str(reviews["reviewed_at"].dtype) == "datetime64[us, UTC]"
    assert reviews[["learner", "card", "reviewed_at"]].to_numpy().tolist() == [["5", 6, AT]]


def test_iso_text_and_dictionary_encoded_names_in_parquet_are_read(write_parquet):
    path = write_parquet(
        learner=pa.array(["ada"]).dictionary_encode(),
        card=pa.array(["katze"]).dictionary_encode(),
        reviewed_at=["2026-03-01T08:30:00"],
        rating=["3"],
    )

    reviews = read([path], now=NOW).reviews

    assert reviews[["learner", "card", "reviewed_at", "rating"]].to_numpy().tolist() == [
        ["ada", "katze", AT, 3]
    ]


def test_bytes_in_parquet_are_names_whether_or_not_they_are_text(write_parquet):
    path = write_parquet(
        learner=pa.array([b"ada", b"ada"]).dictionary_encode(),
        card=[b"katze", b"\xa1"],
        reviewed_at=pa.array([AT] * 2),
        rating=[b"3", b"4"],
    )

    assert read([path], now=NOW).reviews[["learner", "card", "rating"]].to_numpy().tolist() == [
        ["ada", "\\xa1", 4],
        ["ada", "katze", 3],
    ]


def test_large_card_numbers_stay_exact_beside_a_missing_one(write_parquet):
    largest = 2**63 - 1
    path = write_parquet(
        learner=["ada"] * 4,
        card=pa.array([largest, largest - 1, None, 1]),
        reviewed_at=pa.array([AT] * 4),
        rating=[3] * 4,
    )

    log = read([path], now=NOW)

    assert log.reviews["card"].tolist() == [1, largest - 1, largest]
    assert log.skipped == {"card missing": 1}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",1,2026-03-01,3", "learner missing"),
        ("ada,,2026-03-01,3", "card missing"),
        ("ada,1,,3", "time missing"),
        ("ada,1,now,3", "time unreadable"),
        ("ada,1,03/01/2026 08:30,3", "time unreadable"),
        ("ada,1,2026-02-30,3", "time unreadable"),
        ("ada,1,1979-12-31T23:59:59Z,3", "time before 1980"),
        ("ada,1,2026-06-02T00:00:01Z,3", "time in the future"),
        ("ada,1,2026-03-01", "rating missing"),
        ("ada,1,2026-03-01,0", "rating outside 1–4"),
        ("ada,1,2026-03-01,2.5", "rating outside 1–4"),
        ("ada,1,2026-03-01,great", "rating outside 1–4"),
        ("ada,1,2026-03-01,3,extra", "more fields than the first line names"),
        ('ada,"1,2026-03-01,3', "time missing"),
        ("eve,9,2026-03-01T00:00:00Z,1", REPEATED),
        (",,,", "learner missing"),
    ],
)
def test_bad_row_is_left_out_and_counted_once(write_csv, row, reason):
    log = read([write_csv(HEADER, "eve,9,2026-03-01,3", row)], now=NOW)

    assert log.reviews[["learner", "card", "rating"]].to_numpy().tolist() == [["eve", "9", 3]]
    assert log.skipped == {reason: 1}


def test_time_up_to_a_day_after_now_is_accepted(write_csv):
    assert read([write_csv(HEADER, "ada,1,2026-06-02T00:00:00Z,3")], now=NOW).skipped == {}


def test_timestamps_out_of_range_are_counted(write_parquet):
    path = write_parquet(
        learner=["ada"] * 4,
        card=[1, 2, 3, 4],
        reviewed_at=pa.array([0, 2**62, 1_772_354_000_000, 1_772_354_000_000], pa.timestamp("ms")),
        rating=[3] * 4,
    )

    assert read([path], now=NOW).skipped == {"time before 1980": 1, "time in the future": 1}


@pytest.mark.parametrize(
    ("column", "given", "read_as", "unit"),
    [
        ("Duration", ["4.5", "0", "12.5", "700"], [4_500, 0, 12_500, 700_000], "seconds"),
        ("duration", ["4500", "", "250", "9000"], [4_500, None, 250, 9_000], "milliseconds"),
        ("duration_ms", ["4.5", "5", "6", "7"], [4, 5, 6, 7], None),
    ],
)
def test_unit_of_a_bare_duration_is_told_by_its_size(write_csv, column, given, read_as, unit):
    rows = (f"ada,{card},2026-03-01T08:30:00Z,3,{each}" for card, each in enumerate(given))
    log = read([write_csv(f"{HEADER},{column}", *rows)], now=NOW)

    assert [None if pd.isna(each) else each for each in log.reviews["duration_ms"]] == read_as
    assert log.notes == ((f"durations are {unit}, by their size",) if unit else ())


@pytest.mark.parametrize("duration", ["-1", "soon", "1e300"])
def test_senseless_duration_becomes_missing_and_the_review_stays(write_csv, duration):
    log = read([write_csv(f"{HEADER},duration_ms", f"ada,1,2026-03-01,3,{duration}")], now=NOW)

    assert log.reviews["duration_ms"].isna().tolist() == [True]
    assert log.skipped == {}


def test_unknown_kind_becomes_minus_one(write_csv):
    rows = [f"ada,{number},2026-03-01,3,{kind}" for number, kind in enumerate(["3", "9", "", "x"])]

    assert read([write_csv(f"{HEADER},kind", *rows)], now=NOW).reviews["kind"].tolist() == [3, -1, -1, -1]


def test_half_of_the_rows_bad_is_the_most_that_is_accepted(write_csv):
    good, bad = "ada,1,2026-03-01,3", ["ada,1,2026-03-02,9", "ada,1,2026-03-03,9", "ada,1,2026-03-04,"]

    assert len(read([write_csv(HEADER, good, bad[0])], now=NOW).reviews) == 1
    assert read_error(write_csv(HEADER, good, *bad)).endswith(
        "3 of 4 rows can't be used, most of them for one reason (2: rating outside 1–4, first in line 3, "
        "column rating: “9”; accepted: 1 to 4, or again, hard, good and easy; --ratings says what others "
        "stand for); correct the file"
    )


def test_numbers_for_times_in_parquet_are_read_by_their_size_and_said(write_parquet):
    path = write_parquet(learner=["ada"], card=[1], reviewed_at=[1_772_353_800], rating=[3])

    log = read([path], now=NOW)

    assert log.reviews["reviewed_at"].tolist() == [AT]
    assert log.notes == ("times are seconds since 1970, by their size",)


def test_missing_columns_are_named_with_those_found(write_csv):
    message = read_error(write_csv("user,card,when", "ada,1,2026-03-01"))

    assert message.endswith(
        "missing columns reviewed_at, rating (or recalled); found user, card, when; rename or add them (a "
        "CSV names its columns in the first line), or say which is which with --columns reviewed_at=NAME"
    )


def test_column_that_appears_twice_in_parquet_is_refused(tmp_path):
    path = tmp_path / "log.parquet"
    columns = {"learner": ["ada"], "reviewed_at": [AT], "rating": [3], "card": [1]}
    names = [*columns, "card"]
    pq.write_table(pa.table([*columns.values(), [2]], names=names), path)

    assert "column card appears more than once" in read_error(path)


def test_header_alone_is_refused(write_csv):
    assert "the table has no rows" in read_error(write_csv(HEADER))


def test_blank_lines_alone_are_refused(write_csv):
    assert "there are no rows; the first line must name the columns" in read_error(write_csv("", ""))


def test_binary_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "photo.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")

    assert "not a review log; give an Anki collection or package, CSV or Parquet" in read_error(path)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"rating", b"\xffating"),
        lambda data: data[:4] + b"\xff" * 56 + data[60:],
    ],
    ids=["half", "schema", "page"],
)
def test_damaged_parquet_file_is_refused(write_parquet, damage):
    path = write_parquet(learner=["ada"], card=[1], reviewed_at=[AT], rating=[3])
    path.write_bytes(damage(path.read_bytes()))

    assert "the Parquet file is damaged or incomplete" in read_error(path)
