"""Puts a trained model into the data lake, and points the service at it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from model_training.registry.card import CARD_FILE, MEASURED_FILE, MODEL_FILE, timestamp
from model_training.registry.gates import Judge
from model_training.registry.lake import Lake
from model_training.registry.moves import PUBLISH
from model_training.registry.promote import Promotion, promote
from model_training.registry.signing import Signer, sign
from model_training.registry.stored_model import PREFIX, SIGNATURE_FILE
from recall.artifact import decode
from recall.errors import RecallError
from recall.model_size import least_memory_mb, least_storage_mb

DIGEST_DIGITS = 8
DEFAULT_MB = 512  # of both settings


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
    measured : bytes, optional
        The model that the card's figures are of, fitted without the held-out reviews.
    size : int
        Bytes of an owner's own model, decompressed: they decide which functions can serve it.
    """

    model: bytes
    card: bytes
    trained_at: str | None
    sha256: str
    version: str
    model_file: str = MODEL_FILE
    measured: bytes | None = None
    size: int = 0

    @property
    def files(self) -> dict[str, bytes]:
        """All that is uploaded, by file name."""
        found = {self.model_file: self.model, CARD_FILE: self.card}
        return found if self.measured is None else found | {MEASURED_FILE: self.measured}

    @property
    def needs(self) -> str | None:
        """What a stage must set to serve the model, if the defaults aren't enough."""
        least = {
            "memory_mb": least_memory_mb(self.size),
            "ephemeral_storage_mb": least_storage_mb(len(self.model)),
        }
        more = [f"{name} {value}" for name, value in least.items() if value > DEFAULT_MB]
        if not more:
            return None
        return f"{self.version}: only a stage with {' and '.join(more)} or more in its settings serves it"

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
    measured = _measured(directory, facts.get("measured_sha256"))
    compact = trained_at.replace("-", "").replace(":", "")
    version = f"{compact}-{digest[:DIGEST_DIGITS]}"
    return Release(model, card, trained_at, digest, version, measured=measured)


def publish(
    release: Release,
    lake: Lake,
    *,
    by: str,
    now: datetime,
    judge: Judge | None,
    why: str = "",
    signer: Signer | None = None,
) -> Promotion:
    """Upload the model and its card, signed where a signer is given, and promote them.

    Parameters
    ----------
    release : Release
        The files, from `load_release` or `own_model.release.load_skops_release`.
    lake : Lake
        The lake to publish to.
    by : str
        Who publishes it, for the record: a name, or ``user@host``.
    now : datetime
        The time of publishing, aware of its time zone.
    judge : callable or None
        Compares it with the live model, as for `model_training.registry.promote.promote`.
    why : str
        The reason to make it live whatever the gates say; empty for none.
    signer : Signer, optional
        Signs model and card; unsigned by default.

    Raises
    ------
    RecallError
        Those of `model_training.registry.signing.sign` and `model_training.registry.promote.promote`. The
        pointer comes last, so the service never sees half a release.
    """
    store(release, lake, signer)
    return promote(
        lake, release.version, by=by, now=now, why=why, forced=bool(why), kind=PUBLISH, judge=judge
    )


def store(release: Release, lake: Lake, signer: Signer | None = None) -> None:
    """Upload a model's files beside the other versions; it doesn't go live."""
    files = release.files
    if signer is not None:
        signed = {name: files[name] for name in (release.model_file, CARD_FILE)}
        files[SIGNATURE_FILE] = sign(release.version, signed, signer)
    for name, body in files.items():
        lake.write(release.key(name), body)


def _measured(directory: Path, digest: str | None) -> bytes | None:
    """Return the model that the card's figures are of; its digest in the card puts it under the signature."""
    path = directory / MEASURED_FILE
    if digest is None or not path.exists():
        return None
    body = _read(path)
    if sha256(body).hexdigest() != digest:
        raise PublishError(f"{path}: isn't the one that {CARD_FILE} describes; run fit again")
    decode(body)
    return body


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PublishError(f"{path}: {error.strerror}; give the directory that fit wrote") from error
