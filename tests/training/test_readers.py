"""Several files become one log: learners stay apart, repeats count once, nothing is lost in silence."""

import gzip
import os
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from model_training.readers import account, read
from model_training.readers.learners import learner_names
from model_training.review_log.canonical import COLUMNS, REPEATED
from recall.errors import ReviewLogError
from tests.training.collections import NOW

HEADER = "learner,card,reviewed_at,rating\n"
REVIEWS = Path(
    os.environ.get("RECALL_REVIEWS", Path(__file__).parents[3] / "shared" / "data" / "reviews.parquet")
)


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["/logs/a/x/me.apkg", "/logs/b/x/me.apkg", "/c.apkg"], ["a/x/me", "b/x/me", "c"]),
        (["/logs/me", "/logs/bob"], ["me", "bob"]),
        (["/logs/me.csv.gz", "/logs/bob.zip"], ["me", "bob"]),
        (["/a/me.apkg", "/a/me.colpkg", "/b/me.apkg"], ["a/me.apkg", "me.colpkg", "b/me"]),
    ],
)
def test_learner_is_named_by_the_shortest_path_that_is_unique(paths, names):
    assert learner_names([Path(path) for path in paths]) == names


def test_file_given_twice_is_read_once(tmp_path):
    file = write(tmp_path / "a.csv", f"{HEADER}ada,1,2026-03-01,3\n")
    link = tmp_path / "link.csv"
    link.symlink_to(file)

    log = read([file, tmp_path / "." / "a.csv", link], now=NOW)

    assert log.reviews["learner"].tolist() == ["ada"]
    assert log.skipped == {}


def test_reviews_of_one_learner_in_two_files_are_joined_in_order(tmp_path):
    later = write(tmp_path / "later.csv", f"{HEADER}ada,1,2026-03-05,3\nada,1,2026-03-01,1\n")
    earlier = write(tmp_path / "earlier.csv", f"{HEADER}ada,1,2026-02-01,4\nada,1,2026-03-01,1\n")

    log = read([later, earlier], now=NOW)

    assert log.reviews["rating"].tolist() == [4, 1, 3]
    assert log.reviews.index.equals(pd.RangeIndex(3))
    assert log.skipped == {REPEATED: 1}


def test_cards_numbered_in_one_file_and_named_in_another_all_become_text(tmp_path):
    numbered = tmp_path / "a.parquet"
    pd.DataFrame(
        {"learner": ["ada"], "card": [7], "reviewed_at": [pd.Timestamp("2026-03-01")], "rating": [3]}
    ).to_parquet(numbered)
    named = write(tmp_path / "b.csv", f"{HEADER}ada,katze,2026-03-01,3\n")

    assert read([numbered, named], now=NOW).reviews["card"].tolist() == ["7", "katze"]


def test_skipped_rows_and_ignored_columns_add_up_over_files(tmp_path):
    rows = "ada,{0},2026-03-01T08:30:00Z,3,x\nada,{0},2026-03-02T08:30:00Z,9,x\n"
    files = [
        write(tmp_path / f"{name}.csv", f"{HEADER.strip()},{name}\n{rows.format(name)}")
        for name in ("deck", "tags")
    ]

    log = read(files, now=NOW)

    assert log.skipped == {"rating outside 1–4": 2}
    assert log.notes == (
        "ignored columns: deck, tags",
        f"rating outside 1–4, first in {files[0]}, line 3, column rating: “9”; accepted: 1 to 4, or again, "
        "hard, good and easy; --ratings says what others stand for",
    )


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("nowhere.csv", r"nowhere\.csv: no such file; check the path$"),
        (".", "there is no review log in this folder; name a file$"),
    ],
)
def test_path_that_is_no_file_is_refused(tmp_path, name, problem):
    with pytest.raises(ReviewLogError, match=problem):
        read([tmp_path / name], now=NOW)


@pytest.mark.parametrize("name", ["log.csv", "log.apkg"])
def test_empty_file_is_refused(tmp_path, name):
    write(tmp_path / name, "")

    with pytest.raises(ReviewLogError, match=f"{name}: the file is empty; export or download it again$"):
        read([tmp_path / name], now=NOW)


def test_file_that_the_system_will_not_give_is_refused(tmp_path, monkeypatch):
    file = write(tmp_path / "a.csv", HEADER)

    def deny(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", deny)

    with pytest.raises(ReviewLogError, match="Permission denied"):
        read([file], now=NOW)


@pytest.mark.skipif(not REVIEWS.exists(), reason="the shared review log isn't on this machine")
def test_real_reviews_of_fourteen_learners_are_all_usable():
    log = read([REVIEWS], now=NOW)

    assert list(log.reviews) == list(COLUMNS)
    assert len(log.reviews) == 88_183
    assert log.reviews["learner"].nunique() == 14
    assert (log.skipped, log.notes) == ({}, ())
    given = pd.read_parquet(REVIEWS).sort_values(["learner", "card", "reviewed_at"])
    assert log.reviews["day"].sum() == given["day"].sum()


def test_row_that_is_neither_used_nor_skipped_is_refused(tmp_path, monkeypatch):
    file = write(tmp_path / "a.csv", f"{HEADER}ada,1,2026-03-01,3\nada,1,2026-03-02,3\n")
    clean = account.clean
    monkeypatch.setattr(
        account, "clean", lambda raw, **how: clean(replace(raw, rows=raw.rows.head(1)), **how)
    )

    with pytest.raises(ReviewLogError, match=r"a\.csv: 2 rows were read, but 1 are used and 0 skipped"):
        read([file], now=NOW)


def test_pipe_is_read_once_whatever_it_holds(tmp_path):
    table = write(tmp_path / "a.csv", f"{HEADER}ada,1,2026-03-01,3\nada,1,2026-03-02,3\n")
    ends = os.pipe()
    os.write(ends[1], gzip.compress(table.read_bytes()))
    os.close(ends[1])

    log = read([Path(f"/dev/fd/{ends[0]}")], now=NOW)

    os.close(ends[0])
    assert log.reviews["learner"].tolist() == ["ada", "ada"]
    assert log.formats == ("CSV in gzip, canonical columns",)
