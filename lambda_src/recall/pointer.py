"""The pointer: which model in the lake is served, in JSON that ends with the digest of what is before it.

A byte that was changed on the way or by hand, blanks and free text included, is noticed. It is no signature:
who may write the pointer can make it whole again.
"""

from __future__ import annotations

import json
from hashlib import sha256

from recall.errors import DamagedArtifactError

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

SCHEMA_VERSION = 1
PORTABLE, SKOPS, ONNX = "portable", "skops", "onnx"
OWN_FORMATS = (SKOPS, ONNX)  # of models that an owner fitted: they only predict
# How far a model's predictions may differ where they should be the same: another processor may sum in another
# order, and float32 holds seven digits.
TOLERANCES = {PORTABLE: 1e-12, SKOPS: 1e-12, ONNX: 1e-6}
MAXIMUM_BYTES = 64 * 1024
# All that a pointer had before it carried a digest; such ones are still read.
UNSEALED = {"schema_version", "version", "format", "key", "sha256", "trained_at", "published_at"}
_SEAL_BYTES = len(sha256(b"").hexdigest()) + len('  "digest": ""\n}\n')


def encode(content: dict[str, Any]) -> bytes:
    """Return the pointer's bytes.

    Parameters
    ----------
    content : dict
        ``schema_version``, ``version``, ``format``, ``key``, ``sha256`` (of the model's bytes, hexadecimal),
        ``trained_at`` (or None) and ``published_at``.
    """
    head = json.dumps(content, indent=2, sort_keys=True).removesuffix("\n}").encode() + b",\n"
    return head + _seal(head)


def decode(body: bytes) -> dict[str, Any]:
    """Read a pointer.

    Raises
    ------
    DamagedArtifactError
        If it isn't what `encode` wrote, or names no model.
    """
    if len(body) > MAXIMUM_BYTES:
        raise DamagedArtifactError(f"the pointer is larger than {MAXIMUM_BYTES} bytes")
    try:
        pointer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise DamagedArtifactError("the pointer isn't JSON") from error
    if not isinstance(pointer, dict) or pointer.get("schema_version") != SCHEMA_VERSION:
        raise DamagedArtifactError(f"the pointer isn't of schema version {SCHEMA_VERSION}")
    if not UNSEALED.issuperset(pointer) and body[-_SEAL_BYTES:] != _seal(body[:-_SEAL_BYTES]):
        raise DamagedArtifactError("the pointer was changed: its digest is another; publish or promote again")
    for name in ("version", "key", "sha256"):
        if not isinstance(pointer.get(name), str):
            raise DamagedArtifactError(f"the pointer has no {name}")
    if not isinstance(pointer.get("trained_at"), str | None):
        raise DamagedArtifactError("the pointer's trained_at isn't text")
    # Pointers were written without a format while there was only one.
    if pointer.setdefault("format", PORTABLE) not in tuple(TOLERANCES):  # it may be a list, which has no hash
        raise DamagedArtifactError(f"the pointer's format isn't {PORTABLE}, {SKOPS} or {ONNX}")
    return pointer


def _seal(head: bytes) -> bytes:
    return f'  "digest": "{sha256(head).hexdigest()}"\n}}\n'.encode()
