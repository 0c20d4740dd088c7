"""The models in the lake."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from model_training.registry.card import timestamp
from model_training.registry.lake import Lake
from model_training.registry.moves import read_moves
from model_training.registry.pointer import read_pointer
from model_training.registry.signing import SigningError
from model_training.registry.stored_model import (
    FORMATS,
    PREFIX,
    SIGNATURE_FILE,
    measured,
    read_card,
    read_model,
)
from model_training.registry.trust import check_signature, read_trusted

FIGURES = {
    "log_loss": ("metrics", "log_loss"),
    "auc": ("metrics", "auc"),
    "held_out_reviews": ("metrics", "held_out_reviews"),
    "learners": ("data", "learners"),
}


def list_models(lake: Lake) -> dict[str, Any]:
    """Describe the models whose artifact lies in the lake.

    Returns
    -------
    dict
        ``live`` is the live version, None while the default model answers; ``move`` is how it came to be
        live, None if that isn't known. ``models`` has, the latest published first, each ``version``, when it
        was trained and published (``published_at``: when S3 received the artifact, ISO 8601, UTC), whether it
        is ``signed`` (None; ``yes`` in a lake that trusts nobody, else ``trusted`` or ``not trusted``) and
        the figures of its card.

    Raises
    ------
    LakeError
        If S3 refuses or can't be reached.
    """
    live = read_pointer(lake).version
    moves = [move for move in read_moves(lake) if live is not None and move.after == live]
    return {"live": live, "move": asdict(moves[-1]) if moves else None, "models": _models(lake)}


def _models(lake: Lake) -> list[dict[str, Any]]:
    found, trusted, keys = [], read_trusted(lake), lake.keys(PREFIX)
    for key, written in keys.items():
        version, _, file = key.removeprefix(PREFIX).rpartition("/")
        if file in FORMATS:
            card = read_card(lake, version)
            trained_at = card.get("trained_at")
            signed = f"{PREFIX}{version}/{SIGNATURE_FILE}" in keys
            found.append(
                {
                    "version": version,
                    "trained_at": str(trained_at) if trained_at else None,
                    "published_at": timestamp(written),
                    "signed": _signed(lake, version, trusted) if signed else None,
                    **{name: measured(card, *path) for name, path in FIGURES.items()},
                }
            )
    return sorted(found, key=lambda model: (model["published_at"], model["version"]), reverse=True)


def _signed(lake: Lake, version: str, trusted: bytes | None) -> str:
    if trusted is None:
        return "yes"
    try:
        check_signature(read_model(lake, version), trusted)
    except SigningError:
        return "not trusted"
    return "trusted"
