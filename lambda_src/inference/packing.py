"""Long answers, packed with gzip for callers who take that."""

from __future__ import annotations

import base64
import zlib

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Mapping

# Numbers and repeated names: higher levels take twice the time for a few percent.
LEVEL = 1
WITH_HEADER = zlib.MAX_WBITS | 16  # gzip's header, without a time in it


def takes_gzip(headers: Mapping[str, str]) -> bool:
    """Tell whether a request's headers ask for gzip.

    Without ``Accept``, API Gateway wouldn't turn base64 back into bytes.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    if not lower.get("accept"):
        return False
    for part in lower.get("accept-encoding", "").lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() in {"gzip", "*"}:
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def packed(text: str) -> str:
    """Return text as gzip in base64."""
    packing = zlib.compressobj(LEVEL, zlib.DEFLATED, WITH_HEADER)
    return base64.b64encode(packing.compress(text.encode()) + packing.flush()).decode()
