"""The text function's requests and responses; the model's own tests are in tests/text."""

import base64
import json

import numpy as np
import pytest

from text.texts import LONGEST_TEXT, MAXIMUM_TOKENS

from .calls import lines_of, load_event, refused, response_of, strict_json
from .texts import FakeEncoder, normalised, text_service

DECK = ["the dog", "the cat", "the dog", "a train"]
MOST = {"/v1/embed": 100, "/v1/similar": 1_000, "/v1/topics": 1_000}
LEAST = {"/v1/embed": 1, "/v1/similar": 1, "/v1/topics": 2}
ABOUT = {"model": "all-MiniLM-L6-v2", "language": "en", "truncated": 0}
every_path = pytest.mark.parametrize("path", MOST)


@pytest.fixture(scope="module")
def service():
    return text_service()


@pytest.fixture(scope="module")
def ask(service):
    """Give the response to a body, which is sent as it is when it is text."""

    def ask(path, body, on=service):
        text = body if isinstance(body, str) else json.dumps(body)
        return response_of(on.respond(load_event("predict_single", path=path, resource=path, body=text)))

    return ask


@every_path
def test_path_says_how_to_turn_it_on_where_there_is_no_text_function(send, path):
    response = send(load_event("predict_single", path=path, resource=path, body='{"texts": ["the dog"]}'))

    assert refused(response, 404) == (
        "not_found",
        f"path {path} is off; the deployment's owner sets text to true in cdk.json to have texts read",
        "path",
    )


def a_text_at(index, text):
    return json.dumps({"texts": ["the dog"] * index + [text, "the cat"]})


ALLOWED = f"must be text of 1 to {LONGEST_TEXT} characters"
BLANK = "must have something to read, not only white space or characters that can't be seen"
HALF = "must be whole Unicode characters; character 3 is half of a surrogate pair"
WRONG_TEXTS = {
    "number": (7, f"{ALLOWED}, not 7"),
    "null": (None, f"{ALLOWED}, not null"),
    "true": (True, f"{ALLOWED}, not a boolean"),
    "list": (["the dog"], f"{ALLOWED}, not a list"),
    "object": ({"text": "the dog"}, f"{ALLOWED}, not an object"),
    "empty": ("", f"{ALLOWED}, not 0"),
    "too long": ("x" * (LONGEST_TEXT + 1), f"{ALLOWED}, not {LONGEST_TEXT + 1}"),
    "a megabyte": ("x" * 1_000_000, f"{ALLOWED}, not 1000000"),
    "spaces": (" \t\n\u00a0\u2003", BLANK),
    "half a character at its start": ("ab\ud800c", HALF),
    "half a character at its end": ("ab\udfff", HALF),
}


@every_path
@pytest.mark.parametrize(("text", "problem"), WRONG_TEXTS.values(), ids=WRONG_TEXTS)
def test_wrong_text_is_refused_by_its_place_without_being_quoted(ask, path, text, problem):
    assert refused(ask(path, a_text_at(2, text))) == ("invalid_input", f"texts[2] {problem}", "texts[2]")


@every_path
@pytest.mark.parametrize(
    ("value", "found"),
    [("the dog", "a string"), ({"0": "the dog"}, "an object"), (None, "null"), (3, "3"), ([], "a list of 0")],
    ids=["text", "object", "null", "number", "empty"],
)
def test_texts_that_are_no_list_are_refused(ask, path, value, found):
    problem = f"must be a list of {LEAST[path]} to {MOST[path]} texts, not {found}"

    assert refused(ask(path, {"texts": value})) == ("invalid_input", f"texts {problem}", "texts")


@every_path
def test_number_of_texts_is_bounded(ask, path):
    few, many = ({"texts": ["dog"] * count} for count in (LEAST[path], MOST[path]))
    too_many = {"texts": ["dog"] * (MOST[path] + 1)}

    assert (ask(path, few).status, ask(path, many).status) == (200, 200)
    assert refused(ask(path, too_many))[2] == "texts"


