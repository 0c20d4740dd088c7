"""Due lists: what the service would respond, for a whole deck, and why a row isn't used."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest

from inference.cards import curves_of
from inference.loaded_model import portable
from lake.rows import Added, rows_of_card
from memory.card import RememberedCard, replay
from memory.reviews import EPOCH, Review
from memory.schedule import schedules
from model_training import cli
from model_training.due import DueError, make_due_lists
from recall.artifact import Artifact, encode
from recall.learner import START, LearnerState, certainty, widened
from tests.functional.full_model import ARTIFACT, NOW, NOW_AT, call
from tests.training.fake_s3 import FakeS3
from tests.training.table_rows import Stored, arrow_table

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


def no_table():
    """Stand for a table that nothing needs."""
    raise AssertionError("a deck with inputs needs no table")


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

    def listed(name, deck, *, now=NOW_AT, target=0.9, table=no_table):
        lake.write(f"decks/{name}", deck)
        done = make_due_lists(lake, table, now, target)
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
        make_due_lists(lake, no_table, NOW_AT, 0.9)
    assert str(error.value).startswith(f"s3://lake/decks/{name}: ")
    assert problem in str(error.value)
    assert lake.read(f"{FOLDER}due.json") is not None
    assert lake.read("due/a/date=2026-11-20/due.json") is None


def test_two_decks_of_one_name_are_an_error(lake):
    for name in ("a.csv", "a.jsonl"):
        lake.write(f"decks/{name}", as_csv(CARDS))
    with pytest.raises(DueError, match=r"^s3://lake/decks/a.csv: decks/a.jsonl has the same name; rename"):
        make_due_lists(lake, no_table, NOW_AT, 0.9)


CARDS_ONLY = b"card,learner\ngato,ann\ngato,bob\npez,bob\npez,ann\nperro,cid\n"
STATES = {
    "ann": LearnerState((0.4, -0.2, 0.05, 0.3, 0.1, -0.1), ((1.2, *[0.0] * 5), *[(0.0,) * 6] * 5)),
    "cid": LearnerState((-0.3, 0.1, 0.0, 0.2, 0.0, 0.1), ((2.8, *[0.0] * 5), *[(0.0,) * 6] * 5)),
}
DAY = 86_400_000_000


def reviewed(number, days_ago, rating=3):
    """Return a review, as the memory keeps it."""
    micros = int((NOW_AT - EPOCH) / timedelta(microseconds=1)) - int(days_ago * DAY)
    return Review(micros, f"e{number}", rating, 0, -240, None, 0.8, number)


def stored(*cards, version="full"):
    """Return a table of (learner, card, reviews), with the learner's state before each card's last review."""
    rows = []
    for learner, card, reviews in cards:
        state = STATES.get(learner)
        numbers = None if state is None else (certainty(state), *state.mean)
        added = [Added(each, NOW_AT - timedelta(hours=1), version) for each in reviews[:-1]]
        added.append(Added(reviews[-1], NOW_AT, version, numbers))
        rows += rows_of_card(learner, card, [], added)
    return lambda: Stored(arrow_table(rows))


REVIEWS = (
    ("ann", "gato", [reviewed(1, 10, rating=1), reviewed(2, 9.99), reviewed(3, 4)]),
    ("bob", "gato", [reviewed(4, 4, rating=4)]),
    ("ann", "not in the deck", [reviewed(5, 3)]),
    ("ann", "pez", [reviewed(7, 6), reviewed(8, 0.5, rating=1)]),
    ("cid", "perro", [reviewed(9, 30), reviewed(10, 20), reviewed(11, 1)]),
)


def as_served(reviews, state, target):
    """Return a card's recall now and when it is due, in µs since 1970, as the memory responds."""
    at = (NOW_AT - EPOCH) / timedelta(days=1)
    card = RememberedCard(replay(reviews), at)
    curves = curves_of(portable(encode(ARTIFACT), "full"), [card], state)
    (schedule,) = schedules(curves, [card], target)
    return curves.recall([card.inputs[0]])[0], schedule.due * 1e6


# Above the highest recall, a card that was recalled comes after a day, a failed one after a minute.
@pytest.mark.parametrize("target", [0.9, 0.999])
@pytest.mark.parametrize("version", ["full", "another"])
def test_cards_without_inputs_are_scored_from_the_table_s_newest_rows(listed, target, version):
    rows, _, problems, _ = listed(
        "spanish.csv", CARDS_ONLY, target=target, table=stored(*REVIEWS, version=version)
    )
    expected = {}
    for learner, card, reviews in REVIEWS:
        if card != "not in the deck":
            state = STATES.get(learner, START)
            state = state if version == "full" or state is START else widened(state)
            recall, due = as_served(reviews, state, target)
            expected[learner, card] = pytest.approx(recall, abs=1e-9), pytest.approx(due, abs=1.0)
    assert {(learner, card): (p, due) for learner, card, p, due in rows} == expected
    (problem,) = problems["problems"]
    assert problem == {
        "reason": "card has no review that is stored", "rows": 1, "first": {"learner": "bob", "card": "pez"}
    }  # fmt: skip


def test_reviews_after_the_list_s_moment_do_not_count(listed):
    reviews = [reviewed(1, 10), reviewed(2, 4)]
    now = stored(("bob", "gato", reviews))
    later = stored(("bob", "gato", [*reviews, reviewed(3, -0.01, rating=1)]))
    deck = b"card,learner\ngato,bob\n"

    assert listed("a.csv", deck, table=later)[0] == listed("b.csv", deck, table=now)[0]


def test_of_reviews_of_one_moment_the_card_s_last_one_counts(listed):
    twice = [reviewed(2, 4, rating=1), reviewed(1, 4, rating=4)]
    deck = b"card,learner\ngato,bob\n"
    (row,), *_ = listed("a.csv", deck, table=stored(("bob", "gato", [reviewed(0, 9), *twice])))

    recall, due = as_served([reviewed(0, 9), *reversed(twice)], START, 0.9)
    assert row[2:] == (pytest.approx(recall, abs=1e-9), pytest.approx(due, abs=1.0))


def test_model_without_a_history_part_takes_the_counts_and_the_learner(listed, lake):
    plain = Artifact(ARTIFACT.three_inputs, ARTIFACT.training)
    lake.write("models/full/model.json", encode(plain))
    (_, _, recall, _), *_ = listed(
        "a.csv", b"card,learner\ngato,ann\n", table=stored(("ann", "gato", REVIEWS[0][2]))
    )[0]

    expected = plain.three_inputs.recall_probability(4.0, 2, 1 + 9 * 1.6 / 7, STATES["ann"])
    assert recall == pytest.approx(expected, abs=1e-9)


def test_deck_s_table_is_read_once_for_all_decks(lake):
    opened = []
    for name in ("a", "b"):
        lake.write(f"decks/{name}.csv", CARDS_ONLY)
    make_due_lists(lake, lambda: opened.append(1) or stored(*REVIEWS)(), NOW_AT, 0.9)

    assert opened == [1]


@pytest.mark.parametrize("kind", ["skops", "onnx"])
def test_model_without_a_formula_is_refused_where_there_are_decks(lake, kind):
    lake.write(f"models/own/model.{kind}", b"never read")
    lake.write("models/current.json", b'{"version": "own"}')
    assert make_due_lists(lake, no_table, NOW_AT, 0.9).decks == {}

    lake.write("decks/a.csv", as_csv(CARDS))
    with pytest.raises(
        DueError, match=rf"^the live model own is one of your own \({kind}\): .*; ask POST /v1/sch"
    ):
        make_due_lists(lake, no_table, NOW_AT, 0.9)


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
