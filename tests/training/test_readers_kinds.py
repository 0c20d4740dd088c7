"""Tables of every kind that people bring: the same reviews come out of all of them."""

import bz2
import gzip
import io
import json
import lzma
import zipfile

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from model_training.cli import main
from model_training.commands.meanings import FIELDS as FIELDS_OF_OPTION
from model_training.readers import read
from model_training.readers.columns import FIELDS
from model_training.readers.meanings import Meanings
from model_training.readers.ratings import SKIP
from recall.errors import ReviewLogError
from tests.training.collections import NOW, zstd
from tests.training.read_errors import read_error

AT = pd.Timestamp("2026-03-01T08:30:00.250Z")
SEEN = [["ada", "a", AT, 3], ["ada", "a", AT + pd.Timedelta(days=2), 1], ["ada", "b", AT, 4]]
TABLE = """\
learner,card,reviewed_at,rating
ada,a,2026-03-01T08:30:00.250Z,3
ada,a,2026-03-03T08:30:00.250Z,1
ada,b,2026-03-01T08:30:00.250Z,4
"""


def seen(log):
    """Return what a log holds, for comparison."""
    reviews = log.reviews[["learner", "card", "reviewed_at", "rating"]]
    return reviews.astype({"card": "str"}).to_numpy().tolist()


@pytest.fixture
def write(tmp_path):
    def write(content, name="ada.csv", encoding="utf-8"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


def zipped(**members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, content in members.items():
            package.writestr(name.replace("__", "."), content)
    return buffer.getvalue()


@pytest.mark.parametrize("separator", [";", "\t", "|", ", "])
def test_any_separator_is_read(write, separator):
    assert seen(read([write(TABLE.replace(",", separator))], now=NOW)) == SEEN


def test_separator_that_excel_states_is_read(write):
    assert seen(read([write("sep=;\r\n" + TABLE.replace(",", ";").replace("\n", "\r\n"))], now=NOW)) == SEEN


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n\n"])
def test_any_line_end_is_read(write, end):
    assert seen(read([write(TABLE.replace("\n", end))], now=NOW)) == SEEN


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"]
)
@pytest.mark.parametrize("name", ["ada.csv", "ada.json"])
def test_any_encoding_is_read(write, encoding, name):
    table = TABLE.replace("ada", "zoë").replace(",a,", ",é,")
    rows = [line.split(",") for line in table.splitlines()]
    entries = json.dumps([dict(zip(rows[0], row, strict=True)) for row in rows[1:]], ensure_ascii=False)

    log = read([write(table if name == "ada.csv" else entries, name, encoding)], now=NOW)

    assert log.reviews["learner"].unique().tolist() == ["zoë"]
    assert log.reviews["card"].tolist() == ["b", "é", "é"]
    assert [note.split(":")[0] for note in log.notes] == (
        ["text that isn't UTF-8 is read as Windows-1252"] if encoding in {"cp1252", "latin-1"} else []
    )


@pytest.mark.parametrize(
    ("compress", "name"),
    [
        (gzip.compress, "gzip"),
        (bz2.compress, "bzip2"),
        (lzma.compress, "xz"),
        (zstd, "Zstandard"),
        (lambda data: zipped(ada__csv=data), "zip"),
        (lambda data: gzip.compress(zipped(ada__csv=data)), "zip in gzip"),
    ],
)
def test_any_compression_is_recognised_by_content(write, compress, name):
    log = read([write(compress(TABLE.encode()), "ada.csv")], now=NOW)

    assert seen(log) == SEEN
    assert log.formats == (f"CSV in {name}, canonical columns",)


def test_json_and_parquet_may_be_compressed_too(write, tmp_path):
    frame = pd.DataFrame(SEEN, columns=["learner", "card", "reviewed_at", "rating"])
    frame.to_parquet(tmp_path / "plain")
    parquet = write(gzip.compress((tmp_path / "plain").read_bytes()), "ada.parquet.gz")
    lines = frame.to_json(orient="records", lines=True, date_format="iso")

    assert seen(read([parquet], now=NOW)) == SEEN
    assert seen(read([write(bz2.compress(lines.encode()), "ada.jsonl.bz2")], now=NOW)) == SEEN


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (zipped(a__csv=TABLE, b__csv=TABLE), "and 2 files instead of one table; unpack it"),
        (bz2.compress(TABLE.encode() * 99)[:-9], "the bzip2 is damaged or incomplete"),
        (lzma.compress(TABLE.encode())[:-9], "the xz is damaged or incomplete"),
        (zstd(TABLE.encode() * 99)[:-9], "the Zstandard in it is damaged or incomplete"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "this is a spreadsheet's workbook; save the table as “CSV UTF-8”",
        ),
    ],
    ids=["two tables", "bzip2", "xz", "zstd", "xls"],
)
def test_file_that_holds_no_table_is_refused_with_the_fix(write, content, problem):
    assert problem in read_error(write(content))


