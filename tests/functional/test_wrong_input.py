"""A wrong field is named in the response, with what is allowed and what was found."""

import json
import math
import time

import pytest

from .calls import CARD, post, refused

ALLOWED = {
    "days_since_last_review": "must be a number from 0 to 36500 (days)",
    "review_count": "must be a whole number from 1 to 10000 (review days)",
    "difficulty": "must be a number from 1 to 10 (1 (easy) to 10 (hard))",
}
KNOWN = "days_since_last_review, review_count, difficulty, recalled, rating"


def card_with(name, token):
    """Return a card's JSON text with one value as written."""
    return json.dumps(CARD | {name: "@"}).replace('"@"', token)


@pytest.mark.parametrize(
    ("token", "found"),
    [
        ('"3"', "a string"),
        ("true", "a boolean"),
        ("null", "null"),
        ("{}", "an object"),
        ("NaN", "nan"),
        ("1e400", "a number that large"),
        ("-" + "9" * 5000, "a number that large"),
        ("-0.5", "-0.5"),
    ],
    ids=lambda text: text[:20],
)
def test_value_that_is_no_such_number_is_refused_with_what_was_found(send, token, found):
    assert refused(send(post(card_with("difficulty", token)))) == (
        "invalid_input",
        f"difficulty {ALLOWED['difficulty']}, not {found}",
        "difficulty",
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("days_since_last_review", -0.001),
        ("days_since_last_review", 36500.001),
        ("review_count", 0),
        ("review_count", 4.5),
        ("review_count", 10001),
        ("difficulty", 0.999),
        ("difficulty", 10.001),
    ],
)
def test_value_out_of_its_range_is_refused_with_that_range(send, name, value):
    message = f"{name} {ALLOWED[name]}, not {value}"

    assert refused(send(post(CARD | {name: value}))) == ("invalid_input", message, name)


def test_missing_field_is_refused_with_its_range(send):
    for name, allowed in ALLOWED.items():
        card = {key: value for key, value in CARD.items() if key != name}

        assert refused(send(post(card))) == ("invalid_input", f"{name} is missing; it {allowed}", name)


def test_wrong_card_of_a_list_is_named_by_the_first_wrong_index(send):
    wrong = CARD | {"review_count": 0}

    assert refused(send(post({"cards": [CARD, CARD, wrong, {}]}))) == (
        "invalid_input",
        f"cards[2].review_count {ALLOWED['review_count']}, not 0",
        "cards[2].review_count",
    )


@pytest.mark.parametrize(
    ("unknown", "shown"),
    [("Difficulty", "Difficulty"), ("", '""'), ("a\u0000b", r"a\x00b"), ("\ud800", r"\ud800"),
     ("x" * 5000, "x" * 100)],
    ids=["spelling", "empty", "control character", "surrogate", "long"],
)  # fmt: skip
def test_unknown_field_is_shown_in_one_line_beside_the_known_ones(send, unknown, shown):
    assert refused(send(post(CARD | {unknown: 1, "learner_state": None}))) == (
        "invalid_input",
        f"{shown} is unknown; known are {KNOWN}, learner_state, now, time_zone, day_starts_at",
        shown,
    )


@pytest.mark.parametrize("beside", [{"learner_state": None}, {"now": "2026-11-20T09:00:00Z"}])
def test_what_belongs_beside_the_list_is_unknown_in_a_card_of_it(send, beside):
    (name,) = beside

    assert refused(send(post({"cards": [CARD | beside]}))) == (
        "invalid_input",
        f"cards[0].{name} is unknown; known are {KNOWN}",
        f"cards[0].{name}",
    )


@pytest.mark.parametrize(
    ("cards", "found"),
    [([], "a list of 0"), ([CARD] * 1001, "a list of 1001"), (CARD, "an object"), (math.nan, "nan")],
    ids=["empty", "too long", "object", "number"],
)
def test_cards_must_be_a_list_of_1_to_1000(send, cards, found):
    assert refused(send(post({"cards": cards}))) == (
        "invalid_input",
        f"cards must be a list of 1 to 1000 cards, not {found}",
        "cards",
    )


@pytest.mark.parametrize(("element", "found"), [(None, "null"), (1, "a number"), ([CARD], "a list")])
def test_element_that_is_no_card_is_named_by_its_index(send, element, found):
    code, message, field = refused(send(post({"cards": [CARD, CARD, element]})))

    assert (code, field) == ("invalid_input", "cards[2]")
    assert message.startswith("cards[2] must be an object, such as {")
    assert message.endswith(f", not {found}")


def test_field_of_a_card_beside_the_list_is_refused(send):
    assert refused(send(post({"cards": [CARD], "difficulty": 1}))) == (
        "invalid_input",
        'difficulty is unknown beside "cards"; put it into a card',
        "difficulty",
    )


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (json.dumps(CARD)[:-1] + ', "difficulty": 5.5}', "difficulty"),
        ('{"a": 1, "b": 2, "b": 3, "a": 4}', "a"),
        ('{"": 1, "": 2}', '""'),
        ('{"cards": [{"ease": {"x": 1, "x": 1}}]}', "x"),
        ('{"reviews": [{"days_ago": 3, "rating": 3, "rating": 4}]}', "rating"),
    ],
)
def test_key_that_is_given_twice_is_named(send, body, field):
    message = f"{field} is given twice in one object; send it once"

    assert refused(send(post(body))) == ("invalid_input", message, field)


def test_key_given_twice_among_100000_is_found_at_once(send):
    keys = ",".join(f'"{key:x}":1' for key in range(100_000))
    started = time.process_time()
    response = send(post(f'{{{keys},"{99_999:x}":1}}'))

    assert refused(response)[2] == f"{99_999:x}"
    assert time.process_time() - started < 5  # comparing each name with each takes minutes
