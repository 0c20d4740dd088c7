"""Erasing a learner: nothing of them is left in any version of any object, and everything of others is."""

import json
from collections import Counter

import duckdb
import pandas as pd
import pytest

from model_training.cli import main
from model_training.review_table import ReviewTableError, compact, erase, load
from model_training.review_table.learner_rows import UnreadableError, without

from .fake_s3 import FakeS3
from .review_events import NOW, event, inbox_of, post

DECK = b"learner,card,last_review_at\nann,gato,2026-11-01T08:00:00Z\nbob,perro,2026-11-01T08:00:00Z\n"


def parquet(folder, *learners):
    """Return a due list or a deck of these learners as a Parquet file."""
    path = folder / "rows.parquet"
    rows = pd.DataFrame({"learner": learners, "card": "gato", "due": range(len(learners))})
    rows.to_parquet(path)
    return path.read_bytes()


@pytest.fixture
def s3(tmp_path):
    """Give a lake in which ann and bob are everywhere, in older versions too."""
    s3 = FakeS3(began=NOW)
    post(s3, event(1), event(2, learner="bob"), event(3, days_ago=2))
    compact(s3.lake, now=NOW)
    post(s3, event(4, days_ago=2, learner="bob"), minute=1)
    compact(s3.lake, now=NOW)
    s3.lake.write("decks/all.csv", DECK)
    s3.lake.write("decks/all.csv", DECK + b"ann,pez,2026-11-02T08:00:00Z\n")
    s3.lake.write("decks/bobs.jsonl", b'{"learner": "bob", "card": "ann"}\n')
    s3.lake.write("decks/parquet.parquet", parquet(tmp_path, "ann", "bob"))
    s3.lake.write("due/all/date=2026-11-20/due.parquet", parquet(tmp_path, "ann", "bob"))
    s3.lake.write("due/all/date=2026-11-20/due.json", b'{"learners": {"ann": ["a"]}}')
    s3.lake.write("due/bobs/date=2026-11-20/due.json", b'[{"learner": "bob", "card": "ann-card"}]')
    s3.lake.write("reports/athena/1.csv", b"anything")
    s3.lake.write("models/v1/model.json", b'{"learner": "ann"}')
    post(s3, event(5), event(6, learner="bob"), minute=2)
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
    assert sum("ann" in names(*version) for version in versions(s3)) > 10
    done = erase(s3.lake, "ann", now=NOW)

    left = [version for version in versions(s3) if version[0] != "decks/bobs.jsonl"]
    assert not [key for key, body in left if "ann" in names(key, body)]
    assert (done.reviews, done.deck_rows, done.due_files, done.query_results) == (3, 3, 2, 1)
    assert load(s3.lake)["event_id"].tolist() == ["e4", "e2", "e6"]
    assert s3.objects["decks/all.csv"].body.decode().splitlines() == [
        "learner,card,last_review_at",
        "bob,perro,2026-11-01T08:00:00Z",
    ]
    assert names("decks/parquet.parquet", s3.objects["decks/parquet.parquet"].body) == {"bob"}
    assert "due/bobs/date=2026-11-20/due.json" in s3.objects
    assert [key for key in s3.objects if key.startswith("reports/athena/")] == []
    assert b"ann" in s3.objects["models/v1/model.json"].body


def test_several_learners_are_erased_at_once_and_each_file_is_written_once(s3, names):
    written = []
    s3.before = lambda operation, key: written.append(key) if operation == "put" else None
    done = erase(s3.lake, "ann", "bob", now=NOW)

    assert done.learners == ["ann", "bob"]
    assert (done.reviews, load(s3.lake)["event_id"].tolist()) == (6, [])
    assert not [key for key, body in versions(s3) if {"ann", "bob"} & set(names(key, body))]
    assert set(Counter(key for key in written if key.startswith("decks/")).values()) == {1}


def test_older_versions_that_held_only_others_stay(s3):
    before = [version for version in versions(s3) if version[0] == "decks/bobs.jsonl"]
    erase(s3.lake, "ann", now=NOW)

    assert [version for version in versions(s3) if version[0] == "decks/bobs.jsonl"] == before


def test_erasing_again_finds_nothing(s3):
    first = erase(s3.lake, "ann", now=NOW)
    again = erase(s3.lake, "ann", now=NOW)

    assert first.old_versions > 5
    assert again.as_result() == {
        "learners": ["ann"],
        "reviews": 0,
        "deck_rows": 0,
        "due_files": 0,
        "query_results": 0,
        "old_versions": 0,
    }


def test_reviews_that_come_afterwards_are_of_a_new_learner(s3):
    erase(s3.lake, "ann", now=NOW)
    post(s3, event(9), minute=9)
    compact(s3.lake, now=NOW)

    assert load(s3.lake).set_index("event_id")["learner"].to_dict() == {
        "e2": "bob",
        "e4": "bob",
        "e6": "bob",
        "e9": "ann",
    }


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
            erase(s3.lake, "ann", now=NOW)
        except Killed:
            s3.before = before if operations < 60 else lambda *_: None
            continue
        break

    assert not [key for key, body in versions(s3) if key != "decks/bobs.jsonl" and "ann" in names(key, body)]
    assert sorted(load(s3.lake)["event_id"]) == ["e2", "e4", "e6"]


def test_compaction_of_the_same_day_meanwhile_loses_nothing(s3):
    def meanwhile(operation, key):
        if operation == "put" and "table" in key and not inbox_of(s3):
            s3.before = lambda *_: None
            post(s3, event(7, learner="bob"), minute=7)
            compact(s3.lake, now=NOW)

    s3.before = meanwhile
    erase(s3.lake, "ann", now=NOW)

    assert sorted(load(s3.lake)["event_id"]) == ["e2", "e4", "e6", "e7"]


def test_object_that_nobody_can_read_is_named(s3):
    s3.lake.write("decks/odd.parquet", b"no parquet")
    problem = r"^s3://lake/decks/odd\.parquet: can't be read .* holds the learner"
    with pytest.raises(ReviewTableError, match=problem):
        erase(s3.lake, "ann", now=NOW)


def test_older_version_that_nobody_can_read_is_deleted(s3):
    s3.lake.write("decks/bobs.jsonl", b"torn")
    s3.lake.write("decks/bobs.jsonl", b'{"learner": "bob", "card": "b"}\n')
    erase(s3.lake, "ann", now=NOW)

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
    monkeypatch.setattr("model_training.registry.lake.find_lake", lambda *_: s3.lake)

    assert main(["erase", "ann", "--bucket", "lake"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("ann: erased 3 reviews, 3 rows of decks and 2 due lists, ")
    assert out.count("\n") == 1
