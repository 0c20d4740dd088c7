"""`inspect` tells what was understood, to the figure, and the problems that a log has, and no others."""

import gzip
import json
import sqlite3

import pandas as pd
import pytest

from model_training.cli import main
from model_training.review_log.canonical import ReviewLog
from model_training.review_log.features import scored_features
from model_training.training.inspection import inspect_log
from model_training.training.problems import problems
from tests.training.logs import simulated, written

LOG = """\
learner,card,reviewed_at,rating,deck
ada,a,2026-03-01T08:00:00Z,3,x
ada,a,2026-03-03T08:00:00Z,3,x
ada,a,2026-03-09T20:00:00Z,1,x
ada,a,2026-03-09T20:05:00Z,3,x
ada,b,2026-03-01T08:00:00Z,4,x
ada,b,2026-03-02T08:00:00Z,2,x
bob,a,2026-03-05T08:00:00Z,1,x
bob,a,soon,1,x
bob,b,2026-03-05T08:00:00Z,9,x
"""
REPORT = """\
format    CSV, canonical columns
learners  2
cards     3
reviews   7
span      2026-03-01 to 2026-03-09 (8 days)
scored    3 (at least one study day after the card's review before)
recalled  66.7% of the scored

                       min   25 %   median   75 %   max
───────────────────────────────────────────────────────
reviews per card       1.0    1.5      2.0    3.0   4.0
days between reviews   1.0    1.5      2.0    4.2   6.5

rating    reviews   share
─────────────────────────
1 Again         2   28.6%
2 Hard          1   14.3%
3 Good          3   42.9%
4 Easy          1   14.3%

learner   reviews   cards   scored   recalled        first         last
───────────────────────────────────────────────────────────────────────
ada             6       2        3      66.7%   2026-03-01   2026-03-09
bob             1       1        0        n/a   2026-03-05   2026-03-05

skipped              rows
─────────────────────────
rating outside 1–4      1
time unreadable         1

Note: ignored columns: deck
Note: time unreadable, first in {path}, line 9, column reviewed_at: “soon”; accepted: \
2026-03-01T08:30:00Z, 2026-03-01 10:30:00+02:00, 2026-03-01 08:30:00 UTC, or seconds, milliseconds, \
microseconds or nanoseconds since 1970
Note: rating outside 1–4, first in {path}, line 10, column rating: “9”; accepted: 1 to 4, or again, hard, \
good and easy; --ratings says what others stand for

Problem: only 3 scored reviews; fit needs 20
"""


def found(reviews):
    return problems(reviews, scored_features(reviews))


def daily(cards, *, learner="ada", rating=lambda number: 1 if number % 4 == 0 else 3):
    """One learner's log: each card new on day 0.1 and reviewed once, a bit more than a day later."""
    rows = [(learner, card, 0.1, 3) for card in range(cards)]
    return rows + [(learner, card, 1.1 + card / 10_000, rating(card)) for card in range(cards)]


def test_report_says_what_was_understood_to_the_figure(tmp_path, capsys):
    path = tmp_path / "log.csv"
    path.write_text(LOG)

    assert main(["inspect", str(path)]) == 0

    printed = capsys.readouterr()
    assert printed.out == REPORT.format(path=path)
    assert printed.err == "reading reviews\n"


def test_formats_of_several_files_are_named_once(tmp_path, capsys):
    plain, compressed, again = tmp_path / "a.csv", tmp_path / "b.csv.gz", tmp_path / "c.csv"
    for path in (plain, again):
        path.write_text(LOG)
    compressed.write_bytes(gzip.compress(LOG.encode()))

    assert main(["inspect", *map(str, (plain, compressed, again))]) == 0

    assert capsys.readouterr().out.startswith(
        "format    CSV, canonical columns; CSV in gzip, canonical columns\nlearners  2\n"
    )


def test_log_without_scored_reviews_has_no_recall_rate():
    described = inspect_log(ReviewLog(written(("ada", 1, 0, 3))))

    assert (described["scored_reviews"], described["recall"]) == (0, None)
    assert set(described["days_between_reviews"].values()) == {None}


