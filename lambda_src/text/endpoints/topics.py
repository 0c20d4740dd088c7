"""``POST /v1/topics``: texts in groups that are alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from http_kit.fields import as_object
from http_kit.response import Response, encode
from text.texts import EXAMPLE, TEXTS, embed, read_texts
from text.topics import find_topics

if TYPE_CHECKING:
    from http_kit.request import Request
    from text.encoder import Encoder

FEWEST_TEXTS, MAXIMUM_TEXTS = 2, 1_000


def topics(request: Request, encoder: Encoder) -> Response:
    """Answer the topics, the largest first."""
    body = as_object(request.json(EXAMPLE), EXAMPLE, (TEXTS,))
    embedded = embed(encoder, {TEXTS: read_texts(body, TEXTS, MAXIMUM_TEXTS, least=FEWEST_TEXTS)})
    found = [topic._asdict() for topic in find_topics(embedded.vectors[TEXTS])]
    return Response(200, encode({"topics": found} | embedded.about), facts=embedded.facts)
