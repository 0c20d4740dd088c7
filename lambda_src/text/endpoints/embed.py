"""``POST /v1/embed``: the vectors of texts."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

from http_kit.fields import as_object
from http_kit.problems import wrong
from http_kit.response import Response, encode
from text.texts import EXAMPLE, TEXTS, embed, read_texts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from http_kit.request import Request
    from text.encoder import Encoder

ENCODING, BASE64 = "encoding", "base64"
MAXIMUM_TEXTS = 100
DECIMALS = 7  # a 32-bit float between .5 and 1 has no more


def embed_texts(request: Request, encoder: Encoder) -> Response:
    """Answer the vector of each text."""
    body = as_object(request.json(EXAMPLE), EXAMPLE, (TEXTS, ENCODING))
    if body.get(ENCODING, BASE64) != BASE64:
        raise wrong(body, ENCODING, f'must be "{BASE64}", or left out for numbers', "")
    embedded = embed(encoder, {TEXTS: read_texts(body, TEXTS, MAXIMUM_TEXTS)})
    vectors = embedded.vectors[TEXTS]
    count, dimension = vectors.shape
    answer: dict[str, Any] = {
        "embeddings": _as_base64(vectors) if ENCODING in body else _as_numbers(vectors),
        "count": count,
        "dimension": dimension,
    }
    return Response(200, encode(answer | embedded.about), facts=embedded.facts)


def _as_base64(vectors: NDArray[np.float32]) -> list[str]:
    return [b64encode(vector.astype("<f4").tobytes()).decode() for vector in vectors]


def _as_numbers(vectors: NDArray[np.float32]) -> list[list[float]]:
    numbers: list[list[float]] = vectors.astype(float).round(DECIMALS).tolist()
    return numbers
