"""A small S3 over TLS, GET of objects kept in memory, for signed requests; and what serves TLS."""

from __future__ import annotations

import hashlib
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.build import run

BUCKET = "bench-lake"
# Its pointer names an estimator of the user's own.
ESTIMATOR_BUCKET = "bench-lake-estimator"
# Its pointer names an ONNX model.
ONNX_BUCKET = "bench-lake-onnx"
# A name of Amazon's, so that the service trusts Amazon's roots alone, as with the real S3.
HOST = "s3.eu-central-1.amazonaws.com"
DYNAMODB_HOST = "dynamodb.eu-central-1.amazonaws.com"
# Names of Amazon's lead to the server on this machine.
LEADING = """
import socket
look_up = socket.getaddrinfo
def here(host, *more, **named):
    return look_up("127.0.0.1" if str(host).endswith(".amazonaws.com") else host, *more, **named)
socket.getaddrinfo = here
"""


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Make a key and a self-signed certificate for both hosts: RSA of 2,048 bits, as AWS's own.

    Returns
    -------
    tuple of two Path
        Certificate and key, PEM.

    Raises
    ------
    BenchmarkError
        If there is no ``openssl`` command, or it fails.
    """
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    command += [
        "-subj",
        f"/CN={HOST}",
        "-addext",
        f"subjectAltName=DNS:{HOST},DNS:*.{HOST},DNS:{DYNAMODB_HOST}",
    ]
    run([*command, "-out", str(certificate), "-keyout", str(key)], "the TLS server gets no certificate")
    return certificate, key


def lead_names_here(interpreter: str) -> None:
    """Let an interpreter of its own virtual environment find Amazon's names on this machine."""
    (packages,) = Path(interpreter).parent.parent.glob("lib/python*/site-packages")
    (packages / "lead_names_here.py").write_text(LEADING)
    # Not as `sitecustomize`: Debian's own Python has one, which would be found first.
    (packages / "lead_names_here.pth").write_text("import lead_names_here\n")


def authorities(folder: Path, runtime: Path, certificate: Path) -> Path:
    """Add a certificate to a full set of authorities: reading all of them is part of every real TLS start."""
    bundle = folder / "authorities.pem"
    bundle.write_bytes((runtime / "botocore" / "cacert.pem").read_bytes() + certificate.read_bytes())
    return bundle


class TlsServer(ThreadingHTTPServer):
    """Serves one of Amazon's hosts on this machine, until it is closed.

    Parameters
    ----------
    host : str
        The name in its certificate.
    requests : type of TlsRequest
        What it does.
    certificate, key : Path
        PEM files of the TLS certificate.

    Attributes
    ----------
    url : str
        Its endpoint.
    """

    def __init__(self, host: str, requests: type[TlsRequest], certificate: Path, key: Path) -> None:
        super().__init__(("127.0.0.1", 0), requests)
        self.url = f"https://{host}:{self.server_port}"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self.shutdown()
        self.server_close()


class TlsRequest(BaseHTTPRequestHandler):
    """One connection's requests."""

    protocol_version = "HTTP/1.1"
    # Head and body in one record, and not behind TLS's session tickets: either would wait 40 ms for a delayed
    # acknowledgement, which is no part of what is measured.
    wbufsize = -1
    disable_nagle_algorithm = True

    def is_signed(self) -> bool:
        """Whether the request carries a signature; whether that is right isn't checked."""
        return self.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256 ")

    def reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        """Send a response."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's own name
        """Keep quiet: only the benchmark's own lines are for the reader."""


class Lake(TlsServer):
    """Serves objects by bucket and key.

    Parameters
    ----------
    objects : dict of str to bytes
        Bodies by ``<bucket>/<key>``.
    certificate, key : Path
        PEM files of the TLS certificate.
    """

    def __init__(self, objects: dict[str, bytes], certificate: Path, key: Path) -> None:
        self.objects = {f"/{name}": body for name, body in objects.items()}
        super().__init__(HOST, _LakeRequest, certificate, key)


class _LakeRequest(TlsRequest):
    server: Lake

    def do_GET(self) -> None:
        """Answer with the object, or with 403 for an unsigned request and 404 for an unknown key."""
        bucket = self.headers["Host"].partition(HOST)[0].removesuffix(".")  # boto3 puts it there
        path = self.path.partition("?")[0]
        body = self.server.objects.get(f"/{bucket}{path}" if bucket else path)
        if not self.is_signed():
            self._answer(403, b"")
        elif body is None:
            self._answer(404, b"")
        else:
            self._answer(200, body)

    def _answer(self, status: int, body: bytes) -> None:
        self.reply(status, body, {"ETag": f'"{hashlib.sha256(body).hexdigest()}"'})
