"""One person's backups and decks are one learner with each review once; two people stay two."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from model_training.readers import read
from model_training.readers.anki import IN_ANOTHER_FILE
from model_training.readers.revlog import FORGET
from tests.training.collections import (
    NOW,
    Answer,
    Collection,
    add_answers,
    add_card,
    export_apkg,
    export_colpkg,
    open_collection,
    write_collection,
)

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def daily(*days, card=0):
    return [Answer(START + timedelta(days=day), card=card) for day in days]


def answer_more(path, answers):
    collection = Collection(str(path))
    add_answers(collection, answers)
    collection.close()


def learners(log):
    return log.reviews.groupby("learner").size().to_dict()


@pytest.fixture
def decks(tmp_path):
    """Make a collection with a deck of words and one of gaps, a card and two reviews in each."""
    path = tmp_path / "whole.anki2"
    with open_collection(path, cards=0) as collection:
        add_card(collection, "front", "words")
        add_card(collection, "a {{c1::gap}}", "gaps", "Cloze")
        add_answers(collection, [*daily(0, 1), *daily(0.5, 1.5, card=1)])
    for deck in "words", "gaps":
        export_apkg(path, tmp_path / f"{deck}.apkg", legacy=False, deck=deck)
    return tmp_path


@pytest.mark.parametrize("newest_first", [False, True])
def test_backups_are_one_learner_with_each_review_once(tmp_path, newest_first):
    path, older, newer = (tmp_path / name for name in ("collection.anki2", "older.colpkg", "newer.colpkg"))
    write_collection(path, [*daily(0, 1, 2), *daily(0.5, card=1)])
    export_colpkg(path, older, legacy=True)
    # In the meantime the first card was forgotten, and the days were set to begin at another hour.
    forgotten = Answer(START + timedelta(days=3), ease=0, kind=4, factor=0)
    answer_more(path, [forgotten, *daily(4, 5)])
    collection = Collection(str(path))
    collection.set_config("rollover", 13)
    collection.close()
    export_colpkg(path, newer, legacy=False)

    log = read([newer, older] if newest_first else [older, newer], now=NOW)

    assert log.reviews["card"].value_counts().tolist() == [3, 2, 1]
    assert log.reviews["day"].min() == 20512  # the day before: noon is before 13:00
    assert learners(log) == {"newer": 6}
    assert log.skipped == {IN_ANOTHER_FILE: 4, FORGET: 1}
    assert log.notes[0] == (
        "Anki: one learner, newer, has newer.colpkg, older.colpkg: each review counts once"
    )


def test_backups_may_differ_in_a_few_cards(tmp_path):
    """As after studying on two devices, one of which never sent its reviews."""
    path = tmp_path / "a.anki2"
    with open_collection(path, cards=10) as collection:
        add_answers(collection, [answer for card in range(10) for answer in daily(card / 100, card=card)])
    shutil.copy(path, tmp_path / "b.anki2")
    answer_more(path, daily(4))
    answer_more(tmp_path / "b.anki2", daily(5))

    assert learners(read([path, tmp_path / "b.anki2"], now=NOW)) == {"b": 12}


def test_exports_of_two_decks_are_one_learner(decks):
    log = read([decks / "words.apkg", decks / "gaps.apkg"], now=NOW)

    assert learners(log) == {"gaps": 4}
    assert log.skipped == {}
    assert log.notes == ("Anki: one learner, gaps, has gaps.apkg, words.apkg: each review counts once",)


def test_collection_joins_exports_that_nothing_else_joins(decks):
    collection = Collection(str(decks / "whole.anki2"))
    collection.db.execute("update notetypes set id = id + 100000 where name = 'Cloze'")
    collection.db.execute("update notes set mid = mid + 100000 where flds like '%gap%'")
    collection.close()
    export_apkg(decks / "whole.anki2", decks / "gaps.apkg", legacy=False, deck="gaps")
    apart = [decks / "words.apkg", decks / "gaps.apkg"]

    assert learners(read(apart, now=NOW)) == {"words": 2, "gaps": 2}
    assert read(apart, now=NOW).notes == (
        "words.apkg, gaps.apkg: these decks are from collections created on the same day, and count as 2 "
        "learners; if they are one person's, export the whole collection (.colpkg) instead",
    )
    assert learners(read([*apart, decks / "whole.anki2"], now=NOW)) == {"gaps": 4}


def test_two_people_who_began_on_the_same_day_stay_two(tmp_path):
    for name in "ada", "bob":
        write_collection(tmp_path / f"{name}.anki2", daily(0, 1))

    log = read([tmp_path / "ada.anki2", tmp_path / "bob.anki2"], now=NOW)

    assert (learners(log), log.skipped, log.notes) == ({"ada": 2, "bob": 2}, {}, ())


@pytest.mark.parametrize("passed_on", [[], daily(0, 1)], ids=["without reviews", "with reviews"])
def test_two_people_with_the_same_deck_stay_two(tmp_path, passed_on):
    write_collection(tmp_path / "ada.anki2", passed_on)
    shutil.copy(tmp_path / "ada.anki2", tmp_path / "bob.anki2")
    answer_more(tmp_path / "ada.anki2", daily(4, 5))
    answer_more(tmp_path / "bob.anki2", daily(4.1, 5.1))

    log = read([tmp_path / "ada.anki2", tmp_path / "bob.anki2"], now=NOW)

    assert learners(log) == dict.fromkeys(["ada", "bob"], 2 + len(passed_on))


def test_two_people_who_began_with_the_same_empty_collection_stay_two(tmp_path):
    with open_collection(tmp_path / "template.anki2", cards=0):
        pass
    for name in "ada", "bob":
        shutil.copy(tmp_path / "template.anki2", tmp_path / f"{name}.anki2")
        collection = Collection(str(tmp_path / f"{name}.anki2"))
        add_card(collection, name)
        add_answers(collection, daily(0, 1))
        collection.close()

    assert learners(read([tmp_path / "ada.anki2", tmp_path / "bob.anki2"], now=NOW)) == {"ada": 2, "bob": 2}
