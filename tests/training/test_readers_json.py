"""Reviews in JSON of every shape that programs write, and Anki's table ``revlog`` outside of a collection."""

import json
import sqlite3
from datetime import timedelta

import pandas as pd
import pytest

from model_training.readers import read, revlog
from model_training.review_log.canonical import REPEATED
from tests.training.collections import NOW, Answer, write_collection
from tests.training.read_errors import read_error

AT = pd.Timestamp("2026-03-01T08:30:00Z")
SEEN = [
    ["ada", "1", AT, 3],
    ["ada", "1", AT + pd.Timedelta(days=2), 1],
    ["ada", "2", AT, 4],
]
CANONICAL = [
    {"learner": learner, "card": card, "reviewed_at": at.isoformat(), "rating": rating}
    for learner, card, at, rating in SEEN
]
BY_CARD = {"1": CANONICAL[:2], "2": CANONICAL[2:]}
SECONDS = int(AT.timestamp())


def without(entry, *names):
    return {name: value for name, value in entry.items() if name not in names}


def scheduler_log(card, at, rating, **more):
    """Write a review as ts-fsrs does, with what it says of the card."""
    return {"cid": card, "rating": rating, "state": 2, "due": "2026-03-01T00:00:00.000Z", "stability": 3.1,
            "difficulty": 5.2, "elapsed_days": 1, "last_elapsed_days": 1, "scheduled_days": 2,
            "learning_steps": 0, "review": at.isoformat(), **more}  # fmt: skip


TS_FSRS = [scheduler_log(card, at, rating) for _, card, at, rating in reversed(SEEN)]
GO_FSRS = [
    {"ID": "x", "CardID": card, "Rating": rating, "ScheduledDays": 2, "ElapsedDays": 1, "State": 2,
     "Reviewed": int(at.timestamp())}
    for _, card, at, rating in SEEN
]  # fmt: skip
PY_FSRS_4 = [
    {"card": {"card_id": int(card), "state": 2, "due": at.isoformat(), "last_review": at.isoformat()},
     "rating": rating, "review_datetime": at.isoformat(), "review_duration": None}
    for _, card, at, rating in SEEN
]  # fmt: skip
SHAPES = {
    "wrapped": {"reviews": CANONICAL},
    "wrapped twice": {"status": "ok", "data": {"total": 3, "items": CANONICAL}},
    "beside another list": {"reviews": CANONICAL, "decks": [{"name": "x"}]},
    "request of the API": {"reviews": [{"event_id": "e", **each, "seen": 1} for each in CANONICAL]},
    "cards of a prediction": {
        "cards": [
            {"card": card, "reviews": [{"at": it["reviewed_at"], "rating": it["rating"]} for it in given]}
            for card, given in BY_CARD.items()
        ]
    },
    "cards with their logs": [
        {"id": card, "due": "2026-04-01", "state": 2, "logs": [without(log, "cid") for log in logs]}
        for card, logs in (("1", TS_FSRS[1:]), ("2", TS_FSRS[:1]))
    ],
    "lists by card": {
        card: [without(each, "card", "learner") for each in reviews] for card, reviews in BY_CARD.items()
    },
    "card and log": [
        {"card": {"id": log["cid"], "due": "2026-04-01", "state": 1}, "log": without(log, "cid")}
        for log in TS_FSRS
    ],
    "decks of cards of reviews": {
        "decks": [{"name": "x", "cards": [{"card": c, "reviews": r} for c, r in BY_CARD.items()]}]
    },
    "column by column": {name: [each[name] for each in CANONICAL] for name in CANONICAL[0]},
    "pandas' columns": {
        name: {str(row): each[name] for row, each in enumerate(CANONICAL)} for name in CANONICAL[0]
    },
    "pandas' split": {
        "columns": list(CANONICAL[0]), "index": [0, 1, 2], "data": [list(each.values()) for each in CANONICAL]
    },
    "ts-fsrs": TS_FSRS,
    "SiYuan": GO_FSRS,
    "py-fsrs 4": PY_FSRS_4,
    "rows by number": {str(number): each for number, each in enumerate(CANONICAL)},
    "cards by name": {card: {"due": "2026-04-01", "reviews": given} for card, given in BY_CARD.items()},
    "nameless cards by name": {
        card: {"due": "2026-04-01", "reviews": [without(each, "card") for each in given]}
        for card, given in BY_CARD.items()
    },
    "users": {"users": [{"id": "ada", "reviews": [without(each, "learner") for each in CANONICAL]}]},
    "MongoDB": [
        {"_id": {"$oid": str(number)}, "user": who, "cardId": card, "rating": {"$numberInt": str(rating)},
         "reviewedAt": {"$date": {"$numberLong": str(int(at.timestamp() * 1000))}}}
        for number, (who, card, at, rating) in enumerate(SEEN)
    ],
    "lists of text": [json.dumps(each) for each in CANONICAL],
    "states before and after": [{**each, "before": {"s": 1}, "after": {"s": 2}} for each in CANONICAL],
    "camel case": [
        {"userId": who, "cardId": card, "reviewedAt": at.timestamp() * 1000, "grade": str(rating)}
        for who, card, at, rating in SEEN
    ],
}  # fmt: skip


