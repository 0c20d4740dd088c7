"""The S3 reader against real HTTP: conditional reads, broken connections, limits."""

import pytest

from inference import s3
from inference.s3 import S3Error, S3Reader

from .calls import CARD, error_of, load_event, post
from .fakes import THREE_INPUTS, publish
from .s3_server import S3Server, body, reset, status, then_hang_up, torn

KEY = "models/current.json"
ROUTES = ["predict_single", "model", "health"]


@pytest.fixture
def server():
    with S3Server() as running:
        running.objects["/lake/models/current.json"] = b"pointer"
        running.objects["/lake/models/1/model.json"] = b"model"
        yield running


@pytest.fixture
def variables(server):
    """Give what Lambda sets for the function in a local cloud."""
    return {
        "AWS_ENDPOINT_URL": server.url,
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }


@pytest.fixture
def reader(variables):
    reader = S3Reader("lake", variables)
    yield reader
    reader.close()


def test_object_is_read_by_path_with_its_etag(reader, server):
    stored = reader.get(KEY)

    assert stored.body == b"pointer"
    assert stored.etag == '"ccac8a66d468e2522611be86933cc0d9"'
    (path, headers) = server.requests[0]
    assert path == "/lake/models/current.json"
    assert headers["Host"] == server.url.removeprefix("http://")
    assert headers["If-None-Match"] is None


def test_unchanged_object_is_none_and_a_changed_one_is_read(reader, server):
    etag = reader.get(KEY).etag

    assert reader.get(KEY, etag) is None
    assert server.requests[1][1]["If-None-Match"] == etag
    server.objects["/lake/models/current.json"] = b"newer"
    assert reader.get(KEY, etag).body == b"newer"


def test_one_connection_serves_pointer_model_and_refresh(reader, server):
    etag = reader.get(KEY).etag
    reader.get("models/1/model.json")
    reader.get(KEY, etag)

    assert (server.connections, len(server.requests)) == (1, 3)


@pytest.mark.parametrize("code", [301, 503])
def test_status_of_an_error_is_named_and_not_retried(reader, server, code):
    server.script = [status(code)]
    with pytest.raises(S3Error, match=f"^GET models/current.json: status {code}$"):
        reader.get(KEY)

    assert len(server.requests) == 1
    assert reader.get(KEY).body == b"pointer"


def test_missing_object_is_404(reader):
    with pytest.raises(S3Error, match=r"^GET models/2/model.json: status 404$") as raised:
        reader.get("models/2/model.json")
    assert raised.value.status == 404


@pytest.mark.parametrize("failure", [reset, torn])
def test_broken_answer_is_asked_for_once_more_on_a_new_connection(reader, server, failure):
    server.script = [failure]

    assert reader.get(KEY).body == b"pointer"
    assert (server.connections, len(server.requests)) == (2, 2)


def test_connection_that_died_while_the_environment_was_frozen_is_replaced(reader, server):
    server.script = [then_hang_up]
    reader.get(KEY)

    assert reader.get("models/1/model.json").body == b"model"
    assert server.connections == 2


@pytest.mark.parametrize(("failure", "named"), [(reset, "ConnectionResetError|RemoteDisconnected"),
                                                (torn, "IncompleteRead")])  # fmt: skip
def test_second_failure_is_an_error_and_the_next_read_starts_anew(reader, server, failure, named):
    server.script = [failure, failure, failure]
    with pytest.raises(S3Error, match=f"^GET models/current.json: ({named})"):
        reader.get(KEY)

    assert len(server.requests) == 2
    assert reader.get(KEY).body == b"pointer"
    assert len(server.requests) == 4  # it had a retry of its own


