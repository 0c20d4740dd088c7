"""``POST /v1/similar``: pairs of texts that are alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from http_kit.fields import Number, as_object
from http_kit.response import Response, encode
from text.similar import similar_pairs
from text.texts import AMONG, EXAMPLE, TEXTS, embed, read_texts

if TYPE_CHECKING:
    from http_kit.request import Request
    from text.encoder import Encoder

LIMIT, MINIMUM = "limit", "minimum"
MAXIMUM_TEXTS = 1_000
DEFAULT_PAIRS, MAXIMUM_PAIRS = 100, 1_000
_LIMIT = Number(1, MAXIMUM_PAIRS, whole=True)
_MINIMUM = Number(-1, 1)


def similar(request: Request, encoder: Encoder) -> Response:
    """Answer the pairs with the highest cosine."""
    body = as_object(request.json(EXAMPLE), EXAMPLE, (TEXTS, AMONG, LIMIT, MINIMUM))
    limit = _LIMIT.read(body, LIMIT) if LIMIT in body else DEFAULT_PAIRS
    minimum = _MINIMUM.read(body, MINIMUM) if MINIMUM in body else -1.0
    lists = {
        name: read_texts(body, name, MAXIMUM_TEXTS)
        for name in (TEXTS, AMONG)
        if name in body or name == TEXTS
    }
    embedded = embed(encoder, lists)
    pairs = similar_pairs(embedded.vectors[TEXTS], embedded.vectors.get(AMONG), limit, minimum)
    found = {"pairs": [pair._asdict() for pair in pairs]}
    return Response(200, encode(found | embedded.about), facts=embedded.facts)