def test_rows_that_a_quotation_mark_would_eat_are_not_lost(write):
    lines = TABLE.splitlines()
    lines[1], lines[3] = lines[1].replace(",a,", ',"a,'), lines[3].replace(",b,", ',b",')

    assert read_error(write("\n".join(lines))).endswith(
        "line 2: a quotation mark opens a field that ends only in line 4, and 2 rows would be lost in it; "
        "remove the mark, or write it twice within quotation marks"
    )


def test_quotation_mark_that_never_closes_is_refused(write):
    lines = [line.replace(",a,", ',"a,') for line in TABLE.splitlines()]

    assert "line 2: a quotation mark opens a field that ends only in line 4" in read_error(
        write("\n".join([*lines[:2], TABLE.splitlines()[2], TABLE.splitlines()[3]]))
    )


def test_card_of_several_lines_is_one_card(write):
    text = TABLE.replace(",b,", ',"Hello, you\nand ""me"", too\n",')

    assert read([write(text)], now=NOW).reviews["card"].tolist() == ['Hello, you\nand "me", too', "a", "a"]


def test_empty_fields_beyond_the_first_line_are_none(write):
    assert seen(read([write(TABLE.replace("Z,", "Z,").replace(",3\n", ",3,,\n"))], now=NOW)) == SEEN


def test_nul_bytes_are_left_out_and_said(write):
    log = read([write(TABLE.replace(",a,", ",a\0,", 1))], now=NOW)

    assert seen(log) == SEEN
    assert log.notes == ("NUL bytes in the text are left out",)


@pytest.mark.parametrize(
    "header",
    [
        "Learner,Card,Reviewed_At,Rating",
        "user_id,card_id,review_time,grade",
        "User ID,Card-ID,Timestamp,Ease",
        "userId,cardId,reviewedAt,reviewRating",
        "student,item,datetime,quality",
        " learner , \ufeffcard,reviewed on,RATING",
        "anon_student_id,lexeme_id,date,answer",
        "uid,word,time,button",
    ],
)
def test_common_names_of_columns_are_understood(write, header):
    assert seen(read([write(TABLE.replace("learner,card,reviewed_at,rating", header))], now=NOW)) == SEEN


def test_names_that_are_understood_are_told(write):
    path = write(TABLE.replace("learner,card,reviewed_at", "user,item,date"))

    assert read([path], now=NOW).formats == ("CSV, columns card = item, learner = user, reviewed_at = date",)


def test_table_without_learners_is_of_the_one_whom_the_file_names(write):
    rows = [line.split(",", 1)[1] for line in TABLE.splitlines()]

    assert seen(read([write("\n".join(rows))], now=NOW)) == SEEN


def test_loose_name_is_ignored_beside_a_clear_one(write):
    lines = TABLE.splitlines()
    path = write("\n".join([f"{lines[0]},date,word", *(f"{line},2020-01-01,x" for line in lines[1:])]))

    log = read([path], now=NOW)

    assert seen(log) == SEEN
    assert log.notes == ("ignored columns: date, word",)


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("learner,card,reviewed_at,rating,rating", "column rating appears more than once; keep one of them"),
        (
            "learner,card,reviewed_at,rating,Grade",
            "columns rating and Grade both stand for rating; keep one of them, or say which with --columns "
            "rating=rating",
        ),
        ("learner,card,date,rating,time", "columns date and time both stand for reviewed_at;"),
    ],
)
def test_two_columns_for_one_field_are_refused(write, header, problem):
    lines = [f"{line},4" for line in TABLE.splitlines()[1:]]

    assert problem in read_error(write("\n".join([header, *lines])))


