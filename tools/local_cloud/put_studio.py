"""``python -m tools.local_cloud.put_studio FOLDER BUCKET CONFIG`` uploads the studio's built page."""

import sys
from pathlib import Path

import boto3

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
# As in AWS: names in assets/ have a hash of the file's bytes; a browser checks all others each time.
NAMED_BY_HASH = "assets/"
FOR_EVER, EACH_TIME = "public, max-age=31536000, immutable", "no-cache"


def main(folder: str, bucket: str, config: str) -> None:
    """Upload every file of the page, and a config.json with what it has to know of the stage."""
    page = Path(folder)
    files = {path.relative_to(page).as_posix(): path.read_bytes() for path in page.rglob("*.*")}
    files["config.json"] = config.encode()
    s3 = boto3.client("s3")
    # Parts before what names them: whoever opens the page meanwhile finds them.
    for key in sorted(files, key=lambda key: not key.startswith(NAMED_BY_HASH)):
        s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=files[key],
            ContentType=CONTENT_TYPES[Path(key).suffix],
            CacheControl=FOR_EVER if key.startswith(NAMED_BY_HASH) else EACH_TIME,
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
