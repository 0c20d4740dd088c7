"""Responses of JSON lines, which come in pages."""

from __future__ import annotations

from functools import partial
from typing import Generic, NamedTuple, TypeVar

import httpx
import msgspec

from recall_client.exchange import result_of

T = TypeVar("T")


class Page(NamedTuple, Generic[T]):
    """A page of a list.

    Parameters
    ----------
    lines : list
        What its lines say.
    after : str, optional
        The `after` by which the next page is asked for; None of the last page.
    """

    lines: list[T]
    after: str | None


def page_of(response: httpx.Response, kind: type[T]) -> Page[T]:
    """Return the page that a response holds; parameters and errors are those of `result_of`.

    The next page is known from the ``Link``, of which only the `after` counts: its host and path may be those
    behind a proxy.
    """
    lines: list[T] = result_of(response, list, partial(_decoded, kind=kind))
    link = response.links.get("next")
    return Page(lines, httpx.URL(link["url"]).params["after"] if link else None)


def _decoded(body: bytes, kind: type[T]) -> list[T]:
    if body and not body.endswith(b"\n"):
        raise msgspec.DecodeError("the last line has no end")
    return msgspec.json.Decoder(kind).decode_lines(body)