def test_columns_option_says_which_column_is_which(write):
    lines = [f"{line},4" for line in TABLE.splitlines()[1:]]
    path = write("\n".join(["wer,was,wann,grade,Rating", *lines]))
    names = {"learner": "WER", "card": "was", "reviewed_at": "wann", "rating": "grade"}

    log = read([path], now=NOW, meanings=Meanings(columns=names))

    assert seen(log) == SEEN
    assert log.notes == ("ignored columns: Rating",)


def test_columns_and_ratings_on_the_command_line_are_taken_together_and_apart(write, capsys):
    path = write(TABLE.replace("card,reviewed_at", "was,wann").replace(",4\n", ",5\n"))
    options = ["--columns", "card=was,reviewed_at=wann", "--ratings", "5=Easy", "--ratings", "1=again,3=3"]

    assert main(["inspect", str(path), *options, "--json"]) == 0

    assert json.loads(capsys.readouterr().out)["ratings"] == {"1": 1, "2": 0, "3": 1, "4": 1}


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (
            ["--columns", "deck=x"],
            "there is no field 'deck'; give one of learner, card, reviewed_at, rating,",
        ),
        (["--columns", "card"], "'card' isn't FIELD=NAME"),
        (["--columns", "card=a,card=b"], "card is given twice"),
        (["--columns", "card=a", "--columns", "card=b"], "--columns gives card twice"),
        (
            ["--columns", "card=b"],
            "--columns card=b: there is no such column; found learner, card, reviewed_at,",
        ),
        (["--ratings", "5=7"], "5=7: a rating is 1 to 4, again, hard, good, easy, or skip"),
    ],
)
def test_option_that_cannot_be_followed_is_one_line(write, capsys, options, problem):
    assert main(["inspect", str(write(TABLE)), *options]) == 2

    error = capsys.readouterr().err.removeprefix("reading reviews\n")
    assert problem in error
    assert error.count("\n") == 1


def test_fields_of_the_option_are_those_of_the_readers():
    assert FIELDS_OF_OPTION == FIELDS


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("2026-03-01 08:30:00.250 UTC", "2026-03-03 08:30:00.250 UTC"),
        ("2026-03-01T08:30:00,250Z", "2026-03-03T08:30:00,250Z"),
        ("2026/03/01 08:30:00.250", "2026/03/03 08:30:00.250"),
        ("2026-03-01 10:30:00.250 +0200", "2026-03-03 08:30:00.250 +00"),
        ("1772353800.25", "1772526600.25"),
        ("1772353800250", "1772526600250"),
        ("1772353800250000", "1772526600250000"),
        ("1772353800250000000", "1772526600250000000"),
        ("1.77235380025e12", "1772526600250.0"),
    ],
)
def test_any_unambiguous_time_is_read(write, first, again):
    path = write(
        TABLE.replace("2026-03-01T08:30:00.250Z", f'"{first}"').replace(
            "2026-03-03T08:30:00.250Z", f'"{again}"'
        )
    )

    assert seen(read([path], now=NOW)) == SEEN


@pytest.mark.parametrize("unit", ["seconds", "milliseconds", "microseconds", "nanoseconds"])
def test_numbers_in_parquet_are_times_by_their_size_and_said(tmp_path, unit):
    per_second = {"seconds": 1, "milliseconds": 10**3, "microseconds": 10**6, "nanoseconds": 10**9}[unit]
    path = tmp_path / "log.parquet"
    at = [1_772_353_800 * per_second, None]
    pq.write_table(
        pa.table({"card": [1, 2], "reviewed_at": pa.array(at, pa.int64()), "rating": [3, 3]}), path
    )

    log = read([path], now=NOW)

    assert log.reviews["reviewed_at"].tolist() == [pd.Timestamp("2026-03-01T08:30:00Z")]
    assert log.notes[0] == f"times are {unit} since 1970, by their size"


