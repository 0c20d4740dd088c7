"""``GET /v1/learners/{learner}/export``: all reviews of a learner as they were sent, as JSON lines."""

from __future__ import annotations

from binascii import a2b_base64
from urllib.parse import quote

from http_kit.response import Response, encode
from memory.request import read_after
from memory.reviews import as_sent, unpack_reviews
from memory.service import learner_of
from memory.table import FOR_EXPORT, LEARNER_ITEM, card_name

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from http_kit.request import Request
    from memory.service import Memory

AFTER = "after"
# Characters of a response, which may have 6 MB; a page of the store, 1 MB, becomes about three times as many.
FULL = 2_000_000


def export(request: Request, memory: Memory) -> Response:
    """Answer a line for each review, cards in the order of their ids; empty for an unknown learner."""
    name = learner_of(request, memory)
    after = read_after(request.query((AFTER,)), AFTER)
    lines: list[str] = []
    length, last = 0, ""
    if after is not None and memory.table.load(name)[0] is None:
        return _response(lines, None)  # erased since the page before
    for page in memory.table.pages(name, FOR_EXPORT, after):
        for item in page:
            if item["item"]["S"] == LEARNER_ITEM:
                continue
            if length > FULL:
                return _response(lines, last)
            last = card_name(item)
            for review in unpack_reviews(a2b_base64(item["reviews"]["B"])):
                sent = as_sent(review)
                line = encode({"event_id": sent.pop("event_id"), "card": last, **sent})
                lines.append(line)
                length += len(line)
    return _response(lines, None)


def _response(lines: list[str], last: str | None) -> Response:
    headers = {"Content-Type": "application/jsonl"}
    if last is not None:
        headers["Link"] = f'<?{AFTER}={quote(last, safe="")}>; rel="next"'
    return Response(200, "".join(f"{line}\n" for line in lines), headers=headers)
