"""Due lists: what the service would respond, for a whole deck, and why a row isn't used."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest

from model_training import cli
from model_training.due import DueError, make_due_lists
from model_training.review_table import compact
from recall.artifact import encode
from tests.functional.full_model import ARTIFACT, NOW, NOW_AT, call
from tests.training.fake_s3 import FakeS3
from tests.training.review_events import event, post

__all__ = ["call"]  # a fixture

HEADER = "learner,card,last_review_at,review_count,difficulty\n"
FOLDER = "due/spanish/date=2026-11-20/"
COLUMNS = HEADER.strip().split(",")
CARDS = [
    dict(zip(COLUMNS, row, strict=True))
    for row in (
        ("bob", "perro", "2026-11-19T07:00:00Z", 2, 7),
        ("ann", "gato", "2026-11-02T08:15:00Z", 4, 5.5),
        ("ann", "pez, rojo", "2026-11-20T09:00:00+01:00", 30, 1.5),
        ("ann", "zorro", "2026-10-02T08:15:00.250Z", 9, 10),
    )
]
WRONG = {
    "learner is missing": ",a,2026-11-19T07:00:00Z,2,7",
    "card is missing": "ann,,2026-11-19T07:00:00Z,2,7",
    "last_review_at isn't a time, such as 2026-11-20T08:15:00Z": "ann,b,yesterday,2,7",
    "last_review_at is after the list's moment": "ann,c,2026-11-20T09:00:01Z,2,7",
    "last_review_at is more than 36,500 days ago": "ann,d,1826-11-19T07:00:00Z,2,7",
    "review_count isn't a whole number from 1 to 10,000": "ann,e,2026-11-19T07:00:00Z,2.5,7",
    "difficulty isn't a number from 1 to 10": "ann,f,2026-11-19T07:00:00Z,2,NaN",
    "card repeats an earlier row's learner and card": "bob,perro,2026-11-18T07:00:00Z,3,7",
    "the line has more or fewer fields than the header": "ann,g,2026-11-19T07:00:00Z,2,7,8",
}


def as_csv(rows):
    fields = [",".join(f'"{value}"' for value in row.values()) for row in rows]
    return (HEADER + "\n".join(fields) + "\n").encode()


def as_json_lines(rows):
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def as_parquet(rows):
    with TemporaryDirectory() as folder, duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(
            "CREATE TABLE deck (learner VARCHAR, card VARCHAR, last_review_at TIMESTAMPTZ,"
            " review_count SMALLINT, difficulty FLOAT)"
        )
        connection.executemany(
            "INSERT INTO deck VALUES (?, ?, ?, ?, ?)", [list(row.values()) for row in rows]
        )
        path = Path(folder) / "deck.parquet"
        connection.table("deck").write_parquet(str(path))
        return path.read_bytes()


@pytest.fixture
def s3():
    return FakeS3()


@pytest.fixture
def lake(s3):
    """Give a lake whose live model has every part."""
    lake = s3.lake
    lake.write("models/full/model.json", encode(ARTIFACT))
    lake.write("models/current.json", b'{"version": "full"}')
    return lake


@pytest.fixture
def listed(lake, tmp_path):
    """Give the list of a deck: its rows by card, and the three files' contents."""

    def listed(name, deck, *, now=NOW_AT, target=0.9):
        lake.write(f"decks/{name}", deck)
        done = make_due_lists(lake, now, target)
        folder = f"due/{name.split('.')[0]}/date={now.date()}/"
        path = tmp_path / "due.parquet"
        path.write_bytes(lake.read(f"{folder}due.parquet").body)
        with duckdb.connect() as connection:
            rows = connection.execute(
                "SELECT learner, card, recall_probability, epoch_us(due_at) FROM read_parquet(?)", [str(path)]
            ).fetchall()
        documents = [json.loads(lake.read(folder + file).body) for file in ("due.json", "problems.json")]
        return rows, *documents, done

    return listed


