"""One kept HTTP(S) connection to a service of AWS, with limits of time and size."""

from __future__ import annotations

import io
import os
import ssl
import time
from functools import partial
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection, IncompleteRead
from urllib.parse import urlsplit

from recall.errors import RecallError

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping
    from http.client import HTTPMessage
    from typing import Any

TIMEOUT_SECONDS = 2.0  # of silence
ANSWER_SECONDS = 3.0  # for a whole response
# Amazon Trust Services' roots, to which AWS's certificates lead; the system's 144 take a cold start 20 ms.
# For China (amazonaws.com.cn) AWS promises no such roots: there, as elsewhere, the system's count.
AMAZON_ROOTS = __file__.rpartition("/")[0] + "/amazon_roots.pem"
AMAZON_DOMAIN = ".amazonaws.com"


class LargeResponseError(RecallError):
    """A response is larger than it may be."""


class Response:
    """A whole response."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: HTTPMessage, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body


class _TimedStream(io.RawIOBase):
    """A socket's bytes until a deadline: its own timeout starts anew with each byte.

    Parameters
    ----------
    stream : io.RawIOBase
        The socket's. While it is open, so is the socket, though its connection may be closed already: at
        ``Connection: close``, which AWS may send, `http.client` does that before the response is read:
        https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonResponseHeaders.html.
    connected : socket.socket
        The socket.
    silence, whole : float
        Seconds: between two bytes, and for all of them.
    """

    def __init__(self, stream: io.RawIOBase, connected: socket.socket, silence: float, whole: float) -> None:
        self._stream, self._socket = stream, connected
        self._silence, self._whole = silence, whole
        self._deadline = time.monotonic() + whole

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"slower than {self._whole:g} s")
        self._socket.settimeout(min(left, self._silence))
        return self._stream.readinto(buffer)

    def close(self) -> None:
        self._stream.close()
        super().close()


class _TimedResponse(HTTPResponse):
    def __init__(
        self,
        silence: float,
        deadline: float,
        sock: socket.socket,
        debuglevel: int = 0,
        method: str | None = None,
    ) -> None:
        super().__init__(sock, debuglevel, method)
        whole = min(ANSWER_SECONDS, max(0.0, deadline - time.monotonic()))
        self.fp = io.BufferedReader(_TimedStream(self.fp.detach(), sock, silence, whole))


class Connection:
    """A connection that is opened by its first request, kept for the next ones, and closed by a failed one.

    Parameters
    ----------
    url : str
        ``http`` or ``https``, and the host; a path in it is ignored.

    Attributes
    ----------
    host : str
        With its port, if the URL names one.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host = parts.netloc
        self._secure = parts.scheme == "https"
        self._connection: HTTPConnection | None = None

    @property
    def is_open(self) -> bool:
        """Whether the next request takes a connection that served one before; it may be dead by now."""
        return self._connection is not None and self._connection.sock is not None

    def request(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        *,
        maximum_bytes: int,
        seconds: float = float("inf"),
    ) -> Response:
        """Send a request and read its response to the end.

        Parameters
        ----------
        method : str
            HTTP's.
        target : str
            Path and query.
        headers : mapping of str to str
            With the host.
        body : bytes, optional
            What to send.
        maximum_bytes : int
            The response's largest body.
        seconds : float, optional
            How long the request may take, response included, where that is less than the limits of every
            request: `TIMEOUT_SECONDS` of silence in each of its steps, and `ANSWER_SECONDS` for the response.

        Raises
        ------
        OSError, http.client.HTTPException
            If the network fails, the time is over, or the response ends too early.
        LargeResponseError
            If the response's body is larger than it may be.
        """
        try:
            connection = self._limited(seconds)
            connection.request(method, target, body=body, headers=headers)
            response = connection.getresponse()
            return Response(response.status, response.headers, _whole_body(response, maximum_bytes))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Drop the connection; the next request opens a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _limited(self, seconds: float) -> HTTPConnection:
        silence = min(TIMEOUT_SECONDS, seconds)
        if self._connection is None:
            self._connection = self._connect(silence)
        connection = self._connection
        connection.timeout = silence
        if connection.sock is not None:
            connection.sock.settimeout(silence)
        make_response = partial(_TimedResponse, silence, time.monotonic() + seconds)
        connection.response_class = make_response  # type: ignore[assignment] # http.client only calls it
        return connection

    def _connect(self, silence: float) -> HTTPConnection:
        if not self._secure:
            return HTTPConnection(self.host, timeout=silence)
        is_amazon = self.host.lower().partition(":")[0].endswith(AMAZON_DOMAIN)
        trusted = ssl.create_default_context(cafile=AMAZON_ROOTS if is_amazon else None)
        return HTTPSConnection(self.host, timeout=silence, context=trusted)


def _whole_body(response: HTTPResponse, maximum_bytes: int) -> bytes:
    body = response.read(maximum_bytes + 1)
    if len(body) > maximum_bytes:
        raise LargeResponseError(f"larger than {maximum_bytes} bytes")
    if response.length:  # read() with a size returns a torn body without a word
        raise IncompleteRead(body, response.length)
    return body


def own_endpoint(service: str, environment: Mapping[str, str]) -> str | None:
    """Return the URL of another service than AWS's, where the environment names one.

    Parameters
    ----------
    service : str
        ``s3`` or ``dynamodb``.
    environment : mapping of str to str
        ``AWS_ENDPOINT_URL_<SERVICE>`` comes before ``AWS_ENDPOINT_URL``.
    """
    return environment.get(f"AWS_ENDPOINT_URL_{service.upper()}") or environment.get("AWS_ENDPOINT_URL")


def amazon_host(service: str, region: str) -> str:
    """Return the host of a service of AWS in a region."""
    return f"{service}.{region}.{'amazonaws.com.cn' if region.startswith('cn-') else 'amazonaws.com'}"


def random_share() -> float:
    """Return a number from 0 to 1, the system's: `random` goes on alike in all copies of a snapshot."""
    return int.from_bytes(os.urandom(4), "big") / 0xFFFFFFFF
