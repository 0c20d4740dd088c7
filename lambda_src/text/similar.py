"""Pairs of texts that are alike, by the cosine of their vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

# Of a cosine: what is left of float32's precision after the sums, so that equal texts have exactly 1.
DECIMALS = 6


class Pair(NamedTuple):
    """Two texts and how alike they are.

    Attributes
    ----------
    text : int
        Index of the first text.
    other : int
        Index of the second one, in the other list if there is one, and else larger than the first's.
    cosine : float
        From -1 to 1, the same meaning; to six decimals.
    """

    text: int
    other: int
    cosine: float


def similar_pairs(vectors: Floats, among: Floats | None, limit: int, minimum: float) -> list[Pair]:
    """Return the most similar pairs, the best first, and equally similar ones in the order of the texts.

    Parameters
    ----------
    vectors : numpy.ndarray
        The texts' vectors, of length 1, as `text.encoder.Encoder.embed` returns them.
    among : numpy.ndarray or None
        Vectors of the texts to compare them with; by default every two of the texts are compared.
    limit : int
        Number of pairs to return at most.
    minimum : float
        Smallest cosine to return.
    """
    cosines = np.clip(vectors @ (vectors if among is None else among).T, -1, 1).round(DECIMALS)
    # float32 keeps what six decimals are, and not the decimals: .9 is a little more than the number .9.
    wanted = cosines >= np.float32(minimum)
    if among is None:
        wanted = np.triu(wanted, 1)
    texts, others = np.nonzero(wanted)
    found = cosines[texts, others]
    best = np.argsort(-found, kind="stable")[:limit]
    return [
        Pair(int(text), int(other), round(float(cosine), DECIMALS))
        for text, other, cosine in zip(texts[best], others[best], found[best], strict=True)
    ]
