"""``python -m tools.local_cloud.put_studio BUCKET ENDPOINT`` uploads the studio's page to its bucket."""

import json
import sys

import boto3

from tools.local_cloud.home import PROJECT

PAGE = PROJECT / "web"
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}


def main(bucket: str, endpoint: str) -> None:
    """Upload every file of the page, and a config.json with the API's endpoint."""
    files = {path.relative_to(PAGE).as_posix(): path.read_bytes() for path in PAGE.rglob("*.*")}
    files["config.json"] = json.dumps({"endpoint": endpoint}).encode()
    s3 = boto3.client("s3")
    for key, body in files.items():
        content_type = CONTENT_TYPES[f".{key.rpartition('.')[2]}"]
        s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType=content_type, CacheControl="no-cache")


if __name__ == "__main__":
    main(*sys.argv[1:])
