"""What a file is, recognised by its first bytes: names lie, and downloads are often renamed."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from model_training.readers.encodings import of_head
from recall.errors import ReviewLogError


class Format(Enum):
    """The kinds of files that hold review logs; the values are their names for people."""

    PACKAGE = "Anki package"  # .colpkg, .apkg
    COLLECTION = "Anki collection"  # .anki2, .anki21
    PARQUET = "Parquet"
    JSON = "JSON"
    CSV = "CSV"


MAGIC = {
    b"PK\x03\x04": Format.PACKAGE,
    b"PK\x05\x06": Format.PACKAGE,  # an empty zip
    b"SQLite format 3\x00": Format.COLLECTION,
    b"PAR1": Format.PARQUET,
}
OTHERS = {
    b"\xd0\xcf\x11\xe0": "a spreadsheet's workbook; save the table as “CSV UTF-8”",
    b"ARROW1": "an Arrow file; write it as Parquet",
    b"%PDF": "a PDF; give the table that it was made of",
    b"Rar!": "a RAR archive; unpack it and name the review log",
    b"7z\xbc\xaf": "a 7z archive; unpack it and name the review log",
}
TAR = (257, b"ustar")
BINARY_SUFFIXES = {".colpkg", ".apkg", ".anki2", ".anki21", ".anki21b", ".parquet"}
JSON_OPENS_WITH = ("[", "{")
# Beside tabs and line ends, what stands in no text: a NUL may be left in one by a careless program.
CONTROL = bytes(set(range(32)) - set(b"\0\t\n\v\f\r\x1e"))
KNOWN = "an Anki collection or package, CSV or Parquet, or JSON"


def recognise(path: Path, name: Path) -> Format:
    """Recognise a file's format.

    Parameters
    ----------
    path : Path
        The file, not compressed.
    name : Path
        Its name for the user.

    Raises
    ------
    ReviewLogError
        If it is empty, or none of the formats.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise ReviewLogError(f"{name}: the file is empty; export or download it again")
    for magic, kind in MAGIC.items():
        if head.startswith(magic):
            return kind
    what = next((what for magic, what in OTHERS.items() if head.startswith(magic)), None)
    if head[TAR[0] :].startswith(TAR[1]):
        what = "a tar archive; unpack it and name the review log"
    if what is not None:
        raise ReviewLogError(f"{name}: this is {what}")
    if name.suffix.lower() in BINARY_SUFFIXES:
        raise ReviewLogError(
            f"{name}: the content isn't what {name.suffix} promises; export or download it again"
        )
    encoding = of_head(head)
    head = head.removesuffix(b"\x1a")  # how MS-DOS ended a text
    if encoding is None and (head.translate(None, CONTROL) != head or not head.strip(b"\0")):
        raise ReviewLogError(f"{name}: not a review log; give {KNOWN}")
    text = head.decode(encoding or "latin-1", errors="ignore").lstrip("\ufeff\x1e\0 \t\r\n")
    return Format.JSON if text.startswith(JSON_OPENS_WITH) else Format.CSV
