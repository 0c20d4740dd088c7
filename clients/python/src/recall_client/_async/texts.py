"""Texts of cards: a list of any length to embed, or one request that compares or groups them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from recall_client._async.connection import AsyncConnection
from recall_client.batches import TEXTS_PER_CALL, elements, split
from recall_client.exchange import Deadline
from recall_client.texts import Embeddings, listed, read_embeddings

OPTIONS = {"encoding": "base64"}  # a third of the bytes


async def embed(connection: AsyncConnection, texts: Iterable[str]) -> Embeddings:
    """Embed texts, in as many requests as their number requires."""
    deadline = Deadline(connection.timeout)
    responses = [
        await connection.post(
            "/v1/embed", "texts", part, OPTIONS, partial(read_embeddings, texts=len(part)), deadline
        )
        for part in split(elements(listed(texts)), OPTIONS, TEXTS_PER_CALL)
    ]
    return Embeddings(
        tuple(vector for response in responses for vector in response.vectors),
        responses[-1].model if responses else None,
        sum(response.truncated for response in responses),
    )
