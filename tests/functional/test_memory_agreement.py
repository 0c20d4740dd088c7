"""The memory's function accepts exactly what the document says, names what is wrong, and responds so."""

import json
import re
from zoneinfo import available_timezones

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from http_kit.timestamps import as_timestamp
from memory import learner
from memory.endpoints import due, imports, study

from .bodies import NO_TIMES, TIMES, bodies
from .calls import error_of, refused
from .memories import NOW
from .openapi import (
    DOCUMENT,
    JSON_LINES,
    MEMORY,
    OPERATIONS,
    event_of,
    lines_of,
    new_memory,
    parameters_of,
    resolved,
    response_validator,
    validator,
)

pytestmark = pytest.mark.slow

SCHEMAS = DOCUMENT["components"]["schemas"]
LEARNER = "/v1/learners/{learner}"
REVIEW = {"event_id": "e1", "card": "gato", "rating": 3, "reviewed_at": "2019-03-01T08:15:00Z"}
OLD_REVIEW = {"rating": 3, "reviewed_at": "2019-03-01T08:15:00Z"}
IDS = {"learner": "ada", "card": "gato", "event_id": "e1"}
LATEST = NOW + due.FORECAST_DAYS * 86_400


@pytest.fixture(scope="module")
def send(tables):
    """Give the call of one memory function: an operation with what it takes in, a checked `Response` out."""
    with new_memory(tables) as respond:

        def send(path, method, body=None, query=None, **ids):
            named = {name: (IDS | ids)[name] for name in parameters_of(OPERATIONS[path, method], "path")}
            response = respond(event_of(path, method, body, named, query))
            check(response, path, method)
            return response

        yield send


def check(response, path, method):
    """Hold a response to the document: its status, its schema, and that a refusal names a field."""
    described = resolved(OPERATIONS[path, method]["responses"][str(response.status)])
    in_lines = JSON_LINES in described["content"]
    body = lines_of(response.body) if in_lines else response.body
    response_validator(path, method, str(response.status)).validate(body)
    assert response.status < 400 or error_of(response)[2]


def is_right(name, value):
    return validator(SCHEMAS[name]).is_valid(value)


def is_right_beside(name, body, listed, stand_in):
    """Whether a body is right apart from the reviews, each of which may be wrong by itself."""
    if not isinstance(body, dict) or not isinstance(body.get(listed), list):
        return False
    zone = body.get("time_zone", "UTC")
    bare = body | {listed: [stand_in(value) for value in body[listed]]}
    return is_right(name, bare) and zone in available_timezones()


@given(bodies(f"{LEARNER}/reviews"))
@example({"reviews": [REVIEW, REVIEW | {"rating": 3.0, "duration_ms": 4e3}, REVIEW | {"card": "a\n"}]})
@example({"reviews": [REVIEW, REVIEW | {"learner": "ada"}], "target_recall": 0.8, "for_each_rating": True})
@example({"reviews": [REVIEW], "target_recall": [0.9]})
@example({"reviews": [REVIEW], "target_recall": 5e-324})
@example({"reviews": []})
def test_reviews_are_accepted_and_rejected_one_by_one_as_the_schema_says(send, body):
    response = send(f"{LEARNER}/reviews", "POST", body)
    if not is_right_beside("StudyRequest", body, "reviews", lambda _: REVIEW):
        assert response.status == 400
        return

    wrong = [not is_right("StudyReview", review) for review in body["reviews"]]
    assert response.status == (400 if all(wrong) else 200)
    if response.status == 200:
        assert [result["status"] == "rejected" for result in response.body["results"]] == wrong
        assert response.body["rejected"] == sum(wrong)
        assert response.body["accepted"] + response.body["repeated"] == len(wrong) - sum(wrong)


