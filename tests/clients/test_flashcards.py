"""The examples study with the real function; the app with somebody who types."""

import json
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
        command = [
            sys.executable,
            EXAMPLE,
            EXAMPLE.with_name("deck.csv"),
            "--learner",
            learner,
            "--new",
            str(new),
        ]
        return output_of(command, "".join(f"{line}\n" for line in typed), **service(endpoint_of_today))

    return run


def output_of(command, typed="", folder=PROJECT, **environment):
    """Return what an example prints."""
    done = subprocess.run(
        command,
        input=typed,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(PROJECT / "clients" / "python" / "src")} | environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def service(endpoint):
    """Return the environment that names a service."""
    return {"RECALL_ENDPOINT": endpoint, "RECALL_API_KEY": API_KEY}


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


@pytest.mark.slow
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


@pytest.mark.slow
def test_buttons_of_a_new_card_are_those_of_the_learner(study, remembered):
    remembered.study(
        StudyReview(card=f"c{n % 9}", rating=1, reviewed_at=datetime.now(UTC) - timedelta(days=n))
        for n in range(1, 90)
    )
    shown = study(ENTER, "4", new=1)

    assert f"4 easy ({remembered.card('el gato').interval_days:.0f} d)" in shown


def test_service_of_make_up_is_found(endpoint_of_today, tmp_path, monkeypatch):
    (tmp_path / ".local").mkdir()
    outputs = {"endpoint": endpoint_of_today, "api_key": API_KEY, "bucket": "lake"}
    (tmp_path / ".local" / "outputs.json").write_text(json.dumps(outputs))
    monkeypatch.delenv("RECALL_ENDPOINT", raising=False)
    monkeypatch.delenv("RECALL_API_KEY", raising=False)
    command = [sys.executable, EXAMPLE, EXAMPLE.with_name("deck.csv"), "--new", "1"]

    assert cards_in(output_of(command, "\nq\n", tmp_path)) == [("el gato", "the cat")]


@pytest.mark.slow
def test_app_is_short_and_says_nothing_if_nothing_is_due(study):
    assert len(EXAMPLE.read_text(encoding="utf-8").splitlines()) <= LONGEST
    assert study(new=0) == ""


def test_one_call_in_node(endpoint_of_today, learner, remembered):
    command = ["node", EXAMPLE.with_name("study.mjs"), learner, "gato", "3"]
    first, second = (output_of(command, **service(endpoint_of_today)) for _ in range(2))
    gato = remembered.card("gato")
    recall, due_at = gato.reviews[1].recall_probability, f"{gato.due_at:%Y-%m-%dT%H:%M:%SZ}"

    assert first.startswith("recall was unknown, as the card is new; the card is due at 20")
    assert second == f"recall was {recall}; the card is due at {due_at}\n"
