"""The example studies a deck with the real function, for somebody who types."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from recall_client import Client, StudyReview

from tests.robustness.gateway import API_KEY

PROJECT = Path(__file__).parents[2]
EXAMPLE = PROJECT / "examples" / "flashcards.py"
LONGEST = 60  # lines
ENTER = ""


@pytest.fixture
def remembered(endpoint_of_today, learner):
    """Give the learner, as the service remembers them."""
    with Client(endpoint_of_today, API_KEY) as client:
        yield client.learner(learner)


@pytest.fixture
def study(endpoint_of_today, learner):
    """Give what runs the example and returns what it shows, for what is typed into it."""

    def run(*typed, new):
        deck = EXAMPLE.with_name("deck.csv")
        environment = {"RECALL_ENDPOINT": endpoint_of_today, "RECALL_API_KEY": API_KEY}
        environment |= {"PYTHONPATH": str(PROJECT / "clients" / "python" / "src")}
        done = subprocess.run(
            [sys.executable, EXAMPLE, deck, "--learner", learner, "--new", str(new)],
            input="".join(f"{line}\n" for line in typed),
            env=os.environ | environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def cards_in(shown):
    """Return the cards that were shown, front and back."""
    return re.findall(r"^((?:el|la) \w+) (.+)$", shown, re.MULTILINE)


def test_failed_card_comes_again_and_the_buttons_keep_their_word(study, remembered):
    shown = study(ENTER, "3", ENTER, "1", ENTER, "2", new=2)
    cat = remembered.card("el gato")

    assert cards_in(shown) == [("el gato", "the cat"), ("el perro", "the dog"), ("el perro", "the dog")]
    assert [(one.card, one.rating) for one in remembered.export()] == [
        ("el gato", 3),
        ("el perro", 1),
        ("el perro", 2),
    ]
    assert f"3 good ({cat.interval_days:.0f} d)" in shown.splitlines()[2]
    due_at = min(cat.due_at, remembered.card("el perro").due_at).astimezone()
    assert shown.endswith(f"Next card: {due_at:%A %d %B, %H:%M}\n")


def test_undone_answer_is_asked_for_again(study, remembered):
    shown = study(ENTER, "1", ENTER, "u", ENTER, "4", ENTER, "oops", ENTER, "q", new=2)

    assert [front for front, _ in cards_in(shown)] == [
        "el gato",
        "el perro",
        "el gato",
        "el perro",
        "el perro",
    ]
    assert [(one.card, one.rating) for one in remembered.export()] == [("el gato", 4)]


def test_due_cards_of_the_deck_come_before_new_ones(study, remembered):
    month_ago = datetime.now(UTC) - timedelta(days=30)
    cards = ("la mesa", "la llave", "of another deck")
    remembered.study([StudyReview(card=card, rating=1, reviewed_at=month_ago) for card in cards])
    shown = study(ENTER, "4", ENTER, "4", ENTER, "q", new=1)

    fronts = [front for front, _ in cards_in(shown)]
    assert set(fronts[:2]) == {"la mesa", "la llave"}
    assert fronts[2:] == ["el gato"]


def test_nothing_is_due_at_first_and_the_app_is_short(study):
    assert study(new=0) == ""
    assert len(EXAMPLE.read_text(encoding="utf-8").splitlines()) <= LONGEST
