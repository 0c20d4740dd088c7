"""A proxy in front of the lake's catalogue and its files, which misbehaves when a test says so."""

import threading
from collections.abc import Callable
from http.client import HTTPConnection

from .store_proxy import StoreCall, StoreProxy, StoreResponse

# Of each connection, or made anew here.
OWN_HEADERS = {"connection", "content-length", "date", "server", "transfer-encoding"}
CATALOGUE = "/iceberg/"
WRITES = {"POST", "PUT", "DELETE"}


class LakeProxy(StoreProxy):
    """Passes each call on to the local cloud at `upstream`, but for faults; `calls` are such as PUT avro."""

    def __init__(self, upstream: str) -> None:
        super().__init__(upstream, LakeCall)


class LakeCall(StoreCall):
    """One connection's calls, of the Iceberg REST catalogue and of S3."""

    @property
    def commits(self) -> bool:
        """Whether the call is a commit to the table."""
        return self.command == "POST" and self.path.startswith(CATALOGUE)

    def do_GET(self) -> None:  # noqa: N802 - http.server's name
        self.body = self._body()
        file = self.path.partition("?")[0].rpartition(".")[2]
        self.operation = f"{self.command} {'catalogue' if self.path.startswith(CATALOGUE) else file}"
        self.server.calls.append(self.operation)
        fault = self.server.script.pop(0) if self.server.script else self.server.fault
        if fault:
            fault(self)
        else:
            self.give(self.upstream())

    do_HEAD = do_PUT = do_POST = do_DELETE = do_GET  # noqa: N815 - http.server's names

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = []
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass  # trailers
        return b"".join(parts)

    def upstream(self) -> StoreResponse:
        """Have the local cloud do what this call says."""
        connection = HTTPConnection(self.server.upstream)
        try:
            sent = {k: v for k, v in self.headers.items() if k.lower() not in OWN_HEADERS | {"expect"}}
            connection.request(self.command, self.path, self.body or None, sent)
            response = connection.getresponse()
            kept = {k: v for k, v in response.getheaders() if k.lower() not in OWN_HEADERS}
            if self.command == "HEAD":
                kept["Content-Length"] = response.getheader("Content-Length", "0")
            # The catalogue says where the files are: at the proxy.
            here = response.read().replace(self.server.upstream.encode(), self.server.url[7:].encode())
            return StoreResponse(response.status, kept, here)
        finally:
            connection.close()

    def give(self, response: StoreResponse) -> None:
        """Send a response."""
        if self.command != "HEAD":
            return super().give(response)
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        return self.end_headers()


def refused(call: LakeCall, status: int = 403) -> None:
    """Refuse a call, in a way that nobody tries again."""
    call.give(StoreResponse(status, {"Content-Type": "text/plain"}, b"refused by the test"))


class Death:
    """The fault of a loader that is killed at a call that writes: it and all later calls come to nothing.

    Parameters
    ----------
    number : int
        Which one of the calls that write, counted from 1.
    done : bool
        Whether that one call is still done.

    Attributes
    ----------
    came : bool
        Whether there was such a call.
    """

    def __init__(self, number: int, *, done: bool) -> None:
        self._left = number
        self._done = done
        self._lock = threading.Lock()
        self.came = False

    def __call__(self, call: LakeCall) -> None:
        """Handle a call."""
        with self._lock:
            if not self.came:
                self._left -= call.command in WRITES
                self.came = self._left == 0
                if not self.came or self._done:
                    response = call.upstream()
            if self.came:
                return refused(call)
        return call.give(response)


def refusing_to_forget(status: int) -> Callable[[LakeCall], None]:
    """Return the fault of a catalogue that lets nobody remove snapshots."""

    def fault(call: LakeCall) -> None:
        if call.commits and b"remove-snapshots" in call.body:
            return refused(call, status)
        return call.give(call.upstream())

    return fault