def test_twenty_learners_with_the_most_reviews_are_shown_and_all_are_in_the_json(tmp_path, capsys):
    rows = [(f"l{n:02}", card, 0, 3) for n in range(23) for card in range(n + 1)]
    written(*rows).to_parquet(tmp_path / "log.parquet")

    assert main(["inspect", str(tmp_path / "log.parquet")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert main(["inspect", str(tmp_path / "log.parquet"), "--json"]) == 0
    learners = json.loads(capsys.readouterr().out)["by_learner"]

    start = next(number for number, line in enumerate(lines) if line.startswith("learner "))
    assert [line.split()[:2] for line in lines[start + 2 : start + 22]] == [
        [f"l{n:02}", str(n + 1)] for n in reversed(range(3, 23))
    ]
    assert "… and 3 with fewer" in lines
    assert [(each["learner"], each["reviews"]) for each in learners] == [
        (f"l{n:02}", n + 1) for n in reversed(range(23))
    ]


def test_learner_with_a_long_or_unprintable_name_keeps_the_table_in_line(tmp_path, capsys):
    rows = [("x" * 80, 1, 0, 3), ("a\x1b[31m\nb", 1, 0, 3)]
    written(*rows).to_parquet(tmp_path / "log.parquet")

    assert main(["inspect", str(tmp_path / "log.parquet")]) == 0

    table = capsys.readouterr().out.split("\n\n")[3].splitlines()
    assert [line[:24] for line in table[2:]] == [f"{'a [31m b':<24}", f"{'x' * 23}…"]
    assert len({len(line) for line in table}) == 1


def test_good_log_has_no_problems():
    rows = [row for learner in ("ada", "bob") for row in daily(500, learner=learner)]

    assert found(written(*rows)) == []


@pytest.mark.parametrize(
    ("count", "problem"),
    [
        (19, "only 19 scored reviews; fit needs 20"),
        (999, "only 999 scored reviews; below 1,000 all figures are rough"),
    ],
)
def test_few_scored_reviews_are_a_problem(count, problem):
    rows = [*daily(count // 2), *daily(count - count // 2, learner="bob")]

    assert found(written(*rows)) == [problem]


def test_single_outcome_is_a_problem():
    rows = [row for who in ("ada", "bob") for row in daily(500, learner=who, rating=lambda _: 3)]

    assert found(written(*rows)) == [
        "every scored review was recalled; fit needs both outcomes (rating 1 is a failure)"
    ]


def test_single_learner_is_a_problem():
    assert found(written(*daily(1_000))) == [
        "one learner only; nothing tells how well the model fits other people"
    ]


@pytest.mark.parametrize(
    ("others", "expected"),
    [(105, ["one learner has 95% of the reviews; the model will be theirs"]), (106, [])],
)
def test_learner_with_nearly_all_reviews_is_a_problem(others, expected):
    rows = [*daily(1_000), *(("bob", card, 0, 3) for card in range(others))]

    assert found(written(*rows)) == expected


def test_simulated_reviews_are_a_problem():
    assert "the reviews are simulated; a model of them says nothing about people" in found(simulated())


def test_times_that_are_only_dates_are_a_problem():
    reviews = written(*(row for learner in ("ada", "bob") for row in daily(500, learner=learner)))
    midnight = reviews.assign(reviewed_at=reviews["reviewed_at"].dt.floor("D"))

    assert found(midnight) == [
        "all reviews are at 00:00 UTC; only whole days are known, and of a card's reviews on one day only "
        "the first is kept"
    ]


def test_single_review_does_not_tell_whether_times_are_dates():
    reviews = written(("ada", 1, 0, 3)).assign(reviewed_at=pd.Timestamp("2026-03-01", tz="UTC"))

    assert not any("whole days" in problem for problem in found(reviews))


def test_file_that_cannot_be_read_is_one_line(tmp_path, capsys):
    path = tmp_path / "other.anki2"
    sqlite3.connect(path).execute("create table cards (id integer)").connection.close()

    assert main(["inspect", str(path)]) == 2

    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines()[1:] == [
        f"error: {path}: not an Anki collection, or a damaged one (no such table: revlog); check it in Anki "
        "(Tools, Check Database) and export it again"
    ]
