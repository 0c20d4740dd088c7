"""What a file is, recognised by its first bytes: names lie, and downloads are often renamed."""

from __future__ import annotations

from codecs import BOM_UTF8
from enum import Enum
from pathlib import Path

from recall.errors import ReviewLogError


class Format(Enum):
    """The kinds of files that hold review logs; the values are their names for people."""

    PACKAGE = "Anki package"  # .colpkg, .apkg
    ZSTD_COLLECTION = "compressed Anki collection"  # .anki21b
    COLLECTION = "Anki collection"  # .anki2, .anki21
    PARQUET = "Parquet"
    GZIP = "CSV in gzip"
    JSON = "JSON"
    CSV = "CSV"


MAGIC = {
    b"PK\x03\x04": Format.PACKAGE,
    b"PK\x05\x06": Format.PACKAGE,  # an empty zip
    b"\x28\xb5\x2f\xfd": Format.ZSTD_COLLECTION,
    b"SQLite format 3\x00": Format.COLLECTION,
    b"PAR1": Format.PARQUET,
    b"\x1f\x8b": Format.GZIP,
}
BINARY_SUFFIXES = {".colpkg", ".apkg", ".anki2", ".anki21", ".anki21b", ".parquet"}
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
JSON_OPENS_WITH = (b"[", b"{")
KNOWN = "an Anki collection or package, CSV or Parquet, or JSON"


def recognise(path: Path) -> Format:
    """Recognise a file's format.

    Raises
    ------
    ReviewLogError
        If it is missing, a folder, empty, or none of the formats.
    """
    if path.is_dir():
        raise ReviewLogError(f"{path}: this is a folder; name the review log inside it")
    if not path.exists():
        raise ReviewLogError(f"{path}: no such file; check the path")
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise ReviewLogError(f"{path}: the file is empty; export or download it again")
    for magic, kind in MAGIC.items():
        if head.startswith(magic):
            return kind
    if path.suffix.lower() in BINARY_SUFFIXES:
        raise ReviewLogError(
            f"{path}: the content isn't what {path.suffix} promises; export or download it again"
        )
    if b"\x00" in head and not head.startswith(UTF_16):
        raise ReviewLogError(f"{path}: not a review log; give {KNOWN}")
    text = head.removeprefix(BOM_UTF8).lstrip()
    return Format.JSON if text.startswith(JSON_OPENS_WITH) else Format.CSV
