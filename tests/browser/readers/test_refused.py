"""Tables that can't be read, or shouldn't be believed, are refused with what is wrong and where."""

import bz2
import gzip
import lzma

import pytest

from tests.browser.readers.reading import refusal
from tests.browser.readers.samples import PARQUET, TABLE, zipped

LINES = TABLE.splitlines()
QUOTED = [LINES[0], LINES[1].replace(",a,", ',"a,'), LINES[2], LINES[3].replace(",b,", ',b",')]
GROUPS = PARQUET["snappy"]


def with_ratings(*ratings: int) -> str:
    """Write a table with these ratings."""
    rows = [f"{card},2026-03-01T08:30:00Z,{rating}" for card, rating in enumerate(ratings)]
    return "\n".join(["card,reviewed_at,rating", *rows])


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("empty.csv", "", {"code": "empty"}),
        ("blank.csv", "\n\n", {"code": "no_rows"}),
        ("names.csv", LINES[0], {"code": "no_rows"}),
        ("photo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", {"code": "not_a_review_log"}),
        ("line.txt", "x" * 5_000_000, {"code": "not_a_review_log"}),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", {"code": "other_format", "what": "workbook"}),
        ("new.xlsx", zipped(**{"xl/workbook__xml": b"<x/>"}), {"code": "other_format", "what": "workbook"}),
        ("a.csv.bz2", bz2.compress(TABLE.encode()), {"code": "other_format", "what": "bzip2"}),
        ("a.csv.xz", lzma.compress(TABLE.encode()), {"code": "other_format", "what": "xz"}),
        ("a.csv.gz", gzip.compress(TABLE.encode())[:-12], {"code": "damaged", "what": "gzip"}),
        (
            "sum.csv.gz",
            gzip.compress(TABLE.encode())[:-8] + b"\0\0\0\0" + gzip.compress(TABLE.encode())[-4:],
            {"code": "damaged", "what": "gzip"},
        ),
        (
            "sums.csv.gz",
            gzip.compress(b"x")[:-8] + bytes(4) + gzip.compress(b"x")[-4:] + gzip.compress(TABLE.encode()),
            {"code": "damaged", "what": "gzip"},
        ),
        ("two.zip", zipped(a__csv=b"x", b__csv=b"y"), {"code": "several_files", "count": 2}),
        ("notes.colpkg", TABLE, {"code": "wrong_content", "suffix": ".colpkg"}),
        (
            "marks.csv",
            "\n".join(QUOTED),
            {"code": "quotation_mark", "line": 2, "lastLine": 4, "rows": 2},
        ),
        (
            "mark.csv",
            f'{TABLE}ada,"c,2026-03-01,3\n' + "x\n" * 70_000,
            {"code": "quotation_mark_open", "line": 5},
        ),
        ("twice.csv", TABLE.replace("learner", "card"), {"code": "column_twice", "column": "card"}),
        (
            "both.csv",
            TABLE.replace("learner", "Grade"),
            {"code": "two_columns", "field": "rating", "columns": ["Grade", "rating"]},
        ),
        (
            "others.csv",
            "user,card,when\nada,1,2026-03-01\n",
            {
                "code": "missing_columns",
                "columns": [["reviewed_at"], ["rating", "recalled"]],
                "found": ["user", "card", "when"],
            },
        ),
        ("distances.csv", "card_id,rating,delta_t\n1,3,0\n", {"code": "distances_only"}),
        (
            "scale.csv",
            with_ratings(0, 5, 3, 4, 4, 4),
            {"code": "other_scale", "column": "rating", "numbers": [[0, 1], [5, 1]]},
        ),
        ("cut.json", '[{"card": 1},\n {"card"', {"code": "not_json", "line": 1}),
        ("cut.jsonl", '{"card": 1}\n{"card": 2}\n{"car', {"code": "not_json", "line": 3}),
        ("numbers.json", "[{}, 1]", {"code": "not_an_object", "entry": 2}),
        ("none.json", "[]", {"code": "no_rows"}),
        (
            "lists.json",
            '{"old": [{"card": 1, "rating": 3, "date": 1}], "new": [{"card": 1, "rating": 3, "date": 1}]}',
            {"code": "several_lists", "names": ["old", "new"]},
        ),
        ("half.parquet", GROUPS[: len(GROUPS) // 2], {"code": "damaged", "what": "parquet"}),
        ("page.parquet", GROUPS[:4] + b"\xff" * 56 + GROUPS[60:], {"code": "damaged", "what": "parquet"}),
        ("foot.parquet", GROUPS[:-8] + b"\xff\xff\xff\x7fPAR1", {"code": "damaged", "what": "parquet"}),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value[-9:] else "",
)
def test_file_is_refused_with_the_reason(page, tmp_path, name, content, expected):
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)

    assert refusal(page, path) == expected


def test_table_of_mostly_bad_rows_is_refused_with_the_first_one(page, tmp_path):
    path = tmp_path / "dates.csv"
    path.write_text(TABLE.replace("2026-03-0", "03/0"))

    assert refusal(page, path) == {
        "code": "mostly_bad",
        "bad": 3,
        "rows": 3,
        "reason": "time_unreadable",
        "count": 3,
        "example": {"place": "line", "number": 2, "column": "reviewed_at", "value": "03/01T08:30:00.250Z"},
    }
