"""Puts a trained model into the data lake, and points the service at it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from model_training.registry.card import CARD_FILE, MODEL_FILE, timestamp
from model_training.registry.lake import Lake
from model_training.registry.moves import PUBLISH
from model_training.registry.promote import Promotion, promote
from model_training.registry.signing import Signer, sign
from model_training.registry.stored_model import PREFIX, SIGNATURE_FILE
from recall.artifact import decode
from recall.errors import RecallError

DIGEST_DIGITS = 8


class PublishError(RecallError):
    """A model can't be published: its files aren't whole."""


@dataclass(frozen=True)
class Release:
    """A model that may be published.

    Parameters
    ----------
    model, card : bytes
        The files as they are uploaded.
    trained_at : str, optional
        ISO 8601, in UTC.
    sha256 : str
        Hexadecimal digest of the model's bytes.
    version : str
        The version's name; the same model always has the same one.
    model_file : str
        The model's file name in the bucket.
    """

    model: bytes
    card: bytes
    trained_at: str | None
    sha256: str
    version: str
    model_file: str = MODEL_FILE

    def key(self, name: str) -> str:
        """Where a file of this release lies in the bucket."""
        return f"{PREFIX}{self.version}/{name}"


def load_release(directory: Path) -> Release:
    """Read and check what `fit` wrote.

    Raises
    ------
    PublishError
        If a file is missing or isn't what `fit` wrote, or model and card don't belong together.
    ArtifactError
        If the model can't be decoded.
    """
    model, card = _read(directory / MODEL_FILE), _read(directory / CARD_FILE)
    decode(model)
    try:
        facts = json.loads(card)
        trained_at = timestamp(datetime.fromisoformat(facts["trained_at"]))
        digest = facts["model_sha256"]
    except (ValueError, KeyError, TypeError) as error:
        raise PublishError(f"{directory / CARD_FILE}: not a model card; run fit again") from error
    if digest != sha256(model).hexdigest():
        raise PublishError(f"{directory / CARD_FILE}: describes another {MODEL_FILE}; run fit again")
    compact = trained_at.replace("-", "").replace(":", "")
    return Release(model, card, trained_at, digest, version=f"{compact}-{digest[:DIGEST_DIGITS]}")


def publish(
    release: Release, lake: Lake, *, by: str, now: datetime, signer: Signer | None = None
) -> Promotion:
    """Upload the model and its card, signed where a signer is given, and promote them.

    Parameters
    ----------
    release : Release
        The files, from `load_release` or `own_estimator.release.load_own_release`.
    lake : Lake
        The lake to publish to.
    by : str
        Who publishes it, for the record: a name, or ``user@host``.
    now : datetime
        The time of publishing, aware of its time zone.
    signer : Signer, optional
        Signs model and card; unsigned by default.

    Raises
    ------
    RecallError
        Those of `model_training.registry.signing.sign` and `model_training.registry.promote.promote`. The
        pointer comes last, so the service never sees half a release.
    """
    files = {release.model_file: release.model, CARD_FILE: release.card}
    if signer is not None:
        files[SIGNATURE_FILE] = sign(release.version, files, signer)
    for name, body in files.items():
        lake.write(release.key(name), body)
    return promote(lake, release.version, by=by, now=now, kind=PUBLISH)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PublishError(f"{path}: {error.strerror}; give the directory that fit wrote") from error
