"""Of Anki's entries the reviews are read, each of the card that it belongs to; the others are counted."""

from datetime import UTC, datetime, timedelta

import pytest

from model_training.readers import read
from model_training.readers.revlog import FORGET, NOT_ANSWERED, PREVIEW
from tests.training.collections import NOW, Answer, milliseconds, open_collection, write_collection
from tests.training.read_errors import read_error

LEARN, REVIEW, RELEARN, FILTERED, MANUAL, RESCHEDULED = range(6)


def entry(day, kind=REVIEW, ease=3, factor=2_500, card=0):
    """Make an entry at noon of a day of 2026."""
    return Answer(datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day), card, ease, 5_000, kind, factor)


def forget(day):
    return entry(day, MANUAL, 0, 0)


def anew(count):
    return (
        "Anki: histories that begin anew, at a Forget or because the card was learnt again after reviews: "
        f"{count}; the answers before count as those of another card",
    )


def read_entries(folder, *entries):
    path = folder / "ada.anki2"
    return write_collection(path, entries)[0], read([path], now=NOW)


@pytest.mark.parametrize(
    ("between", "skipped"),
    [
        (entry(1, FILTERED, factor=0), {PREVIEW: 1}),  # preview: without rescheduling
        (entry(1, FILTERED, ease=1, factor=0), {PREVIEW: 1}),
        (entry(1, MANUAL, ease=0), {NOT_ANSWERED: 1}),  # Set Due Date
        (entry(1, RESCHEDULED, ease=0), {NOT_ANSWERED: 1}),
        (entry(1, RESCHEDULED, ease=0, factor=0), {NOT_ANSWERED: 1}),
    ],
)
def test_entry_that_is_no_review_is_left_out_and_counted(tmp_path, between, skipped):
    card, log = read_entries(tmp_path, entry(0, LEARN), between, entry(2))

    assert log.reviews[["card", "kind"]].to_numpy().tolist() == [[card, LEARN], [card, REVIEW]]
    assert (log.skipped, log.notes) == (skipped, ())


def test_review_in_a_filtered_deck_that_reschedules_is_a_review(tmp_path):
    _, log = read_entries(tmp_path, entry(0, LEARN), entry(1, FILTERED))

    assert (log.reviews["kind"].tolist(), log.skipped) == ([LEARN, FILTERED], {})


def test_what_anki_writes_for_each_kind_of_entry_is_understood(tmp_path):
    path = tmp_path / "ada.anki2"
    with open_collection(path, cards=1) as collection:
        card = answer(collection, 4)
        collection.sched.set_due_date([card], "0")
        answer(collection, 3)
        collection.sched.schedule_cards_as_new([card])  # Forget
        deck = collection.sched.get_or_create_filtered_deck(0)
        deck.config.search_terms[0].search = f"cid:{card}"
        deck.config.reschedule = False
        collection.decks.select(collection.sched.add_or_update_filtered_deck(deck).id)
        answer(collection, 1)  # a preview
        collection.sched.empty_filtered_deck(collection.decks.selected())
        collection.decks.select(1)
        answer(collection, 2)

    log = read([path], now=datetime.now(UTC))

    assert log.reviews["rating"].tolist() == [4, 3, 2]
    assert (log.reviews["card"] == card).tolist() == [False, False, True]
    assert (log.skipped, log.notes) == ({FORGET: 1, NOT_ANSWERED: 1, PREVIEW: 1}, anew(1))


def answer(collection, ease):
    """Answer the next card in Anki, and return its id."""
    card = collection.sched.getCard()
    card.start_timer()
    collection.sched.answerCard(card, ease)
    return card.id


def test_history_begins_anew_at_each_forget(tmp_path):
    first, second = forget(2), forget(5)
    entries = [
        entry(0, LEARN),
        entry(1),
        first,
        entry(4),
        second,
        entry(8, LEARN),
        entry(9),
        entry(9, card=1),
    ]

    card, log = read_entries(tmp_path, *entries[:-1])

    assert log.reviews[["card", "kind"]].to_numpy().tolist() == [
        [-milliseconds(second.at), REVIEW],
        [-milliseconds(first.at), LEARN],
        [-milliseconds(first.at), REVIEW],
        [card, LEARN],
        [card, REVIEW],
    ]
    assert (log.skipped, log.notes) == ({FORGET: 2}, anew(2))


def test_forget_without_reviews_before_or_after_begins_nothing(tmp_path):
    _, log = read_entries(tmp_path, forget(0), entry(1, LEARN), entry(2), forget(3))

    assert log.reviews["card"].nunique() == 1
    assert (log.skipped, log.notes) == ({FORGET: 2}, ())


@pytest.mark.parametrize("before", [REVIEW, RELEARN, FILTERED])
def test_card_that_is_learnt_again_was_forgotten_in_an_old_version(tmp_path, before):
    again = entry(9, LEARN)

    card, log = read_entries(tmp_path, entry(0, LEARN), entry(1, before), again, entry(9.1, LEARN), entry(10))

    assert log.reviews["card"].tolist() == [-milliseconds(again.at)] * 2 + [card] * 3
    assert (log.skipped, log.notes) == ({}, anew(1))


@pytest.mark.parametrize(
    ("odd", "skipped"),
    [
        (entry(1, FILTERED, factor=0), {PREVIEW: 1}),
        (Answer(datetime(2000, 1, 1, tzinfo=UTC)), {"time before 2006": 1}),
    ],
)
def test_entry_that_says_nothing_of_the_history_does_not_begin_it_anew(tmp_path, odd, skipped):
    _, log = read_entries(tmp_path, entry(0, LEARN), odd, entry(2, LEARN), entry(3))

    assert log.reviews["card"].nunique() == 1
    assert (log.skipped, log.notes) == (skipped, ())


def test_collection_of_previews_alone_is_refused(tmp_path):
    path = tmp_path / "ada.anki2"
    write_collection(path, [entry(0, FILTERED, factor=0), entry(1, FILTERED, factor=0), forget(2)])

    message = read_error(path)

    assert f"none of its entries is a review (2: {PREVIEW}; 1: {FORGET})" in message