@given(bodies(f"{LEARNER}/import"))
@example({"cards": [{"card": "gato", "reviews": [OLD_REVIEW, OLD_REVIEW | {"event_id": ""}]}]})
@example({"cards": [{"card": "gato", "reviews": [OLD_REVIEW]}, {"card": "gato", "reviews": []}]})
@example({"cards": [{"card": "gato", "reviews": [OLD_REVIEW]}], "target_recall": 0.9})
def test_old_reviews_are_accepted_and_rejected_one_by_one_as_the_schema_says(send, body):
    def bare(card):
        listed = card.get("reviews") if isinstance(card, dict) else None
        return card | {"reviews": [OLD_REVIEW] * len(listed)} if isinstance(listed, list) else card

    response = send(f"{LEARNER}/import", "POST", body)
    if not is_right_beside("ImportRequest", body, "cards", bare):
        assert response.status == 400
        return

    sent = [(i, j, one) for i, card in enumerate(body["cards"]) for j, one in enumerate(card["reviews"])]
    wrong = [(i, j) for i, j, review in sent if not is_right("ImportedReview", review)]
    assert response.status == (400 if len(wrong) == len(sent) else 200)
    if response.status == 200:
        assert [(one["card"], one["review"]) for one in response.body["rejected"]] == wrong
        assert response.body["accepted"] + response.body["repeated"] == len(sent) - len(wrong)


OUTCOME = REVIEW | {"learner": "ada"}


@given(bodies("/v1/reviews"))
@example({"reviews": [OUTCOME, OUTCOME | {"rating": 5}, OUTCOME | {"recall_probability": 0.5}]})
@example({"reviews": []})
def test_reviews_of_many_learners_are_accepted_and_rejected_one_by_one_as_the_schema_says(send, body):
    response = send("/v1/reviews", "POST", body)
    if not is_right_beside("ReviewsRequest", body, "reviews", lambda _: OUTCOME):
        assert response.status == 400
        return

    wrong = [i for i, review in enumerate(body["reviews"]) if not is_right("ReviewOutcome", review)]
    assert response.status == (400 if len(wrong) == len(body["reviews"]) else 202)
    if response.status == 202:
        assert [rejected["index"] for rejected in response.body["rejected"]] == wrong
        assert response.body["accepted"] + response.body["repeated"] == len(body["reviews"]) - len(wrong)


TEXTS = ["", "1", "007", "1000", "1001", "0", "-1", "+1", "1.0", "1e2", " 1", "١", "recall", "loss", "LOSS"]
TEXTS += ["true", "false", "True", "null", "gato", "a\n", "x" * 129, as_timestamp(LATEST)]
TEXTS += [as_timestamp(LATEST + 1), *TIMES, *NO_TIMES]
NAMES = ["limit", "until", "order", "for_each_rating", "after", "Limit", ""]


@pytest.mark.parametrize("path", [f"{LEARNER}/due", f"{LEARNER}/cards/{{card}}", f"{LEARNER}/export"])
def test_query_is_accepted_as_its_parameters_say(send, path):
    send(f"{LEARNER}/reviews", "POST", {"reviews": [REVIEW]})
    known = parameters_of(OPERATIONS[path, "GET"], "query")

    @given(st.dictionaries(st.sampled_from([*known, *NAMES]), st.sampled_from(TEXTS), max_size=2))
    def agree(query):
        wrong = {name for name, text in query.items() if name not in known or not fits(known[name], text)}
        assume(len(wrong) < 2)  # the first one is named
        response = send(path, "GET", query=query)

        assert response.status == (400 if wrong else 200), query
        assert not wrong or refused(response)[2] in {name or '""' for name in wrong}

    agree()


def fits(parameter, text):
    """Whether a parameter's text is what its schema says, and within what a schema can't say."""
    kind = parameter["schema"].get("type")
    value = json.loads(text) if kind == "boolean" and text in {"true", "false"} else text
    if kind == "integer" and re.fullmatch("[0-9]+", text, re.ASCII):
        value = int(text)
    right = validator(parameter["schema"]).is_valid(value)
    return right and not (parameter["name"] == "until" and text == as_timestamp(LATEST + 1))


