"""Review logs of py-fsrs: JSON in every form that the package's users write."""

import json
from datetime import UTC, datetime

import pytest

from model_training.readers import read
from tests.training.collections import NOW
from tests.training.read_errors import read_error

CARD = 2**53 + 1  # exact in no float
# As ReviewLog.to_dict() of fsrs 6.3.2 gives them.
LOGS = [
    {
        "card_id": CARD,
        "rating": 3,
        "review_datetime": "2026-03-01T08:30:00+00:00",
        "review_duration": None,
    },
    {
        "card_id": CARD,
        "rating": 1,
        "review_datetime": "2026-03-03T08:30:00.000005+00:00",
        "review_duration": 4200,
    },
]
REVIEWS = [
    ["ada", CARD, datetime(2026, 3, 1, 8, 30, tzinfo=UTC), 3],
    ["ada", CARD, datetime(2026, 3, 3, 8, 30, 0, 5, tzinfo=UTC), 1],
]


@pytest.fixture
def write(tmp_path):
    def write(text, encoding="utf-8", name="ada.json"):
        path = tmp_path / name
        path.write_text(text, encoding=encoding)
        return path

    return write


def lines(entries):
    return "".join(f"{json.dumps(entry)}\n" for entry in entries)


@pytest.mark.parametrize(
    "text",
    [json.dumps(LOGS, indent=2), lines(LOGS), f"\n{lines(LOGS)}\n\n"],
    ids=["list", "lines", "lines among blank ones"],
)
def test_list_or_lines_are_the_reviews_of_the_learner_whom_the_file_names(write, text):
    log = read([write(text)], now=NOW)

    assert log.reviews[["learner", "card", "reviewed_at", "rating"]].to_numpy().tolist() == REVIEWS
    assert log.reviews["duration_ms"].fillna(-1).tolist() == [-1, 4200]
    assert (log.skipped, log.notes) == ({}, ())
    assert log.formats == ("JSON, py-fsrs review logs",)


def test_byte_order_mark_does_no_harm(write):
    assert len(read([write(json.dumps(LOGS), encoding="utf-8-sig")], now=NOW).reviews) == 2


def test_user_id_names_the_learner(write):
    entries = [LOGS[0] | {"user_id": user} for user in ("bob", "eve")]

    assert read([write(lines(entries))], now=NOW).reviews["learner"].tolist() == ["bob", "eve"]


def test_same_columns_in_csv_are_read_too(write):
    rows = [",".join(LOGS[0]), *(",".join(str(value or "") for value in entry.values()) for entry in LOGS)]

    reviews = read([write("\n".join(rows), name="ada.csv")], now=NOW).reviews

    assert reviews["learner"].tolist() == ["ada", "ada"]
    assert reviews["card"].tolist() == [str(CARD)] * 2


def test_canonical_columns_in_json_are_read_too(write):
    entry = {"learner": "bob", "card": 1, "reviewed_at": "2026-03-01", "recalled": False}

    log = read([write(json.dumps([entry]))], now=NOW)

    assert log.reviews[["learner", "card", "rating"]].to_numpy().tolist() == [["bob", 1, 1]]
    assert log.formats == ("JSON, canonical columns",)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"rating": True}, "rating outside 1–4"),
        ({"rating": 10**400}, "rating outside 1–4"),
        ({"card_id": None}, "card missing"),
        ({"review_datetime": "soon"}, "time unreadable"),
    ],
)
def test_bad_entry_is_left_out_and_counted(write, change, reason):
    log = read([write(json.dumps([*LOGS, LOGS[0] | change]))], now=NOW)

    assert log.reviews["card"].tolist() == [CARD, CARD]
    assert log.skipped == {reason: 1}


def test_line_separator_inside_a_string_ends_no_entry(write):
    text = json.dumps(LOGS[0] | {"card_id": "a\u2028b"}, ensure_ascii=False)

    assert read([write(text)], now=NOW).reviews["card"].tolist() == ["a\u2028b"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[]", "there are no reviews in it; give one object for each"),
        (json.dumps([*LOGS, 3]), "entry 3 isn't an object; give one for each review"),
        (json.dumps(LOGS)[:100], "not JSON, or cut off, in the value that begins in line 1 ("),
        ("[" * 100_000, "not JSON, or cut off, in the value that begins in line 1 ("),
    ],
    ids=["empty", "number", "half a list", "too deep"],
)  # fmt: skip
def test_file_that_is_no_list_of_reviews_is_refused_with_the_fix(write, text, problem):
    assert problem in read_error(write(text))


def test_text_that_is_not_utf_8_is_read_as_windows_1252_and_said(write):
    text = json.dumps([LOGS[0] | {"card_id": "é"}], ensure_ascii=False)

    log = read([write(text, encoding="latin-1")], now=NOW)

    assert log.reviews["card"].tolist() == ["é"]
    assert log.notes[0].startswith("text that isn't UTF-8 is read as Windows-1252: ")
