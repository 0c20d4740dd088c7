"""Erasing a learner: nothing of them is left in any version of any object, and everything of others is."""

import json
from collections import Counter
from datetime import timedelta

import duckdb
import pandas as pd
import pytest

from lake.kept import Held
from model_training.cli import main
from model_training.erasure import ErasureError
from model_training.erasure import erase as erase_everywhere
from model_training.erasure.learner_rows import UnreadableError, without

from .fake_s3 import FakeS3
from .review_rows import NOW

DECK = b"learner,card,last_review_at\nann,gato,2026-11-01T08:00:00Z\nbob,perro,2026-11-01T08:00:00Z\n"


def parquet(folder, *learners):
    """Return a due list or a deck of these learners as a Parquet file."""
    path = folder / "rows.parquet"
    rows = pd.DataFrame({"learner": learners, "card": "gato", "due": range(len(learners))})
    rows.to_parquet(path)
    return path.read_bytes()


class Table:
    """A table of reviews that has some rows of the learners, and older snapshots that have some."""

    def __init__(self, rows=0, older=0, newest=None):
        self.rows, self.older = rows, Held(older, newest)
        self.asked = []

    def erase(self, learners, received_until):
        """Say how many rows there were."""
        self.asked.append((learners, received_until))
        return self.rows

    def held_before(self, _learners):
        """Say what older snapshots have."""
        return self.older


def erase(s3, *learners, table=None, **options):
    """Erase learners from a lake, whose table has none of them if no other is given."""
    return erase_everywhere(s3.lake, table or Table(), *learners, now=NOW, **options)


@pytest.fixture
def s3(tmp_path):
    """Give a lake in which ann and bob are everywhere, in older versions too."""
    s3 = FakeS3(began=NOW)
    s3.lake.write("decks/all.csv", DECK)
    s3.lake.write("decks/all.csv", DECK + b"ann,pez,2026-11-02T08:15:00Z\n")
    s3.lake.write("decks/bobs.jsonl", b'{"learner": "bob", "card": "ann"}\n')
    s3.lake.write("decks/parquet.parquet", parquet(tmp_path, "ann", "bob"))
    s3.lake.write("due/all/date=2026-11-20/due.parquet", parquet(tmp_path, "ann", "bob"))
    s3.lake.write("due/all/date=2026-11-20/due.json", b'{"learners": {"ann": ["a"]}}')
    s3.lake.write("due/bobs/date=2026-11-20/due.json", b'[{"learner": "bob", "card": "ann-card"}]')
    s3.lake.write("reports/athena/1.csv", b"anything")
    s3.lake.write("samples/run-1/sample/part.parquet", parquet(tmp_path, "ann"))
    s3.lake.write("samples/run-1/sample/part.parquet", parquet(tmp_path, "bob"))
    s3.lake.write("models/v1/model.json", b'{"learner": "ann"}')
    return s3


@pytest.fixture
def names(tmp_path):
    """Give who is in an object's content, read apart from what erases."""

    def names(key, body):
        if key.endswith(".parquet"):
            path = tmp_path / f"{key.replace('/', '-')}-{len(list(tmp_path.iterdir()))}.parquet"
            path.write_bytes(body)
            with duckdb.connect() as connection:
                rows = connection.execute("SELECT DISTINCT learner FROM read_parquet(?)", [str(path)])
                return {name for (name,) in rows.fetchall()}
        return {
            name for name in ("ann", "bob") if f'"{name}"' in body.decode() or f"\n{name}," in body.decode()
        }

    return names


def versions(s3):
    """Return key and content of every version that there is, but for models'."""
    return [
        (key, kept.stored.body)
        for key, history in s3.history.items()
        for kept in history
        if kept.stored is not None and not key.startswith("models/")
    ]


def test_erased_learner_is_in_no_version_of_any_object_and_the_others_are(s3, names):
    assert sum("ann" in names(*version) for version in versions(s3)) > 5
    done = erase(s3, "ann")

    left = [version for version in versions(s3) if version[0] != "decks/bobs.jsonl"]
    assert not [key for key, body in left if "ann" in names(key, body)]
    assert (done.deck_rows, done.due_files, done.query_results, done.training_files) == (3, 2, 1, 1)
    assert s3.objects["decks/all.csv"].body.decode().splitlines() == [
        "learner,card,last_review_at",
        "bob,perro,2026-11-01T08:00:00Z",
    ]
    assert names("decks/parquet.parquet", s3.objects["decks/parquet.parquet"].body) == {"bob"}
    assert "due/bobs/date=2026-11-20/due.json" in s3.objects
    assert [key for key in s3.objects if key.startswith(("reports/athena/", "samples/"))] == []
    assert b"ann" in s3.objects["models/v1/model.json"].body


def test_several_learners_are_erased_at_once_and_each_file_is_written_once(s3, names):
    written = []
    s3.before = lambda operation, key: written.append(key) if operation == "put" else None
    done = erase(s3, "ann", "bob")

    assert done.learners == ["ann", "bob"]
    assert not [key for key, body in versions(s3) if {"ann", "bob"} & set(names(key, body))]
    assert set(Counter(key for key in written if key.startswith("decks/")).values()) == {1}


