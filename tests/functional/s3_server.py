"""A small S3 on 127.0.0.1 that speaks real HTTP, and misbehaves when a test or a benchmark says so."""

import hashlib
from urllib.parse import parse_qs

from .scripted_server import Answer, ScriptedRequest, ScriptedServer

ALLOWED_SKEW_SECONDS = 900


class S3Request(ScriptedRequest):
    """Reads of objects, and listings."""

    def serve(self) -> None:
        if abs(self.skew()) > ALLOWED_SKEW_SECONDS:
            return self.reply(403, b"<Error><Code>RequestTimeTooSkewed</Code></Error>")
        if "list-type=2" in self.path:
            return self._list()
        body = self.server.objects.get(self.path)
        if body is None:
            return self.reply(404, b"<Error><Code>NoSuchKey</Code></Error>")
        etag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
        if self.headers["If-None-Match"] == etag:
            return self.reply(304, ETag=etag)
        if wanted := self.headers["Range"]:
            return self._part(body, wanted, etag)
        return self.reply(200, body, ETag=etag)

    def _part(self, body: bytes, wanted: str, etag: str) -> None:
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        if int(first) >= len(body):
            return self.reply(416, b"<Error><Code>InvalidRange</Code></Error>")
        part = body[int(first) : int(last) + 1]
        content_range = f"bytes {first}-{int(first) + len(part) - 1}/{len(body)}"
        return self.reply(206, part, ETag=etag, **{"Content-Range": content_range})

    def _list(self) -> None:
        path, _, query = self.path.partition("?")
        bucket = path.strip("/")  # boto3 has no slash behind it
        if bucket not in self.server.buckets:
            return self.reply(404, b"<Error><Code>NoSuchBucket</Code></Error>")
        asked = {name: value for name, (value,) in parse_qs(query, strict_parsing=True).items()}
        keys = sorted(each.removeprefix(f"/{bucket}/") for each in self.server.objects)
        found = [key for key in keys if key.startswith(asked["prefix"])][: int(asked["max-keys"])]
        contents = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in found)
        return self.reply(200, f"<ListBucketResult>{contents}</ListBucketResult>".encode())


class S3Server(ScriptedServer):
    """Serves `objects` by path and lists those of `buckets`, but for faults."""

    request_class = S3Request

    def __init__(self) -> None:
        super().__init__()
        self.buckets = {"lake"}
        self.objects: dict[str, bytes] = {}


def status(code: int) -> Answer:
    """Answer with an error, as S3 words them."""
    return lambda request: request.reply(code, b"<Error><Code>Whatever</Code></Error>")