@pytest.mark.parametrize(
    ("written", "naive"),
    [
        ("2026-03-01", True),
        ("2026-03-01 08:30:00", True),
        ("2026-03-01T08:30", True),
        ("2026-03-01T08:30:00Z", False),
        ("2026-03-01 08:30:00 UTC", False),
        ("2026-03-01 08:30:00+00", False),
        ("2026-03-01T03:00:00.5-05:30", False),
        ("1772353800", False),
    ],
)
def test_times_without_a_zone_are_said_to_be_read_as_utc(write, written, naive):
    path = write(f"learner,card,reviewed_at,rating\nada,1,{written},3\n")

    assert ("times without a zone are read as UTC" in read([path], now=NOW).notes) == naive


def test_times_of_two_units_are_not_mixed(write):
    path = write(
        TABLE.replace("2026-03-01T08:30:00.250Z", "1772353800250").replace(
            "2026-03-03T08:30:00.250Z", "1772526600"
        )
    )

    log = read([path], now=NOW)

    assert log.skipped == {"time in another unit than most": 1}
    assert log.notes[1] == (
        f"time in another unit than most, first in {path}, line 3, column reviewed_at: “1772526600”"
    )


def test_time_that_a_spreadsheet_shortened_is_not_believed(write):
    path = write(
        TABLE.replace("2026-03-01T08:30:00.250Z", "1772353800250").replace(
            "2026-03-03T08:30:00.250Z", "1.77253E+12"
        )
    )

    assert read([path], now=NOW).skipped == {"time unreadable": 1}


def test_dates_that_may_be_read_in_two_ways_are_refused_with_the_first_and_what_is_accepted(write):
    message = read_error(write(TABLE.replace("2026-03-01T08:30:00.250Z", "07/04/2026 08:30")))

    assert (
        "first in line 2, column reviewed_at: “07/04/2026 08:30”; accepted: 2026-03-01T08:30:00Z, " in message
    )


@pytest.mark.parametrize(
    "words", [("GOOD", "again", "Easy"), ("Rating.Good", "forgot", "easy "), ("3.0", "1", "4.0")]
)
def test_ratings_in_words_are_read(write, words):
    path = write(
        "".join(line[:-1] + word + "\n" for line, word in zip(TABLE.splitlines(), ("g", *words), strict=True))
    )

    assert seen(read([path], now=NOW)) == SEEN


@pytest.mark.parametrize(
    ("no", "yes"), [("no", "YES"), ("n", "Y"), ("f", "t"), ("forgot", "recalled"), ("0.0", "1.0")]
)
def test_recalled_in_words_is_read(write, no, yes):
    rows = zip(TABLE.splitlines(), ("recalled", yes, no, yes), strict=True)
    path = write("\n".join(line.rsplit(",", 1)[0] + "," + word for line, word in rows))

    assert read([path], now=NOW).reviews["rating"].tolist() == [3, 1, 3]


def graded(*grades):
    rows = [f"ada,{n},2026-03-01,{grade}" for n, grade in enumerate(grades)]
    return "\n".join(["learner,card,reviewed_at,q", *rows])


@pytest.mark.parametrize(
    ("grades", "problem"),
    [
        (
            [0, 1, 2, 3, 4, 5] * 2,
            "column q isn't on the scale of 1 Again, 2 Hard, 3 Good, 4 Easy (0 in 2 rows, 5 in 2 rows); say "
            "what its numbers stand for: if it is SM-2's, where 0 to 2 are failures, --ratings "
            "0=1,1=1,2=1,3=2,4=3,5=4",
        ),
        ([2, 3, 4, 5] * 3, "(5 in 3 rows); say what its numbers stand for: if it is SM-2's"),
        ([0, 1, 2, 3] * 3, "--ratings 0=1,1=2,2=3,3=4 if 0 is Again and 3 Easy"),
        ([0, 1, 1] * 3, "or --columns recalled=q if it is 0 or 1"),
        ([10, 60, 90] * 2, "for each a rating or skip, such as --ratings 0=1,5=4,10=skip"),
    ],
)
def test_ratings_of_another_scale_are_refused_with_the_way_to_map_them(write, grades, problem):
    path = write(graded(*grades))

    with pytest.raises(ReviewLogError) as caught:
        read([path], now=NOW, meanings=Meanings(columns={"rating": "q"}))

    assert problem in str(caught.value)


def test_few_ratings_outside_the_scale_are_counted(write):
    log = read([write(graded(*[3] * 60, 0, 0).replace(",q", ",rating"))], now=NOW)

    assert log.skipped == {"rating outside 1–4": 2}