@pytest.mark.parametrize(
    ("table", "gone_by"),
    [
        (Table(rows=7), "2026-11-22T12:00:00Z"),
        (Table(rows=7, older=9, newest=NOW - timedelta(hours=1)), "2026-11-23T11:00:00Z"),
        (Table(rows=0, older=9, newest=NOW - timedelta(days=3)), "2026-11-22T12:00:00Z"),
        (Table(), None),
    ],
)
def test_result_says_what_the_table_had_and_when_its_bytes_are_gone(s3, table, gone_by):
    """A snapshot is kept for a day; its files are removed within a day of that, and gone a day later."""
    done = erase(s3, "ann", table=table, received_until=NOW)

    assert table.asked == [(["ann"], NOW)]
    assert (done.reviews, done.older_reviews, done.gone_by) == (table.rows, table.older.rows, gone_by)


def test_older_versions_that_held_only_others_stay(s3):
    before = [version for version in versions(s3) if version[0] == "decks/bobs.jsonl"]
    erase(s3, "ann")

    assert [version for version in versions(s3) if version[0] == "decks/bobs.jsonl"] == before


def test_erasing_again_finds_nothing(s3):
    first = erase(s3, "ann")
    again = erase(s3, "ann").as_result()

    assert first.old_versions > 5
    assert again.pop("learners") == ["ann"]
    assert set(again.values()) == {0, None}


def test_erasure_killed_anywhere_and_run_again_erases_all(s3, names):
    class Killed(BaseException):
        pass

    operations = 0

    def before(_operation, _key):
        nonlocal operations
        operations += 1
        if operations % 9 == 0:
            raise Killed

    s3.before = before
    for _ in range(100):
        try:
            erase(s3, "ann")
        except Killed:
            s3.before = before if operations < 60 else lambda *_: None
            continue
        break

    assert not [key for key, body in versions(s3) if key != "decks/bobs.jsonl" and "ann" in names(key, body)]


def test_deck_that_others_write_meanwhile_is_read_again(s3):
    def meanwhile(operation, key):
        if operation == "put" and key == "decks/all.csv":
            s3.before = lambda *_: None
            s3.lake.write(key, DECK + b"bob,pez,2026-11-02T08:15:00Z\n")

    s3.before = meanwhile
    erase(s3, "ann")

    assert s3.objects["decks/all.csv"].body.decode().splitlines()[1:] == [
        "bob,perro,2026-11-01T08:00:00Z",
        "bob,pez,2026-11-02T08:15:00Z",
    ]


def test_object_that_nobody_can_read_is_named(s3):
    s3.lake.write("decks/odd.parquet", b"no parquet")
    problem = r"^s3://lake/decks/odd\.parquet: can't be read .* holds the learner"
    with pytest.raises(ErasureError, match=problem):
        erase(s3, "ann")


def test_older_version_that_nobody_can_read_is_deleted(s3):
    s3.lake.write("decks/bobs.jsonl", b"torn")
    s3.lake.write("decks/bobs.jsonl", b'{"learner": "bob", "card": "b"}\n')
    erase(s3, "ann")

    assert b"torn" not in [body for _, body in versions(s3)]


@pytest.mark.parametrize(
    ("key", "body", "rest", "rows"),
    [
        ("a.csv", b'card,learner\nx,ann\n"y\nz",bob\n', b'card,learner\n"y\nz",bob\n', 1),
        ("a.csv", b"\xef\xbb\xbflearner,card\nann,x\n", b"learner,card\n", 1),
        ("a.csv", b"card\nann\n", b"card\nann\n", 0),
        ("a.jsonl", b'{"learner": "ann"}\n\n{"learner": "anna"}\n', b'\n{"learner": "anna"}\n', 1),
        ("a.json", b'{"due": [{"learner": "ann"}]}', b"", 1),
        ("a.txt", b"ann", b"ann", 0),
    ],
)
def test_rows_of_a_learner_go_and_the_rest_stays_as_it_is(key, body, rest, rows):
    assert without(key, body, {"ann"}) == (rest, rows)


def test_learner_with_a_number_for_an_id_is_found():
    assert without("a.jsonl", b'{"learner": 7}\n', {"7"}) == (b"", 1)
    assert without("a.json", json.dumps({"due": {"7": []}}).encode(), {"7"}).rows == 1


@pytest.mark.parametrize(
    ("key", "body"), [("a.csv", b"\xff"), ("a.jsonl", b"{"), ("a.json", b"["), ("a.parquet", b"")]
)
def test_file_that_is_not_what_its_name_says_is_an_error(key, body):
    with pytest.raises(UnreadableError):
        without(key, body, {"ann"})


def test_command_prints_what_it_erased(s3, monkeypatch, capsys):
    table = Table(rows=3, older=4, newest=NOW)
    monkeypatch.setattr("model_training.registry.lake.find_lake", lambda *_: s3.lake)
    monkeypatch.setattr("model_training.registry.table.find_table", lambda *_: table)

    assert main(["erase", "ann", "--received-until", "2026-11-20T08:15:00+01:00"]) == 0
    (_, until), (line, left) = table.asked[0], capsys.readouterr().out.splitlines()
    assert until == NOW.replace(hour=7, minute=15)
    assert line.startswith("ann: erased 3 reviews, 3 rows of decks and 2 due lists, ")
    assert left.startswith("of the table of reviews older snapshots hold 4; its storage has deleted the by")


@pytest.mark.parametrize("moment", ["yesterday", "2026-11-20T08:15:00"])
def test_moment_without_an_offset_is_refused(moment, capsys):
    assert main(["erase", "ann", "--received-until", moment]) == 2
    assert f"'{moment}' must be a moment with its offset from UTC" in capsys.readouterr().err
