"""WordPiece, BERT's way from a text to numbers, as the model's own ``tokenizer.json`` describes it.

Source: Wu et al. 2016, "Google's Neural Machine Translation System", section 4.1, as the `tokenizers` library
implements it: the tests compare them token by token.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from text.characters import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAXIMUM_TOKENS = 256  # of a text, with the two around it: `max_seq_length` of the model
MAXIMUM_WORD = 100  # characters; a longer word is unknown: `max_input_chars_per_word`
CONTINUED = "##"  # what a piece that isn't its word's first begins with in the vocabulary
UNKNOWN, START, END = "[UNK]", "[CLS]", "[SEP]"
# Written in a text, these are the tokens themselves: `added_tokens`, none of them normalised.
SPECIAL = re.compile(r"(\[(?:PAD|UNK|CLS|SEP|MASK)\])")


class Tokens(NamedTuple):
    """Texts as the model reads them.

    Attributes
    ----------
    ids : list of list of int
        For each text its tokens' numbers in the vocabulary, 2 to 256 of them: the first is ``[CLS]``, the
        last ``[SEP]``.
    truncated : int
        How many of the texts had more tokens than the model reads; what follows them has no effect.
    """

    ids: list[list[int]]
    truncated: int

    @property
    def total(self) -> int:
        """Number of tokens of all texts, which is what an embedding costs by."""
        return sum(map(len, self.ids))


class Tokeniser:
    """Splits texts into the pieces of a vocabulary.

    Parameters
    ----------
    vocabulary : iterable of str
        All pieces, in the order of their numbers, from 0.
    """

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._ids = {piece: number for number, piece in enumerate(vocabulary)}
        self._longest = max(map(len, self._ids))
        # A word with any other character after its first is unknown, however many pieces it begins with. In
        # the model's vocabulary each of these is a piece by itself, so the search for pieces can't fail late.
        inside = (piece[len(CONTINUED) :] for piece in self._ids if piece.startswith(CONTINUED))
        self._inside = frozenset("".join(inside))
        self._unknown, self._start, self._end = (self._ids[piece] for piece in (UNKNOWN, START, END))

    def tokenise(self, texts: Iterable[str]) -> Tokens:
        """Return the tokens of texts, in their order; each text as if it were alone."""
        ids, truncated = [], 0
        for text in texts:
            inside = self._first(text, MAXIMUM_TOKENS - 1)
            truncated += len(inside) == MAXIMUM_TOKENS - 1
            ids.append([self._start, *inside[: MAXIMUM_TOKENS - 2], self._end])
        return Tokens(ids, truncated)

    def _first(self, text: str, count: int) -> list[int]:
        """Return at most this many of a text's tokens, without looking at what follows them."""
        found: list[int] = []
        for word in self._words(text):
            found += self._pieces(word)
            if len(found) >= count:
                break
        return found[:count]

    @staticmethod
    def _words(text: str) -> Iterator[str]:
        for number, part in enumerate(SPECIAL.split(text)):
            if number % 2:
                yield part
            else:
                yield from words(part)

    def _pieces(self, word: str) -> list[int]:
        """Return the longest pieces that a word is made of, from its start; unknown if one isn't there."""
        if word in self._ids:
            return [self._ids[word]]
        if len(word) > MAXIMUM_WORD or not self._inside.issuperset(word[1:]):
            return [self._unknown]
        found: list[int] = []
        start, prefix = 0, ""
        while start < len(word):
            longest = min(len(word), start + self._longest - len(prefix))
            for end in range(longest, start, -1):
                number = self._ids.get(prefix + word[start:end])
                if number is not None:
                    break
            else:
                return [self._unknown]
            found.append(number)
            start, prefix = end, CONTINUED
        return found