@every_path
def test_missing_texts_unknown_fields_and_fields_given_twice_are_refused(ask, path):
    known = {
        "/v1/embed": "texts, encoding",
        "/v1/similar": "texts, among, limit, minimum",
        "/v1/topics": "texts",
    }

    assert refused(ask(path, {}))[1].startswith("texts is missing; it must be a list of ")
    assert refused(ask(path, {"texts": DECK, "text": "x"}))[1] == f"text is unknown; known are {known[path]}"
    assert refused(ask(path, '{"texts": ["a", "b"], "texts": ["c", "d"]}'))[2] == "texts"


def test_one_text_is_too_few_for_topics(ask):
    assert refused(ask("/v1/topics", {"texts": ["the dog"]}))[1] == (
        "texts must be a list of 2 to 1000 texts, not a list of 1"
    )


@pytest.mark.parametrize("path", ["/v1/similar", "/v1/topics"])
def test_texts_may_have_as_many_tokens_together_as_a_call_has_time_for(ask, path):
    hundred = ["dog " * 254] * 100
    problem = f"texts must have at most {MAXIMUM_TOKENS} tokens in all, not {MAXIMUM_TOKENS + 3}; "

    assert ask(path, {"texts": hundred}).status == 200
    code, message, field = refused(ask(path, {"texts": [*hundred, "dog"]}))
    assert (code, field) == ("invalid_input", "texts")
    assert message.startswith(problem)


def test_tokens_of_both_lists_count(ask):
    body = {"texts": ["dog " * 254] * 60, "among": ["cat " * 254] * 60}

    assert refused(ask("/v1/similar", body))[2] == "texts and among"


def test_wrong_text_among_the_others_is_refused_by_its_place(ask):
    for wrong in (None, "  "):
        assert refused(ask("/v1/similar", {"texts": ["dog"], "among": ["cat", wrong]}))[2] == "among[1]"


WRONG_FIELDS = {
    "minimum": ["NaN", "Infinity", "1.01", "-2", '"0.5"', "null", "true"],
    "limit": ["NaN", "0", "1001", "1.5", "-1", '"10"', "null", "true", "1e999"],
}


@pytest.mark.parametrize(
    ("name", "token"), [(n, token) for n, tokens in WRONG_FIELDS.items() for token in tokens]
)
def test_wrong_limit_and_minimum_are_refused(ask, name, token):
    assert refused(ask("/v1/similar", f'{{"texts": ["dog", "cat"], "{name}": {token}}}'))[2] == name


@pytest.mark.parametrize("encoding", ["hex", "BASE64", "", None, 64, ["base64"]])
def test_other_encoding_is_refused(ask, encoding):
    assert refused(ask("/v1/embed", {"texts": ["dog"], "encoding": encoding}))[2] == "encoding"


def test_embeddings_are_numbers_or_the_same_as_base64(ask):
    numbers, packed = (ask("/v1/embed", {"texts": DECK} | more).body for more in ({}, {"encoding": "base64"}))
    encoder = FakeEncoder()
    exact = encoder.embed_tokens(encoder.tokenise(DECK).ids)
    decoded = [np.frombuffer(base64.b64decode(each), "<f4") for each in packed.pop("embeddings")]

    assert np.array_equal(np.array(decoded), exact)
    assert np.array(numbers.pop("embeddings")) == pytest.approx(exact.astype(float), abs=5e-8)
    assert numbers == packed == {"count": 4, "dimension": 384} | ABOUT


def test_pairs_within_the_texts_are_named_once_the_closest_first(ask):
    pairs = ask("/v1/similar", {"texts": DECK}).body["pairs"]

    assert pairs[0] == {"text": 0, "other": 2, "cosine": 1.0}
    assert sorted((pair["text"], pair["other"]) for pair in pairs) == [
        (0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3),
    ]  # fmt: skip
    assert [pair["cosine"] for pair in pairs] == sorted((pair["cosine"] for pair in pairs), reverse=True)


def test_texts_are_compared_with_each_of_the_others(ask):
    pairs = ask("/v1/similar", {"texts": ["a train", "the cat"], "among": DECK}).body["pairs"]

    assert len(pairs) == 8
    assert {(pair["text"], pair["other"]) for pair in pairs if pair["cosine"] == 1} == {(0, 3), (1, 1)}


