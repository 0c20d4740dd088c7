"""Duolingo's traces: what a session becomes, and which notes say what the traces lack."""

import gzip
import tempfile
from datetime import UTC, datetime

import pandas as pd
import pytest

from model_training.readers import decompress, read
from tests.training.collections import NOW
from tests.training.read_errors import read_error

COLUMNS = (
    "p_recall,timestamp,delta,user_id,learning_language,ui_language,lexeme_id,lexeme_string,"
    "history_seen,history_correct,session_seen,session_correct"
)
AT = 1362076081  # 2013-02-28T18:28:01Z
DAY = 86_400
IGNORED = "ignored columns: history_correct, history_seen, lexeme_string, p_recall, ui_language"


def trace(at=AT, *, seen=2, correct=2, delta=60, user="u:FO", language="de", word="76390c"):
    return f"{correct},{at},{delta},{user},{language},en,{word},lernt/lernen<vblex>,6,4,{seen},{correct}"


@pytest.fixture
def write_traces(tmp_path):
    def write(*rows, name="traces.csv.gz"):
        path = tmp_path / name
        content = "".join(f"{line}\n" for line in (COLUMNS, *rows)).encode()
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return path

    return write


def test_trace_becomes_one_review_of_the_word_by_the_user(write_traces):
    log = read([write_traces(trace())], now=NOW)

    assert log.reviews.drop(columns=["duration_ms", "day"]).to_numpy().tolist() == [
        ["u:FO", "de:76390c", datetime(2013, 2, 28, 18, 28, 1, tzinfo=UTC), 3, -1]
    ]
    assert log.reviews["duration_ms"].isna().tolist() == [True]
    assert log.formats == ("CSV in gzip, Duolingo learning traces",)


@pytest.mark.parametrize(("correct", "rating"), [(0, 1), (2, 1), (3, 3)])
def test_session_is_recalled_only_if_every_answer_was_right(write_traces, correct, rating):
    assert read([write_traces(trace(seen=3, correct=correct))], now=NOW).reviews["rating"].tolist() == [
        rating
    ]


def test_notes_count_what_the_traces_lack(write_traces):
    path = write_traces(
        trace(AT, delta=5 * DAY),
        trace(AT + DAY, seen=3, correct=1, delta=DAY),
        trace(AT + 4 * DAY, seen=3, correct=0, delta=DAY),
        trace(AT + 4 * DAY, word="other", delta=90 * DAY),
    )

    assert read([path], now=NOW).notes == (
        "Duolingo: a session is one review, recalled if all its answers were right; 1 of 4 sessions had "
        "wrong ones too and count as failed",
        "Duolingo: practice before a word's first session in the file is unknown, so its count and "
        "difficulty begin there; 1 later sessions follow practice that isn't in the file, so their distance "
        "is too long",
        IGNORED,
    )


def test_same_word_of_two_languages_or_users_is_different_cards(write_traces):
    path = write_traces(trace(), trace(language="nl"), trace(user="u:x"))

    assert read([path], now=NOW).reviews[["learner", "card"]].to_numpy().tolist() == [
        ["u:FO", "de:76390c"],
        ["u:FO", "nl:76390c"],
        ["u:x", "de:76390c"],
    ]


@pytest.mark.parametrize(("seen", "correct"), [(0, 0), (2, 3), (2, -1), (2, "many")])
def test_row_with_contradictory_counts_is_left_out(write_traces, seen, correct):
    log = read([write_traces(trace(), trace(AT + DAY, seen=seen, correct=correct))], now=NOW)

    assert log.skipped == {"recalled missing": 1}


@pytest.mark.parametrize(
    ("at", "reason"),
    [("soon", "time missing"), (0, "time before 1980"), (1e300, "time in the future")],
)
def test_row_with_an_impossible_time_is_left_out(write_traces, at, reason):
    assert read([write_traces(trace(), trace(at))], now=NOW).skipped == {reason: 1}


def test_traces_uncompressed_and_in_parquet_are_the_same(write_traces, tmp_path):
    rows = [trace(AT + DAY, seen=1, correct=0), trace(), trace(user="u:x")]
    compressed = read([write_traces(*rows)], now=NOW)
    plain = write_traces(*rows, name="traces.csv")
    table = tmp_path / "traces.parquet"
    pd.read_csv(plain).to_parquet(table)

    assert compressed.reviews["rating"].tolist() == [3, 1, 3]
    for path in (plain, table):
        pd.testing.assert_frame_equal(read([path], now=NOW).reviews, compressed.reviews)


def test_missing_column_is_named(tmp_path):
    path = tmp_path / "traces.csv"
    path.write_text(f"{COLUMNS.replace('session_seen', 'seen')}\n{trace()}\n")

    assert "missing columns session_seen; found p_recall, timestamp," in read_error(path)


def test_table_in_canonical_columns_may_be_compressed_too(tmp_path):
    path = tmp_path / "log.csv.gz"
    path.write_bytes(gzip.compress(b"learner,card,reviewed_at,rating\nada,1,2026-03-01,3\n"))

    log = read([path], now=NOW)

    assert log.reviews["learner"].tolist() == ["ada"]
    assert log.formats == ("CSV in gzip, canonical columns",)


def test_csv_that_a_browser_decompressed_but_did_not_rename_is_read(write_traces):
    path = write_traces(trace(), name="traces.csv")
    renamed = path.rename(path.with_suffix(".csv.gz"))

    assert read([renamed], now=NOW).formats == ("CSV, Duolingo learning traces",)


@pytest.mark.parametrize("keep", [15, -4])
def test_cut_off_gzip_is_refused_and_leaves_nothing_behind(write_traces, tmp_path, monkeypatch, keep):
    path = write_traces(trace())
    path.write_bytes(path.read_bytes()[:keep])
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))

    assert read_error(path).endswith(
        "the gzip is damaged or incomplete; export, download or compress it again"
    )
    assert list(temporary.iterdir()) == []


def test_gzip_of_absurd_size_is_refused(write_traces, monkeypatch):
    monkeypatch.setattr(decompress, "MAXIMUM_DECOMPRESSED", 100)

    assert "decompresses to more than 100 bytes; give a smaller part of it" in read_error(
        write_traces(trace())
    )