def test_unreachable_server_is_an_error(variables):
    reader = S3Reader("lake", variables | {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"})

    with pytest.raises(S3Error, match=r"^GET models/current.json: ConnectionRefusedError"):
        reader.get(KEY)


def test_object_may_be_as_large_as_the_cap_and_no_larger(reader, server, monkeypatch):
    monkeypatch.setattr(s3, "MAXIMUM_BYTES", 100)
    server.script = [body(b"x" * 100), body(b"x" * 101)]

    assert reader.get(KEY).body == b"x" * 100
    with pytest.raises(S3Error, match=r"^GET models/current.json: larger than 100 bytes$"):
        reader.get(KEY)
    assert reader.get(KEY).body == b"pointer"


@pytest.mark.parametrize("key", ["models/current.json?versions", "a\r\nHost: x", "ä", ""])
def test_key_that_would_need_encoding_is_refused_unsent(reader, server, key):
    with pytest.raises(S3Error, match=r"^unusual object key"):
        reader.get(key)

    assert server.requests == []


def test_object_that_the_bucket_lists_is_not_missing(reader):
    assert reader.is_missing(KEY) is False


def test_object_that_the_bucket_does_not_list_is_missing(reader, server):
    others = ["models/current.json.bak", "models/current.jsonl", "models/a"]
    server.objects = {f"/lake/{key}": b"other" for key in others}

    assert reader.is_missing(KEY) is True


@pytest.mark.parametrize("code", [403, 404])
def test_refused_listing_says_nothing_and_is_an_error(reader, server, code):
    server.script = [status(code)]

    with pytest.raises(S3Error, match=rf"models%2Fcurrent\.json: status {code}$") as raised:
        reader.is_missing(KEY)
    assert raised.value.status == code


@pytest.mark.parametrize(
    "failure", [lambda request: request.reply(304), body(b""), body(b"<html>Sign in</html>")]
)
def test_answer_that_is_no_listing_is_an_error(reader, server, failure):
    server.script = [failure]

    with pytest.raises(S3Error, match=r"models%2Fcurrent\.json: the answer is no listing$"):
        reader.is_missing(KEY)


def test_listing_is_asked_for_once_more_on_a_new_connection(reader, server):
    server.script = [reset]

    assert reader.is_missing(KEY) is False
    assert (server.connections, len(server.requests)) == (2, 2)


def test_s3s_own_endpoint_variable_wins(variables):
    reader = S3Reader("lake", variables | {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9"})

    with pytest.raises(S3Error, match="ConnectionRefusedError"):
        reader.get(KEY)


@pytest.fixture
def lake_invoke(invoke, variables, reader, monkeypatch):
    """Give the Lambda entry in a new environment whose model comes from the server."""
    monkeypatch.delenv("MODEL_FILE")
    monkeypatch.setenv("MODEL_BUCKET", "lake")
    monkeypatch.setattr(s3, "S3Reader", lambda *_given: reader)
    return invoke


def publish_to(server, version):
    objects = {}
    publish(objects, version)
    server.objects |= {f"/lake/{key}": stored for key, stored in objects.items()}


def test_prediction_comes_from_the_published_model(lake_invoke, server):
    publish_to(server, "2026")

    assert lake_invoke(post(CARD)).body == {
        "recall_probability": THREE_INPUTS.recall_probability(3, 4, 5.5),
        "model": "three_inputs",
        "model_version": "2026",
    }
    assert [path for path, _ in server.requests] == [
        "/lake/models/current.json",
        "/lake/models/2026/model.json",
    ]


def test_lake_without_a_pointer_is_answered_by_the_default_model(lake_invoke, server):
    server.objects.clear()
    answer = lake_invoke(post(CARD))

    assert answer.status == 200
    assert answer.body["model_version"].startswith("default-")
    assert [path for path, _ in server.requests] == [
        "/lake/models/current.json",
        "/lake/?list-type=2&max-keys=1&prefix=models%2Fcurrent.json",
    ]


@pytest.mark.parametrize("name", ROUTES)
def test_without_a_bucket_every_route_answers_503_and_when_to_come_back(lake_invoke, server, name):
    server.objects.clear()
    server.buckets.clear()
    answer = lake_invoke(load_event(name))

    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert error_of(answer) == (
        "model_unavailable",
        "no model can be served now: the one in the lake can't be read; try again later",
        None,
    )


def test_wrong_input_is_named_even_without_a_model(lake_invoke, server):
    server.objects.clear()

    assert error_of(lake_invoke(post(CARD | {"difficulty": 11})))[2] == "difficulty"
    assert server.requests == []
