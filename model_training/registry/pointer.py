"""The pointer in the lake: which model the function serves, and how it is moved without losing a race."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from model_training.registry.card import timestamp
from model_training.registry.lake import Lake
from model_training.registry.stored_model import PREFIX, StoredModel, parse_object
from recall.pointer import SCHEMA_VERSION, encode

POINTER_KEY = f"{PREFIX}current.json"


@dataclass(frozen=True)
class Pointer:
    """What the pointer said when it was read.

    Parameters
    ----------
    body : bytes
        The pointer's JSON; empty when there is no pointer.
    etag : str or None
        S3's entity tag of the pointer; None when there is no pointer.
    """

    body: bytes
    etag: str | None

    @property
    def content(self) -> dict[str, Any]:
        """What it says, whole or not; empty when it is unreadable."""
        return parse_object(self.body)

    @property
    def version(self) -> str | None:
        """The live version; None when none is live."""
        version = self.content.get("version")
        return version if isinstance(version, str) else None


def read_pointer(lake: Lake) -> Pointer:
    """Return the pointer as it is now."""
    stored = lake.read(POINTER_KEY)
    return Pointer(b"", None) if stored is None else Pointer(stored.body, stored.etag)


def live_version(lake: Lake) -> str | None:
    """Return the version that the pointer names; None while the default model is live."""
    return read_pointer(lake).version


def pointer_to(model: StoredModel, now: datetime) -> dict[str, Any]:
    """Return the pointer's content for a model that goes live now."""
    return {
        "schema_version": SCHEMA_VERSION,
        "version": model.version,
        "format": model.format,
        "key": model.key,
        "sha256": model.sha256,
        "trained_at": model.trained_at,
        "published_at": timestamp(now),
    }


def points_to(pointer: Pointer, content: dict[str, Any]) -> bool:
    """Return whether the pointer says this already, whenever it was written, and is whole."""
    return pointer.body == encode(content | {"published_at": pointer.content.get("published_at")})


def move_pointer(lake: Lake, seen: Pointer, content: dict[str, Any]) -> bool:
    """Write the pointer unless somebody has moved it since it was seen; return whether it was written."""
    return lake.replace(POINTER_KEY, encode(content), seen.etag)