def at(microseconds):
    """Return a time as the service writes it."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=round(microseconds / 1e6))
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_list_has_the_numbers_that_the_service_responds_with(listed, call):
    rows, _, problems, _ = listed("spanish.csv", as_csv(CARDS), target=0.5)
    expected = {}
    for row in CARDS:
        days = (NOW_AT - datetime.fromisoformat(row["last_review_at"])) / timedelta(days=1)
        inputs = {"review_count": row["review_count"], "difficulty": row["difficulty"]}
        recall = call("/v1/predict", inputs | {"days_since_last_review": days}).body["recall_probability"]
        body = inputs | {"last_review_at": row["last_review_at"], "target_recall": 0.5, "now": NOW}
        expected[row["card"]] = (row["learner"], recall, call("/v1/schedule", body).body["due_at"])
    assert {
        card: (learner, pytest.approx(p, rel=1e-12), at(due)) for learner, card, p, due in rows
    } == expected
    assert problems == {"deck": "decks/spanish.csv", "rows": 4, "problems": []}


def test_list_is_sorted_by_learner_and_then_by_urgency(listed):
    rows, *_ = listed("spanish.csv", as_csv(CARDS))
    assert [(learner, due) for learner, _, _, due in rows] == sorted((r[0], r[3]) for r in rows)
    assert [row[0] for row in rows] == ["ann", "ann", "ann", "bob"]


def test_json_has_each_learner_s_cards_that_are_due_by_the_end_of_the_day(listed):
    rows, document, _, done = listed("spanish.csv", as_csv(CARDS), target=0.8)
    midnight = datetime(2026, 11, 21, tzinfo=UTC).timestamp() * 1e6
    due = {}
    for learner, card, _, moment in rows:
        if moment < midnight:
            due.setdefault(learner, []).append(card)
    assert document["learners"] == due
    assert 0 < sum(map(len, due.values())) < len(CARDS)
    assert {name: document[name] for name in ("date", "at", "target_recall", "model_version")} == {
        "date": "2026-11-20", "at": NOW, "target_recall": 0.8, "model_version": "full"
    }  # fmt: skip
    count = sum(map(len, due.values()))
    assert done.decks == {"spanish": {"cards": 4, "learners": 2, "due": count, "unused": 0}}


@pytest.mark.parametrize(("name", "write"), [("jsonl", as_json_lines), ("parquet", as_parquet)])
def test_other_formats_give_the_same_list(listed, name, write):
    expected, *_ = listed("csv.csv", as_csv(CARDS))
    rows, *_ = listed(f"{name}.{name}", write(CARDS))
    assert rows == expected


def test_unusable_rows_are_reported_by_reason_and_the_others_are_listed(listed):
    deck = as_csv(CARDS) + "\n".join(WRONG.values()).encode()
    rows, _, problems, done = listed("spanish.csv", deck)
    assert len(rows) == len(CARDS)
    assert {problem["reason"]: problem["rows"] for problem in problems["problems"]} == dict.fromkeys(WRONG, 1)
    assert (problems["rows"], done.decks["spanish"]["unused"]) == (len(CARDS) + len(WRONG), len(WRONG))
    for problem in problems["problems"]:
        if "line" in problem["first"]:
            assert problem["first"] == {"line": 1 + len(CARDS) + len(WRONG)}
        else:
            assert all(text in WRONG[problem["reason"]] for text in problem["first"].values())


def test_lines_that_are_no_objects_are_reported(listed):
    _, _, problems, _ = listed("spanish.jsonl", as_json_lines(CARDS) + b"no\n[1]\n")
    (problem,) = problems["problems"]
    assert problem == {"reason": "the line isn't a JSON object", "rows": 2, "first": {"line": 5}}


@pytest.mark.parametrize(
    ("name", "deck", "problem"),
    [
        ("a.csv", HEADER.encode() + b"ann,a,yesterday,2,7\n", "1 × last_review_at isn't a time"),
        ("a.csv", HEADER.encode(), "none of its 0 rows can be used (empty)"),
        ("a.csv", b"learner,card,difficulty\nann,a,2\n", "column last_review_at is missing; a deck has"),
        ("a.csv", b"learner,card,card\na,b,c\n", "column card appears more than once; keep one"),
        ("a.csv", "learner,card\nañn,b\n".encode("latin-1"), "can't be read as csv in UTF-8"),
        ("a.parquet", b"PAR1 no", "can't be read as parquet"),
        ("a.json", b"[]", "a deck must end with .csv, .jsonl, .parquet; convert or delete it"),
    ],
)  # fmt: skip
def test_deck_that_cannot_be_used_is_an_error_and_the_others_get_their_lists(lake, name, deck, problem):
    lake.write(f"decks/{name}", deck)
    lake.write("decks/spanish.csv", as_csv(CARDS))
    with pytest.raises(DueError) as error:
        make_due_lists(lake, NOW_AT, 0.9)
    assert str(error.value).startswith(f"s3://lake/decks/{name}: ")
    assert problem in str(error.value)
    assert lake.read(f"{FOLDER}due.json") is not None
    assert lake.read("due/a/date=2026-11-20/due.json") is None


def test_two_decks_of_one_name_are_an_error(lake):
    for name in ("a.csv", "a.jsonl"):
        lake.write(f"decks/{name}", as_csv(CARDS))
    with pytest.raises(DueError, match=r"^s3://lake/decks/a.csv: decks/a.jsonl has the same name; rename"):
        make_due_lists(lake, NOW_AT, 0.9)


# Above the highest recall, a card that was recalled comes after a day, a failed one after a minute.
@pytest.mark.parametrize("target", [0.9, 0.999])
def test_cards_without_inputs_are_scored_from_the_stored_reviews(listed, s3, lake, call, target):
    events = [
        event(1, days_ago=10, rating=1),
        event(2, days_ago=9.99),
        event(3, days_ago=4),
        event(4, days_ago=4, learner="bob", rating=4),
        event(5, days_ago=3, card="not in the deck"),
        event(6, days_ago=-1),
        event(7, days_ago=6, card="pez"),
        event(8, days_ago=0.5, card="pez", rating=1),
    ]
    post(s3, *events)
    compact(lake, now=NOW_AT + timedelta(days=2))
    rows, _, problems, _ = listed(
        "spanish.csv", b"card,learner\ngato,ann\ngato,bob\npez,bob\npez,ann\n", target=target
    )
    expected = {}
    for learner, card in (("ann", "gato"), ("bob", "gato"), ("ann", "pez")):
        reviews = [
            {"at": e.reviewed_at.isoformat().replace("+00:00", "Z"), "rating": e.rating}
            for e in events
            if (e.learner, e.card) == (learner, card) and e.reviewed_at <= NOW_AT
        ]
        body = {"reviews": reviews, "now": NOW}
        recall = call("/v1/predict", body).body["recall_probability"]
        due_at = call("/v1/schedule", body | {"target_recall": target}).body["due_at"]
        expected[learner, card] = recall, due_at
    found = {(learner, card): (pytest.approx(p, rel=1e-12), at(due)) for learner, card, p, due in rows}
    assert found == expected
    (problem,) = problems["problems"]
    assert problem == {
        "reason": "card has no review that is stored", "rows": 1, "first": {"learner": "bob", "card": "pez"}
    }  # fmt: skip


def test_same_deck_gives_the_same_bytes(listed, lake):
    deck = as_csv(CARDS) + b"ann,b,yesterday,2,7\n"
    listed("spanish.csv", deck)
    first = {key: lake.read(key).body for key in lake.keys(FOLDER)}
    listed("spanish.csv", deck)
    assert {key: lake.read(key).body for key in lake.keys(FOLDER)} == first


def test_command_is_for_a_days_beginning_and_prints_a_summary(lake, monkeypatch, capsys):
    lake.write("decks/spanish.csv", as_csv(CARDS))
    monkeypatch.setattr("model_training.registry.lake.find_lake", lambda _bucket, _url: lake)
    arguments = ["due", "--date", "2026-11-20", "--target-recall", "0.4"]
    assert cli.main(arguments) == 0
    about = json.loads(lake.read(f"{FOLDER}due.json").body)
    assert (about["at"], about["target_recall"]) == ("2026-11-20T00:00:00Z", 0.4)
    assert (
        f"{FOLDER}: 1 of 3 cards are due by the end of the day, of 2 learners; 1 rows"
        in capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("option", "value", "problem"),
    [
        ("--target-recall", "nan", "nan is no number"),
        ("--date", "tomorrow", "'tomorrow' does not match the format '%Y-%m-%d'"),
    ],
)  # fmt: skip
def test_wrong_option_says_what_it_must_be(option, value, problem, capsys):
    assert cli.main(["due", option, value]) == 2
    assert capsys.readouterr().err.startswith(f"error: Invalid value for '{option}': {problem}")
