"""A wrong field gets an answer that names it, the allowed range and what was found."""

import json
import math
import time

import pytest

from recall.features import FEATURE_NAMES, FEATURES

from .calls import CARD, post, refused

RANGES = {
    "days_since_last_review": "a number from 0 to 36500 (days)",
    "review_count": "a whole number from 1 to 10000 (review days)",
    "difficulty": "a number from 1 to 10 (1 (easy) to 10 (hard))",
}
# JSON text, and what the answer says was found.
WRONG_VALUES = {
    '"3"': "a string",
    "true": "a boolean",
    "false": "a boolean",
    "null": "null",
    "[3]": "a list",
    "{}": "an object",
    "NaN": "nan",
    "Infinity": "a number that large",
    "-Infinity": "a number that large",
    "1e400": "a number that large",
    "-1e400": "a number that large",
    "1e300": "a number that large",
    "-1": "-1",
    "-0.5": "-0.5",
    "9" * 20: "a number that large",
    "9" * 5000: "a number that large",
    "-" + "9" * 5000: "a number that large",
}
WRONG_FIELDS = [(feature.name, token, found) for feature in FEATURES for token, found in WRONG_VALUES.items()]
WRONG_FIELDS += [
    ("days_since_last_review", "-0.001", "-0.001"),
    ("days_since_last_review", "36500.001", "36500.001"),
    ("review_count", "0", "0"),
    ("review_count", "0.999", "0.999"),
    ("review_count", "4.5", "4.5"),
    ("review_count", "10000.5", "10000.5"),
    ("review_count", "10001", "10001"),
    ("difficulty", "0.999", "0.999"),
    ("difficulty", "10.001", "10.001"),
]


def card_with(name, token):
    """Return a card's JSON text with one value as written."""
    return json.dumps(CARD | {name: "@"}).replace('"@"', token)


@pytest.mark.parametrize(("name", "token", "found"), WRONG_FIELDS)
def test_wrong_value_is_refused_with_field_range_and_what_was_found(send, name, token, found):
    body = card_with(name, token)
    message = f"{name} must be {RANGES[name]}, not {found}"

    assert refused(send(post(body))) == ("invalid_input", message, name)


@pytest.mark.parametrize(("name", "token", "found"), WRONG_FIELDS)
def test_wrong_value_in_a_batch_is_refused_with_its_index(send, name, token, found):
    right = json.dumps(CARD)
    body = f'{{"cards": [{right}, {right}, {right}, {card_with(name, token)}, {{}}]}}'
    message = f"cards[3].{name} must be {RANGES[name]}, not {found}"

    assert refused(send(post(body))) == ("invalid_input", message, f"cards[3].{name}")


@pytest.mark.parametrize("name", FEATURE_NAMES)
def test_missing_field_is_named_with_its_range(send, name):
    card = {key: value for key, value in CARD.items() if key != name}
    problem = f"is missing; it must be {RANGES[name]}"

    assert refused(send(post(card))) == ("invalid_input", f"{name} {problem}", name)
    assert refused(send(post({"cards": [CARD, card]}))) == (
        "invalid_input",
        f"cards[1].{name} {problem}",
        f"cards[1].{name}",
    )


@pytest.mark.parametrize(
    ("unknown", "shown"),
    [
        ("ease", "ease"),
        ("Difficulty", "Difficulty"),
        ("", '""'),
        ("a\u0000b", r"a\x00b"),
        ("\ud800", r"\ud800"),
        ("x" * 5000, "x" * 100),
    ],
)
def test_unknown_field_is_named_beside_the_known_ones(send, unknown, shown):
    of_card = "days_since_last_review, review_count, difficulty, recalled, rating"
    wrong = CARD | {unknown: 1}

    for body, where, known in (
        (wrong, "", f"{of_card}, learner_state, now, time_zone, day_starts_at"),
        (
            wrong | {"learner_state": None, "now": "2026-11-20T09:00:00Z"},
            "",
            f"{of_card}, learner_state, now, time_zone, day_starts_at",
        ),
        ({"cards": [wrong], "learner_state": None}, "cards[0].", of_card),
    ):
        _code, message, field = refused(send(post(body)))
        assert field == where + shown
        assert message == f"{where}{shown} is unknown; known are {known}"


@pytest.mark.parametrize("beside", [{"learner_state": None}, {"now": "2026-11-20T09:00:00Z"}])
def test_what_belongs_beside_the_list_is_unknown_in_a_card_of_it(send, beside):
    (name,) = beside

    assert refused(send(post({"cards": [CARD | beside]})))[2] == f"cards[0].{name}"


@pytest.mark.parametrize(
    ("cards", "found"),
    [
        ([], "a list of 0"),
        ([CARD] * 1001, "a list of 1001"),
        (CARD, "an object"),
        (None, "null"),
        ("[]", "a string"),
        (True, "a boolean"),
        (7, "7"),
        (math.nan, "nan"),
    ],
)
def test_cards_must_be_a_list_of_1_to_1000(send, cards, found):
    assert refused(send(post({"cards": cards}))) == (
        "invalid_input",
        f"cards must be a list of 1 to 1000 cards, not {found}",
        "cards",
    )


@pytest.mark.parametrize(
    ("element", "found"),
    [(None, "null"), (1, "a number"), ("card", "a string"), ([CARD], "a list"), (False, "a boolean")],
)
def test_element_that_is_no_card_is_named_by_its_index(send, element, found):
    code, message, field = refused(send(post({"cards": [CARD, CARD, element]})))

    assert (code, field) == ("invalid_input", "cards[2]")
    assert message.startswith("cards[2] must be an object, such as {")
    assert message.endswith(f", not {found}")


@pytest.mark.parametrize("other", ["difficulty", "recalled", "extra", ""])
def test_cards_beside_another_key_is_refused_by_that_key(send, other):
    field = other or '""'

    assert refused(send(post({"cards": [CARD], other: 1}))) == (
        "invalid_input",
        f'{field} is unknown beside "cards"; put it into a card',
        field,
    )


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (json.dumps(CARD)[:-1] + ', "difficulty": 5.5}', "difficulty"),
        ('{"a": 1, "b": 2, "b": 3, "a": 4}', "a"),
        ('{"cards": [], "cards": []}', "cards"),
        ('{"": 1, "": 2}', '""'),
        ('{"cards": [{"ease": {"x": 1, "x": 1}}]}', "x"),
    ],
)
def test_key_that_is_given_twice_is_named(send, body, field):
    message = f"{field} is given twice in one object; send it once"

    assert refused(send(post(body))) == ("invalid_input", message, field)


def test_key_given_twice_among_100000_is_found_at_once(send):
    keys = ",".join(f'"{key:x}":1' for key in range(100_000))
    started = time.process_time()
    answer = send(post(f'{{{keys},"{99_999:x}":1}}'))

    assert refused(answer)[2] == f"{99_999:x}"
    assert time.process_time() - started < 5  # comparing each name with each takes minutes
