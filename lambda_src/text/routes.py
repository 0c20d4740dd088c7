"""Every path and method of the text function, and the endpoint that answers it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from text.endpoints.embed import embed_texts
from text.endpoints.similar import similar
from text.endpoints.topics import topics

if TYPE_CHECKING:
    from http_kit.service import Routes

# What the log line has of a request's texts: numbers, and no text.
FACTS = {"texts": (None, 0), "tokens": (None, 0), "truncated": (None, 0)}

ROUTES: Routes = {
    "/v1/embed": {"POST": embed_texts},
    "/v1/similar": {"POST": similar},
    "/v1/topics": {"POST": topics},
}
