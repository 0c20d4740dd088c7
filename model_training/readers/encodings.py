"""Which characters the bytes of a text stand for: UTF-8 or UTF-16, or else Western Windows' code page."""

from __future__ import annotations

import codecs
from pathlib import Path

CHUNK = 1024 * 1024  # bytes
# UTF-32's first: the mark of its little-endian form begins with UTF-16's.
MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# In this order. Latin-1 gives every byte a character of its own, so no two names become one.
GUESSES = ("cp1252", "latin-1")
WITHOUT_MARK = ("utf-8", *GUESSES)
MOSTLY = 0.9  # of the bytes in one half of UTF-16 that hold tables: zero
GUESSED = (
    "text that isn't UTF-8 is read as Windows-1252: names with letters outside ASCII may look wrong, but "
    "stay different; save it as UTF-8 to see them right"
)


def encoding(path: Path) -> str:
    """Recognise a text's encoding, by its mark or by the first one in which all of it can be read.

    Parameters
    ----------
    path : Path
        The text.

    Returns
    -------
    str
        A name that `open` takes.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    return of_head(head) or next(name for name in WITHOUT_MARK if _readable(path, name))


def of_head(head: bytes) -> str | None:
    """Recognise an encoding by the first bytes of a text; None where they don't tell."""
    marked = next((name for mark, name in MARKS.items() if head.startswith(mark)), None)
    if marked is not None:
        return marked
    for start, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        high, low = head[start::2], head[1 - start :: 2]
        if high and high.count(0) >= MOSTLY * len(high) and low.count(0) < len(low) / 2:
            return name
    return None


def _readable(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