def test_ratings_option_maps_a_scale_and_leaves_out_what_is_no_review(write):
    path = write(graded(0, 1, 2, 3, 4, 5, "5.0", "-1").replace(",q", ",rating"))
    sm2 = {"0": 1, "1": 1, "2": 1, "3": 2, "4": 3, "5": 4, "-1": SKIP}

    log = read([path], now=NOW, meanings=Meanings(ratings=sm2))

    assert log.reviews["rating"].tolist() == [1, 1, 1, 2, 3, 4, 4]
    assert log.skipped == {"left out by --ratings": 1}


def test_cards_written_as_floats_are_the_numbers_and_said(write):
    log = read([write(TABLE.replace(",a,", ",12.0,", 1).replace(",a,", ",12,"))], now=NOW)

    assert log.reviews["card"].tolist() == ["12", "12", "b"]
    assert log.notes == ("card numbers such as 12.0 are read without their .0",)


def test_cards_with_fractions_are_names(write):
    log = read([write(TABLE.replace(",a,", ",1.0,", 1).replace(",a,", ",1.1,"))], now=NOW)

    assert log.reviews["card"].tolist() == ["1.0", "1.1", "b"]


def test_cards_that_a_spreadsheet_rounded_are_not_merged(write):
    log = read([write(TABLE.replace(",a,", ",1.5E+12,", 1))], now=NOW)

    assert log.skipped == {"card isn't exact: a number too long for a spreadsheet or for floating point": 1}


def test_whole_and_broken_numbers_of_cards_in_parquet_are_written_alike(tmp_path):
    path = tmp_path / "log.parquet"
    pd.DataFrame({"card": [1.0, 1.5], "reviewed_at": [AT, AT], "rating": [3, 3]}).to_parquet(path)

    assert read([path], now=NOW).reviews["card"].tolist() == ["1", "1.5"]


@pytest.mark.parametrize(
    ("kind", "cards"),
    [
        (pa.uint64(), [2**63 + 1, 2**63 + 2, None]),
        (pa.uint64(), [1, 2, None]),
        (pa.int64(), [2**53 + 1, 2**53 + 2, None]),
        (pa.float64(), [1.0, 2.0, None]),
        (pa.decimal128(20), [2**63 + 1, 2**63 + 2, None]),
    ],
)
def test_numbers_of_cards_in_parquet_stay_exact_beside_a_missing_one(tmp_path, kind, cards):
    path = tmp_path / "log.parquet"
    at = pa.array([AT.to_pydatetime()] * 3)
    pq.write_table(pa.table({"card": pa.array(cards, kind), "reviewed_at": at, "rating": [3, 3, 3]}), path)

    log = read([path], now=NOW)

    assert [int(card) for card in log.reviews["card"]] == cards[:2]
    assert log.skipped == {"card missing": 1}


def test_spaces_around_names_are_none(write):
    assert seen(read([write(TABLE.replace("ada,a,", " ada , a ,", 1))], now=NOW)) == SEEN


def test_folder_gives_its_tables_with_the_columns_that_its_folders_name(tmp_path):
    frame = pd.DataFrame({"card": [1], "reviewed_at": [AT], "rating": [3]})
    for user in ("a%20b", "3"):
        folder = tmp_path / "logs" / f"user_id={user}"
        folder.mkdir(parents=True)
        frame.to_parquet(folder / "data.parquet")
    (tmp_path / "logs" / "_SUCCESS").touch()
    (tmp_path / "logs" / "read me.md").touch()

    log = read([tmp_path / "logs"], now=NOW)

    assert log.reviews["learner"].tolist() == ["3", "a b"]
    assert log.notes[0] == "not read, for their names aren't those of review logs: read me.md"


def test_pattern_gives_the_files_that_match(write, tmp_path):
    for name in ("x/one.csv", "y/two.csv", "y/other.txt"):
        write(TABLE.replace("ada", name[2:5]), name)

    log = read([tmp_path / "*" / "*.csv"], now=NOW)

    assert log.reviews["learner"].unique().tolist() == ["one", "two"]


def test_pattern_that_matches_nothing_is_refused(tmp_path):
    assert "no file matches this pattern; check the path" in read_error(tmp_path / "*.csv")
