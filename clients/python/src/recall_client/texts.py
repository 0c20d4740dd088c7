"""What the service says of the texts of cards: their vectors, which are alike, and their topics."""

from __future__ import annotations

import sys
from array import array
from base64 import b64decode
from binascii import Error
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

import msgspec

DIMENSION = 384


@dataclass(frozen=True, slots=True)
class Embeddings(Sequence[array]):  # type: ignore[type-arg]  # at run time, array takes no type
    """The vectors of several texts, in the order of the texts; each of length 1.

    The cosine of two texts is the sum of the products of their vectors' numbers. numpy takes them without a
    copy of each number: ``np.array(embeddings.vectors)`` has the shape (texts, 384).

    Parameters
    ----------
    vectors : tuple of array.array
        One for each text: 384 floats of 32 bits.
    model : str, optional
        The model that made them; vectors of different models can't be compared. None of no texts.
    truncated : int
        How many texts were longer than the model reads.
    """

    vectors: tuple[array[float], ...] = ()
    model: str | None = None
    truncated: int = 0

    def __getitem__(self, index: Any) -> Any:
        return self.vectors[index]

    def __len__(self) -> int:
        return len(self.vectors)


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """Two texts that are alike.

    Parameters
    ----------
    text : int
        Position of one in the list of texts, from 0.
    other : int
        Position of the other: in `among` where that was given, else in the same list.
    cosine : float
        −1 to 1, the same text is 1.
    """

    text: int
    other: int
    cosine: float


class SimilarTexts(msgspec.Struct, frozen=True, kw_only=True):
    """The pairs of texts that are most alike.

    Parameters
    ----------
    pairs : tuple of Pair
        The highest cosine first.
    model : str
        The model that read the texts.
    truncated : int
        How many texts were longer than it reads.
    """

    pairs: tuple[Pair, ...]
    model: str
    truncated: int


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """Texts that are alike; all numbers are positions in the list of texts, from 0.

    Parameters
    ----------
    representative : int
        The text that stands for it best.
    members : tuple of int
        Its texts.
    uncertain : tuple of int
        Those of them that no topic clearly has.
    """

    representative: int
    members: tuple[int, ...]
    uncertain: tuple[int, ...]


class Topics(msgspec.Struct, frozen=True, kw_only=True):
    """What a deck is about.

    Parameters
    ----------
    topics : tuple of Topic
        The largest first; each text is in one of them.
    model : str
        The model that read the texts.
    truncated : int
        How many texts were longer than it reads.
    """

    topics: tuple[Topic, ...]
    model: str
    truncated: int


class SimilarOptions(TypedDict, total=False):
    """Options of `similar`."""

    among: Sequence[str]
    """What the texts are compared with, up to 1,000; by default with each other."""
    limit: int
    """How many pairs to return, 1 to 1,000, 100 by default."""
    minimum: float
    """The lowest cosine of a pair, −1 to 1; by default there is none."""


def listed(texts: Iterable[str], name: str = "texts") -> list[str]:
    """Return texts as a list.

    Raises
    ------
    TypeError
        If they are one text, whose letters would be taken for texts.
    """
    if isinstance(texts, str):
        raise TypeError(f"{name} must be a list of texts, not one text")
    return list(texts)


def compared(texts: Iterable[str], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of a request for the texts that are alike, given `SimilarOptions`."""
    among = options.get("among")
    lists = {} if among is None else {"among": listed(among, "among")}
    return {"texts": listed(texts), **options, **lists}


class EmbeddingsOfPart(msgspec.Struct, frozen=True, kw_only=True):
    """The response to one request, its vectors as base64."""

    embeddings: tuple[str, ...]
    model: str
    truncated: int


def read_embeddings(body: Any, texts: int) -> Embeddings:
    """Read the response for so many texts."""
    response = msgspec.convert(body, EmbeddingsOfPart)
    if len(response.embeddings) != texts:
        raise msgspec.ValidationError(f"{len(response.embeddings):,} vectors of {texts:,} texts")
    return Embeddings(tuple(map(_vector, response.embeddings)), response.model, response.truncated)


def _vector(encoded: str) -> array[float]:
    vector = array("f")
    try:
        vector.frombytes(b64decode(encoded, validate=True))
    except (Error, ValueError) as error:
        raise msgspec.ValidationError("a vector isn't base64 of 32-bit floats") from error
    if len(vector) != DIMENSION:
        raise msgspec.ValidationError(f"a vector has {len(vector)} numbers")
    if sys.byteorder == "big":
        vector.byteswap()
    return vector
