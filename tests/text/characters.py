"""Writes ``lambda_src/text/characters.json`` from the tables of the `tokenizers` library.

Run it on the oldest Python that the function runs on, with the tables of the newest one:
``uv run --no-project --python 3.11 --with tokenizers==0.23.3 --with unicodedata2 python -m
tests.text.characters``.
"""

import json
import unicodedata
from pathlib import Path

from tokenizers import normalizers, pre_tokenizers

FILE = Path(__file__).parents[2] / "lambda_src" / "text" / "characters.json"
# Characters, without the surrogates, which no Rust string can hold.
CHARACTERS = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
OVERLAY, ACUTE = "\N{COMBINING TILDE OVERLAY}", "\N{COMBINING ACUTE ACCENT}"  # of the classes 1 and 230
OVERLAY_CLASS = 1


def normalizer(step):
    """Return BERT's normaliser with one of its steps."""
    steps = dict.fromkeys(("clean_text", "handle_chinese_chars", "strip_accents", "lowercase"), False)
    return normalizers.BertNormalizer(**steps | {step: True}).normalize_str


def ranges(characters):
    """Return where each range of code points begins and where it has ended, in one list."""
    codes = {ord(character) for character in characters}
    return sorted(
        code for code in codes | {code + 1 for code in codes} if (code in codes) != (code - 1 in codes)
    )


def is_indivisible(character, decompose, unicode):
    """Return whether a version of Unicode decomposes or sorts a character that the library leaves alone."""
    if decompose(character) != unicode.normalize("NFD", character):
        return True
    order = unicode.combining(character)
    marks = ACUTE + character if order == OVERLAY_CLASS else character + OVERLAY
    return order > 0 and decompose(f"a{marks}") != unicode.normalize("NFD", f"a{marks}")


def tables(*versions):
    """Return what the library does, and where it isn't what these versions of `unicodedata` do."""
    clean, strip, lower = map(normalizer, ("clean_text", "strip_accents", "lowercase"))
    spaced, decompose = normalizer("handle_chinese_chars"), normalizers.NFD().normalize_str
    split = pre_tokenizers.BertPreTokenizer().pre_tokenize_str
    alone = 3  # a letter, the mark, a letter
    return {
        "removed": ranges(c for c in CHARACTERS if clean(f"a{c}a") == "aa"),
        "ideographs": ranges(c for c in CHARACTERS if spaced(c) != c),
        "nonspacing": ranges(c for c in CHARACTERS if not strip(c)),
        "punctuation": ranges(c for c in CHARACTERS if len(split(f"a{c}a")) == alone),
        "lower": {c: found for c in CHARACTERS if (found := lower(c)) != c.lower()},
        "indivisible": "".join(
            c for c in CHARACTERS if any(is_indivisible(c, decompose, version) for version in versions)
        ),
    }


def main():
    """Write the file."""
    import unicodedata2  # noqa: PLC0415 - only this command needs it

    FILE.write_text(json.dumps(tables(unicodedata, unicodedata2)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
