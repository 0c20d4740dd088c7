"""The S3 reader gives up a response that never ends, and signs by S3's clock where its own is wrong."""

import calendar
import time

import pytest

from aws_kit import connection
from inference.s3 import S3Error, S3Reader

from .s3_server import status
from .scripted_server import BODY, HEADER, hang, trickle

KEY = "models/current.json"
SKEWED = b"<Error><Code>RequestTimeTooSkewed</Code></Error>"


@pytest.fixture
def reader(variables, monkeypatch):
    monkeypatch.setattr(connection, "TIMEOUT_SECONDS", 0.2)
    monkeypatch.setattr(connection, "ANSWER_SECONDS", 0.3)
    reader = S3Reader("lake", variables)
    yield reader
    reader.close()


@pytest.mark.parametrize("head", [BODY, HEADER], ids=["body", "header"])
def test_response_that_trickles_without_end_is_given_up_in_two_attempts(reader, server, head):
    server.script = [trickle(head, 0.02)] * 2
    started = time.monotonic()
    with pytest.raises(S3Error, match=r"^GET models/current\.json: TimeoutError: "):
        reader.get(KEY)

    assert 0.6 <= time.monotonic() - started < 1.5
    assert reader.get(KEY).body == b"pointer"


def test_silence_is_given_up_before_the_time_of_a_whole_response_is_over(reader, server, monkeypatch):
    monkeypatch.setattr(connection, "ANSWER_SECONDS", 10.0)
    server.script = [hang, hang]
    started = time.monotonic()
    with pytest.raises(S3Error, match=r"TimeoutError: timed out$"):
        reader.get(KEY)

    assert 0.4 <= time.monotonic() - started < 2


@pytest.mark.parametrize("seconds", [3600.0, -3600.0])
def test_wrong_clock_is_corrected_by_s3s_date_and_stays_so(reader, server, seconds):
    server.clock_ahead = seconds

    assert reader.get(KEY).body == b"pointer"
    assert reader.get(KEY).body == b"pointer"
    assert len(server.requests) == 3  # refused once only


def test_clock_that_is_put_right_is_trusted_again(reader, server):
    server.clock_ahead = 3600.0
    reader.get(KEY)
    server.clock_ahead = 0.0

    assert reader.get(KEY).body == b"pointer"


def test_clock_that_s3_refuses_even_when_corrected_is_named(reader, server):
    server.script = [lambda request: request.reply(403, SKEWED)] * 2
    with pytest.raises(
        S3Error, match=r"^GET models/current\.json: status 403: S3's clock is [+-][01] s off ours$"
    ):
        reader.get(KEY)

    assert len(server.requests) == 2


@pytest.mark.parametrize("date", ["", "Sat, 99 Foo 2026 99:99:99 GMT"])
def test_refused_clock_without_a_usable_date_is_an_error_like_others(reader, server, monkeypatch, date):
    monkeypatch.setattr("tests.functional.s3_server.S3Request.date_time_string", lambda *_self: date)
    server.script = [lambda request: request.reply(403, SKEWED)]
    with pytest.raises(S3Error, match=r"^GET models/current\.json: status 403$") as raised:
        reader.get(KEY)

    assert raised.value.status == 403
    assert len(server.requests) == 1


def test_other_refusals_leave_the_clock_alone(reader, server):
    server.clock_ahead = 600.0
    server.script = [status(403)]
    with pytest.raises(S3Error, match=r"status 403$"):
        reader.get(KEY)
    reader.get(KEY)

    signed = time.strptime(server.requests[1][1]["x-amz-date"], "%Y%m%dT%H%M%SZ")
    assert abs(calendar.timegm(signed) - time.time()) < 60
