"""What becomes of a learner's reviews on the Study page: sent, undone, compared with other devices."""

import pytest

from tests.web.page import evaluated


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    found = evaluated("study.rolldown.mjs", {}, tmp_path_factory.mktemp("study"))
    assert found["problem"] is None
    return found


def test_deck_of_the_same_name_keeps_its_cards_and_tells_what_is_new_and_changed(found):
    assert found["imports"] == [
        {"inDeck": 3, "changes": None, "taken": 0},
        {"inDeck": 4, "changes": {"fresh": 1, "changed": 1}, "taken": 0},
    ]


def test_card_whose_only_review_is_undone_offline_is_new_at_once(found):
    assert found["undoneOffline"] == {"fresh": ["a", "b", "c", "d"], "there": []}


def test_as_many_other_reviews_are_fetched_if_the_last_one_differs_and_always_when_they_are_asked_for(found):
    assert found["changedElsewhere"] == {
        "later": ["e1", "e3"],
        "sameLast": ["e1", "e3"],
        "asked": ["e3", "e4"],
    }


def test_comparison_that_is_asked_for_during_another_follows_it(found):
    assert found["askedDuringAnother"] == 2


def test_what_is_unknown_of_one_learner_says_nothing_of_the_next(found):
    assert found["learnerChangedDuringSync"] == {"unknown": 0, "here": ["e2"]}


def test_review_of_another_tab_is_sent(found):
    assert found["answeredInAnotherTab"] == {"there": ["e1"], "states": ["sent"]}


def test_learner_who_is_chosen_in_another_tab_studies_here_too(found):
    assert found["learnerChosenInAnotherTab"] == {"learner": "chosen", "here": ["e1"]}
