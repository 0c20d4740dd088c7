"""A fake S3 behind a port, so that a command can be a process of its own, which a test may kill."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from botocore.exceptions import ClientError

STATUS = {"AccessDenied": 403, "NoSuchKey": 404, "PreconditionFailed": 412}


class S3OverHttp(ThreadingHTTPServer):
    """Serves a `FakeS3`: getting, putting and listing objects, by path-style URLs.

    Parameters
    ----------
    s3 : FakeS3
        What is served; its `before` is called before every operation, in a thread of the server's.
    """

    def __init__(self, s3):
        super().__init__(("127.0.0.1", 0), Handler)
        self.s3 = s3
        self.url = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        """Say nothing of a caller that went away: it was killed."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        bucket, key, query = self._asked()
        if not key:
            self._answer(200, _listing(self.server.s3, query["prefix"][0]))
            return
        try:
            found = self.server.s3.get_object(Bucket=bucket, Key=key)
        except ClientError as error:
            self._refuse(error)
        else:
            self._answer(200, found["Body"].read(), found["ETag"])

    def do_PUT(self):
        bucket, key, _query = self._asked()
        body = self._unframed(self.rfile.read(int(self.headers["Content-Length"])))
        conditions = {"IfMatch": self.headers["If-Match"], "IfNoneMatch": self.headers["If-None-Match"]}
        try:
            kind = self.headers["Content-Type"]
            self.server.s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType=kind, **conditions)
        except ClientError as error:
            self._refuse(error)
        else:
            self._answer(200, b"", self.server.s3.objects[key].etag)

    def _asked(self):
        parts = urlsplit(self.path)
        bucket, _, key = unquote(parts.path).lstrip("/").partition("/")
        return bucket, key, parse_qs(parts.query, keep_blank_values=True)

    def _unframed(self, body):
        """Undo the frames in which boto3 sends a body whose checksum follows it."""
        if "aws-chunked" not in (self.headers["Content-Encoding"] or ""):
            return body
        plain = b""
        while (size := int(body.partition(b"\r\n")[0].partition(b";")[0], 16)) > 0:
            start = body.index(b"\r\n") + 2
            plain += body[start : start + size]
            body = body[start + size + 2 :]
        return plain

    def _refuse(self, error):
        code = error.response["Error"]["Code"]
        self._answer(STATUS[code], f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode())

    def _answer(self, status, body, etag=None):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if etag:
            self.send_header("ETag", etag)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Keep quiet."""


def _listing(s3, prefix):
    entries = [
        f"<Contents><Key>{escape(entry['Key'])}</Key>"
        f"<LastModified>{entry['LastModified'].isoformat()}</LastModified></Contents>"
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket="lake", Prefix=prefix)
        for entry in page.get("Contents", ())
    ]
    return f"<ListBucketResult>{''.join(entries)}</ListBucketResult>".encode()
