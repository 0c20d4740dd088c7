"""What the tokeniser does with each character: as the `tokenizers` library does it, not as this Python would.

The library's tables are of several versions of Unicode (categories of version 8, lower case of version 17),
and Python's differ from one runtime to the next. So ``characters.json`` holds the library's, made by
``python -m tests.text.characters``, and the tokens are the same on every runtime.
"""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_right
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_TABLES = json.loads(Path(__file__).with_name("characters.json").read_text(encoding="utf-8"))
# Each pair is where a range of code points begins, and where the next one outside begins.
_REMOVED: list[int] = _TABLES["removed"]
_IDEOGRAPHS: list[int] = _TABLES["ideographs"]
_NONSPACING: list[int] = _TABLES["nonspacing"]
_PUNCTUATION: list[int] = _TABLES["punctuation"]
_LOWER: dict[str, str] = _TABLES["lower"]
# Newer than the library's table of decompositions: nothing in it is decomposed, and no mark sorted past it.
_INDIVISIBLE = re.compile(f"([{_TABLES['indivisible']}])")
BASIC_PLANE = 0x10000


class _Translation(dict[int, "str | None"]):
    """A table for `str.translate` that is filled as characters come.

    Only the basic plane's are kept: a caller who sends every character there is doesn't fill the memory.
    """

    def __init__(self, translate: Callable[[int], str | None]) -> None:
        super().__init__()
        self._translate = translate

    def __missing__(self, code: int) -> str | None:
        found = self._translate(code)
        if code < BASIC_PLANE:
            self[code] = found
        return found


def words(text: str) -> list[str]:
    """Return the words and punctuation marks of a text, without accents and in lower case.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    list of str
        What BERT's uncased models take for words: split at white space; every punctuation mark and every
        Chinese character is one of its own.
    """
    cleaned = text.translate(_CLEANED)
    if not cleaned.isascii():
        parts = _INDIVISIBLE.split(cleaned)
        parts[::2] = [unicodedata.normalize("NFD", part) for part in parts[::2]]
        cleaned = "".join(parts)
    return cleaned.translate(_FOLDED).split()


def _clean(code: int) -> str | None:
    character = chr(code)
    if _is_in(code, _REMOVED):
        return None
    if character.isspace():
        return " "
    return f" {character} " if _is_in(code, _IDEOGRAPHS) else character


def _fold(code: int) -> str | None:
    character = chr(code)
    if _is_in(code, _NONSPACING):
        return None
    lower = _LOWER.get(character) or character.lower()
    return f" {character} " if _is_in(code, _PUNCTUATION) else lower


def _is_in(code: int, ranges: Sequence[int]) -> bool:
    return bisect_right(ranges, code) % 2 == 1


_CLEANED = _Translation(_clean)
_FOLDED = _Translation(_fold)