@pytest.fixture
def write(tmp_path):
    def write(text, name="ada.json"):
        path = tmp_path / name
        path.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
        return path

    return write


def seen(log):
    """Return what a log holds, for comparison."""
    reviews = log.reviews[["learner", "card", "reviewed_at", "rating"]]
    return reviews.astype({"card": "str"}).to_numpy().tolist()


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_any_shape_gives_the_reviews(write, shape):
    log = read([write(shape)], now=NOW)

    assert seen(log) == SEEN
    assert log.skipped == {}


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(json.dumps(each, indent=2) for each in CANONICAL),
        ",\n".join(json.dumps(each) for each in CANONICAL),
        "".join(f"\x1e{json.dumps(each)}\n" for each in CANONICAL),
        "\n".join(json.dumps({"reviews": [each]}) for each in CANONICAL),
    ],
    ids=["over lines", "commas", "RFC 7464", "requests"],
)
def test_objects_one_after_another_give_the_reviews(write, text):
    assert seen(read([write(text)], now=NOW)) == SEEN


@pytest.mark.parametrize(
    ("logs", "name"),
    [(TS_FSRS, "ts-fsrs"), (GO_FSRS, "SiYuan"), (PY_FSRS_4, "py-fsrs")],
    ids=["ts-fsrs", "SiYuan", "py-fsrs"],
)
def test_scheduler_is_recognised(write, logs, name):
    assert read([write(logs)], now=NOW).formats == (f"JSON, {name} review logs",)


@pytest.mark.parametrize("manual", [0, "Manual"])
def test_card_that_was_moved_by_hand_is_no_review(write, manual):
    logs = [*TS_FSRS, scheduler_log("1", AT + pd.Timedelta(days=9), manual, state="Review")]

    log = read([write(logs)], now=NOW)

    assert seen(log) == SEEN
    assert log.skipped == {"rescheduled by hand, not a review": 1}


def test_states_become_kinds(write):
    states = [0, 1, 2, 3, "New", "Learning", "Review", "Relearning", None]
    logs = [scheduler_log(str(number), AT, 3, state=state) for number, state in enumerate(states)]

    assert read([write(logs)], now=NOW).reviews["kind"].tolist() == [0, 0, 1, 2, 0, 0, 1, 2, -1]


def test_two_lists_that_may_be_the_reviews_are_refused(write):
    assert read_error(write({"old": CANONICAL, "new": CANONICAL})).endswith(
        "old, new each may be the reviews; keep one of them"
    )


def test_bad_entry_is_shown_with_its_number(write):
    path = write([*CANONICAL, CANONICAL[0] | {"rating": "?"}])

    assert read([path], now=NOW).notes == (
        f"rating outside 1–4, first in {path}, entry 4, column rating: “?”; accepted: 1 to 4, or again, "
        "hard, good and easy; --ratings says what others stand for",
    )


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    """Make a collection with a preview, a Forget and a rescheduling, and take its table out of it."""
    path = tmp_path_factory.mktemp("anki") / "ada.anki2"
    times = [(day, card, AT + timedelta(days=day, minutes=card)) for day in range(9) for card in (0, 1)]
    write_collection(path, [Answer(at.to_pydatetime(), card) for _day, card, at in times])
    with sqlite3.connect(path) as connection:
        rows = (
            "update revlog set ease = ?, factor = ?, type = ? where rowid = (select min(id) from revlog) + ?"
        )
        for day, entry in ((2, (0, 0, 4)), (4, (3, 0, 3)), (6, (0, 2500, 4))):
            connection.execute(rows, [*entry, day * 86_400_000])
    table = pd.read_sql("select * from revlog", connection)
    connection.close()
    return path, table


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_table_of_anki_is_read_as_the_collection(collection, tmp_path, form):
    path, table = collection
    copy = tmp_path / f"ada.{form}"
    {"csv": lambda: table.to_csv(copy, index=False), "json": lambda: table.to_json(copy, orient="records"),
     "parquet": lambda: table.to_parquet(copy)}[form]()  # fmt: skip

    log, expected = read([copy], now=NOW), read([path], now=NOW)

    assert len(log.reviews) == 15
    pd.testing.assert_frame_equal(log.reviews.drop(columns="day"), expected.reviews.drop(columns="day"))
    assert log.skipped == expected.skipped
    assert log.skipped == {revlog.FORGET: 1, revlog.PREVIEW: 1, revlog.NOT_ANSWERED: 1}


def test_ids_that_a_spreadsheet_shortened_are_refused(tmp_path):
    path = tmp_path / "ada.csv"
    path.write_text("id,cid,ease,factor,time,type\n1772353800250,1.7E+12,3,2500,4000,1\n")

    assert read_error(path).endswith(
        "none of its rows is a review; 1 are left out: id or cid isn't exact: a number too long for a "
        "spreadsheet"
    )


def test_cards_of_two_learners_with_the_same_id_are_two(collection, tmp_path):
    table = collection[1]
    both = pd.concat([table.assign(user="ada"), table.assign(user="bob"), table.assign(user="bob").head(1)])
    both.to_csv(tmp_path / "both.csv", index=False)

    log = read([tmp_path / "both.csv"], now=NOW)

    assert log.reviews.groupby("learner")["card"].nunique().to_dict() == {"ada": 3, "bob": 3}
    assert log.skipped[REPEATED] == 1
