"""The S3 reader against real HTTP: conditional reads, broken connections, limits."""

import pytest

from inference import s3
from inference.s3 import MissingObjectError, S3Error, S3Reader, SkewedClockError

from .s3_server import status
from .scripted_server import body, in_chunks, reset, saying_close, then_hang_up, torn

KEY = "models/current.json"


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


@pytest.mark.parametrize("code", [301, 400])
def test_status_of_a_refusal_is_named_and_not_retried(reader, server, code):
    server.script = [status(code)]
    with pytest.raises(S3Error, match=f"^GET models/current.json: status {code}$"):
        reader.get(KEY)

    assert len(server.requests) == 1
    assert reader.get(KEY).body == b"pointer"


@pytest.mark.parametrize("code", [500, 503])
def test_failure_of_s3_is_tried_once_more_on_a_new_connection_after_a_pause(
    reader, server, monkeypatch, code
):
    pauses = []
    monkeypatch.setattr(s3, "sleep", pauses.append)
    server.script = [status(code)]

    assert reader.get(KEY).body == b"pointer"
    assert (server.connections, len(server.requests)) == (2, 2)
    (pause,) = pauses
    assert 0 <= pause <= s3.LONGEST_PAUSE_SECONDS


@pytest.mark.parametrize("code", [500, 503])
def test_second_failure_of_s3_in_a_row_is_named(reader, server, code):
    server.script = [status(code)] * 2
    with pytest.raises(S3Error, match=f"^GET models/current.json: status {code}$"):
        reader.get(KEY)

    assert len(server.requests) == 2
    assert reader.get(KEY).body == b"pointer"


def test_missing_object_is_404(reader):
    with pytest.raises(S3Error, match=r"^GET models/2/model.json: status 404$") as raised:
        reader.get("models/2/model.json")
    assert raised.value.status == 404


@pytest.mark.parametrize("failure", [reset, torn])
def test_broken_response_is_requested_once_more_on_a_new_connection(reader, server, failure):
    server.script = [failure]

    assert reader.get(KEY).body == b"pointer"
    assert (server.connections, len(server.requests)) == (2, 2)


def test_connection_that_died_while_the_environment_was_frozen_is_replaced(reader, server):
    server.script = [then_hang_up]
    reader.get(KEY)

    assert reader.get("models/1/model.json").body == b"model"
    assert server.connections == 2


def test_response_in_chunks_is_read_and_its_connection_kept(reader, server):
    listing = b"<ListBucketResult><Contents><Key>models/current.json</Key></Contents></ListBucketResult>"
    server.script = [in_chunks(b"x" * 1000), in_chunks(listing)]

    assert reader.get(KEY).body == b"x" * 1000
    assert reader.is_missing(KEY) is False
    assert (server.connections, len(server.requests)) == (1, 2)


def test_response_whose_last_chunk_is_missing_is_requested_once_more(reader, server):
    server.script = [in_chunks(b"x" * 1000, end=b"")]

    assert reader.get(KEY).body == b"pointer"
    assert len(server.requests) == 2


def test_response_that_announces_the_end_of_its_connection_is_read(reader, server):
    server.script = [saying_close, saying_close]

    assert reader.get(KEY).body == b"pointer"
    assert reader.get("models/1/model.json").body == b"model"
    assert (server.connections, len(server.requests)) == (2, 2)


def test_wrong_clock_is_corrected_by_a_response_that_ends_its_connection(reader, server):
    server.clock_ahead = 3600.0
    server.script = [saying_close]

    assert reader.get(KEY).body == b"pointer"
    assert len(server.requests) == 2


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
def test_refused_listing_is_an_error(reader, server, code):
    server.script = [status(code)]

    with pytest.raises(S3Error, match=rf"models%2Fcurrent\.json: status {code}$") as raised:
        reader.is_missing(KEY)
    assert raised.value.status == code


@pytest.mark.parametrize(
    "failure", [lambda request: request.reply(304), body(b""), body(b"<html>Sign in</html>")]
)
def test_response_that_is_no_listing_is_an_error(reader, server, failure):
    server.script = [failure]

    with pytest.raises(S3Error, match=r"models%2Fcurrent\.json: the answer is no listing$"):
        reader.is_missing(KEY)


def test_listing_is_requested_once_more_on_a_new_connection(reader, server):
    server.script = [reset]

    assert reader.is_missing(KEY) is False
    assert (server.connections, len(server.requests)) == (2, 2)


def test_s3s_own_endpoint_variable_wins(variables):
    reader = S3Reader("lake", variables | {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9"})

    with pytest.raises(S3Error, match="ConnectionRefusedError"):
        reader.get(KEY)


@pytest.mark.parametrize("code", [403, 404])
def test_object_that_is_refused_and_not_listed_is_missing(reader, server, code):
    server.objects.clear()
    server.script = [status(code)]

    with pytest.raises(MissingObjectError, match=r"^models/current\.json is missing$"):
        reader.read(KEY)


def test_object_that_is_refused_and_listed_is_not_called_missing(reader, server):
    server.script = [status(403)]

    with pytest.raises(S3Error, match=r"current\.json: status 403, though it is there$") as raised:
        reader.read(KEY)
    assert not isinstance(raised.value, MissingObjectError)


def test_refused_listing_says_that_nobody_knows(reader, server):
    server.script = [status(403), status(403)]

    with pytest.raises(S3Error, match=r"prefix=models%2Fcurrent\.json: status 403$") as raised:
        reader.read(KEY)
    assert not isinstance(raised.value, MissingObjectError)


def test_refusal_of_the_clock_stays_one_and_nothing_is_listed(reader, server):
    def skewed(request):
        request.reply(403, b"<Error><Code>RequestTimeTooSkewed</Code></Error>")

    server.script = [skewed, skewed]
    with pytest.raises(SkewedClockError):
        reader.read(KEY)
    assert [path for path, _ in server.requests] == [f"/lake/{KEY}"] * 2
