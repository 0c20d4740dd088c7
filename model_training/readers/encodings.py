"""Which characters the bytes of a text stand for: UTF-8 or UTF-16, or else Western Windows' code page."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import NamedTuple

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
MOSTLY = 0.9  # of the bytes in one half of UTF-16 that hold tables: zero
GUESSED = (
    "text that isn't UTF-8 is read as Windows-1252: names with letters outside ASCII may look wrong, but "
    "stay different; save it as UTF-8 to see them right"
)
NUL = "NUL bytes in the text are left out"


class Encoding(NamedTuple):
    """How a text is to be read: the encoding, as `open` takes it, and whether there are NULs to leave out."""

    name: str
    has_nul: bool

    @property
    def notes(self) -> tuple[str, ...]:
        """What to tell the user."""
        return (GUESSED,) * (self.name in GUESSES) + (NUL,) * self.has_nul


def encoding(path: Path) -> Encoding:
    """Recognise a text's encoding: the first one in which all of it can be read.

    Parameters
    ----------
    path : Path
        The text.
    """
    with path.open("rb") as file:
        marked = of_head(file.read(4096))
    candidates = (*((marked,) if marked else ()), "utf-8", *GUESSES)
    return next(found for name in candidates if (found := _tried(path, name)) is not None)


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


def _tried(path: Path, name: str) -> Encoding | None:
    decoder, has_nul = codecs.getincrementaldecoder(name)(), False
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                has_nul |= "\0" in decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return Encoding(name, has_nul)