OPERATION = pytest.mark.parametrize(
    ("path", "method"), [one for one in OPERATIONS if one[0] in MEMORY], ids=str
)
BODIES = {"reviews": {"reviews": [REVIEW]}, "import": {"cards": [{"card": "gato", "reviews": [OLD_REVIEW]}]}}


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        ("", "of 0 characters"),
        ("x" * 129, "of 129 characters"),
        *((each, "with one") for each in ("a\n", "\x7f", "\u2028")),
    ],
    ids=ascii,
)
@OPERATION
def test_id_in_the_path_that_no_id_can_be_is_refused_by_its_name(send, path, method, wrong, found):
    for name in parameters_of(OPERATIONS[path, method], "path"):
        assert refused(send(path, method, BODIES.get(path.rpartition("/")[2]), **{name: wrong})) == (
            "invalid_input",
            f"{name} must be text of 1 to 128 characters, without control characters, not text {found}",
            name,
        )


@OPERATION
def test_what_is_not_remembered_is_not_found_by_the_documents_message(send, path, method):
    answered = resolved(OPERATIONS[path, method]["responses"]["404"])["content"]["application/json"]
    messages = {name: tuple(one["value"]["error"].values()) for name, one in answered["examples"].items()}
    send(f"{LEARNER}/reviews", "POST", BODIES["reviews"])
    if "learner" not in messages:
        assert send(path, method, BODIES.get(path.rpartition("/")[2]), learner="new").status == 200
        return

    assert error_of(send(path, method, learner="nobody")) == messages["learner"]
    for name in set(parameters_of(OPERATIONS[path, method], "path")) - {"learner"}:
        assert error_of(send(path, method, **{name: "nothing"})) == messages[name]


def test_unknown_learner_has_empty_lists_and_nothing_to_delete(send):
    listed = send(f"{LEARNER}/due", "GET", learner="nobody").body

    assert (listed["cards"], listed["due"], listed["target_recall"]) == ([], 0, learner.DEFAULT_TARGET)
    assert send(f"{LEARNER}/export", "GET", learner="nobody").body == ""
    assert send(LEARNER, "DELETE", learner="nobody").body == {"cards": 0}


def test_learner_whose_only_review_was_undone_has_none(send):
    send(f"{LEARNER}/reviews", "POST", {"reviews": [REVIEW]}, learner="bob")
    undone = send(f"{LEARNER}/reviews/{{event_id}}", "DELETE", learner="bob")
    known = send(LEARNER, "GET", learner="bob").body

    assert undone.body == {"event_id": "e1", "card": "gato", "reviews": 0}
    assert (known["cards"], known["reviews"], known["last_reviewed_at"]) == (0, 0, None)


def test_limits_are_those_of_the_function():
    limit = parameters_of(OPERATIONS[f"{LEARNER}/due", "GET"], "query")["limit"]["schema"]
    cards = SCHEMAS["ImportRequest"]["properties"]["cards"]
    ranges = SCHEMAS["RememberedLearnerResponse"]["properties"]["retention"]

    assert SCHEMAS["StudyRequest"]["properties"]["reviews"]["maxItems"] == study.MAXIMUM_REVIEWS
    assert (cards["maxItems"], SCHEMAS["ImportedCard"]["properties"]["reviews"]["maxItems"]) == (
        imports.MAXIMUM_CARDS,
        imports.MAXIMUM_REVIEWS,
    )
    assert f"{imports.MAXIMUM_IN_ALL:,} reviews together" in cards["description"]
    assert SCHEMAS["ImportResponse"]["properties"]["accepted"]["maximum"] == imports.MAXIMUM_IN_ALL
    assert limit["default"] == due.DEFAULT_LIMIT
    assert SCHEMAS["DueResponse"]["properties"]["forecast"]["maxItems"] == due.FORECAST_DAYS
    assert ranges["minItems"] == ranges["maxItems"] == len(learner.RETENTION_FROM)
    assert f"{learner.DEFAULT_TARGET} before that" in SCHEMAS["RememberedTarget"]["description"]