def test_pairs_are_limited_and_have_the_minimum(ask):
    same = {"texts": ["the dog"] * 20}

    assert len(ask("/v1/similar", same).body["pairs"]) == 100  # of 190
    assert len(ask("/v1/similar", same | {"limit": 7}).body["pairs"]) == 7
    assert len(ask("/v1/similar", same | {"limit": 1000, "minimum": 1}).body["pairs"]) == 190
    assert ask("/v1/similar", {"texts": ["dog", "cat"], "minimum": 0.99}).body == {"pairs": []} | ABOUT
    assert ask("/v1/similar", {"texts": ["dog"]}).body == {"pairs": []} | ABOUT


class Themes(FakeEncoder):
    """Gives texts vectors near to that of their first word."""

    def embed_tokens(self, ids):
        """Return a vector for each text, given its tokens."""
        centres = super().embed_tokens([each[:2] for each in ids])
        return normalised(centres + 0.05 * super().embed_tokens(ids))


def test_topics_have_every_text_once_and_a_representative_among_their_members(ask):
    texts = [f"{theme} {number}" for number in range(12) for theme in ("animal", "food", "travel")]
    body = ask("/v1/topics", {"texts": texts}, text_service(Themes())).body
    topics = body.pop("topics")

    assert body == ABOUT
    assert sorted(index for topic in topics for index in topic["members"]) == list(range(36))
    for topic in topics:
        assert len({index % 3 for index in topic["members"]}) == 1
        assert topic["representative"] in topic["members"]
        assert set(topic["uncertain"]) <= set(topic["members"])


def test_texts_longer_than_the_model_reads_are_counted(ask):
    texts = ["dog " * 254, "dog " * 255, "cat " * 400]

    for path in MOST:
        assert ask(path, {"texts": texts}).body["truncated"] == 2


class Broken(FakeEncoder):
    """Fails, and would tell which word it failed at."""

    def tokenise(self, texts):
        """Fail."""
        raise KeyError(texts[0])


def test_no_text_is_logged_whatever_becomes_of_the_request(ask, capsys):
    private = "the zebra's diagnosis"
    bodies = [
        {"texts": [private, private]},
        {"texts": [private, 7]},
        {"texts": [private, f"{private}\ud800"]},
    ]
    bodies += [f'{{"texts": ["{private}", ', {"texts": [private], private: 1}, {"texts": private}, [private]]
    statuses = [
        ask(path, body, on).status
        for on in (text_service(), text_service(Broken()))
        for path in MOST
        for body in bodies
    ]
    written = capsys.readouterr()

    assert set(statuses) == {200, 400, 500}
    assert statuses.count(500) == 3
    assert "EmbeddingError: KeyError" in written.out
    for word in ("zebra", "diagnosis"):
        assert word not in written.out + written.err


def test_log_line_has_the_numbers_of_texts_and_tokens(ask, capsys):
    ask("/v1/similar", {"texts": ["the dog", "dog " * 300], "among": ["cat"]})
    (line,), metrics = lines_of(capsys)

    assert (line["path"], line["texts"], line["tokens"], line["truncated"]) == (
        "/v1/similar",
        3,
        4 + 256 + 3,
        1,
    )
    assert metrics == []


def test_large_response_is_compressed(service):
    event = load_event(
        "predict_single", path="/v1/embed", resource="/v1/embed", body=json.dumps({"texts": DECK})
    )
    event["headers"] |= {"Accept": "*/*", "Accept-Encoding": "gzip"}
    proxied = service.respond(event)

    assert proxied["headers"]["Content-Encoding"] == "gzip"
    assert strict_json(json.dumps(response_of(proxied).body))["count"] == 4


@pytest.mark.parametrize("path", MOST)
def test_other_method_is_refused(service, path):
    response = response_of(service.respond(load_event("health", path=path, resource=path)))

    assert refused(response, 405)[2] == "method"
    assert response.headers["Allow"] == "POST"
