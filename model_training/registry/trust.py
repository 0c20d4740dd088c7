"""Whose signatures count in a lake: once it says so, nothing else goes live."""

from __future__ import annotations

import json
from datetime import datetime

from model_training.registry.card import timestamp
from model_training.registry.lake import Lake
from model_training.registry.signing import SigningError, check_trusted, verify
from model_training.registry.stored_model import PREFIX, StoredModel, parse_object

TRUST_KEY = f"{PREFIX}trust.json"


def trust(lake: Lake, pem: bytes, name: str, *, by: str, now: datetime) -> None:
    """From now on, let only models go live that this key, or a certificate below these, has signed.

    Parameters
    ----------
    lake : Lake
        The lake whose models must be signed from now on.
    pem, name : bytes, str
        The public key or certificates, and their file's name, as `signing.check_trusted` takes them.
    by : str
        Who decides it, for the record: a name, or ``user@host``.
    now : datetime
        The time of the decision, aware of its time zone.

    Raises
    ------
    SigningError
        If it is neither a public key nor certificates.
    LakeError
        If S3 doesn't take it.
    """
    check_trusted(pem, name)
    content = {"trusted": pem.decode(), "by": by, "at": timestamp(now)}
    lake.write(TRUST_KEY, json.dumps(content, indent=2, sort_keys=True).encode() + b"\n")


def read_trusted(lake: Lake) -> bytes | None:
    """Return whose signatures count in a lake, in PEM; None where nobody's do.

    Raises
    ------
    SigningError
        If the lake says it in a way that can't be read: then nothing goes live.
    LakeError
        If S3 doesn't give it.
    """
    stored = lake.read(TRUST_KEY)
    if stored is None:
        return None
    pem, name = parse_object(stored.body).get("trusted"), f"s3://{lake.bucket}/{TRUST_KEY}"
    if not isinstance(pem, str):
        raise SigningError(f"{name}: names nobody whose signatures count; run the command `trust` again")
    check_trusted(pem.encode(), name)
    return pem.encode()


def check_signature(model: StoredModel, *trusted: bytes | None) -> list[str]:
    """Make sure that everyone whose signature is required has signed a model.

    Parameters
    ----------
    model : StoredModel
        The model that is to go live.
    *trusted : bytes or None
        Public keys or certificates, in PEM, each of which must have signed it; None for none.

    Returns
    -------
    list of str
        Notes for people, a line each.

    Raises
    ------
    SigningError
        If it isn't signed, or by somebody else, or was changed since.
    """
    required = [pem for pem in trusted if pem is not None]
    if model.signature is None:
        if required:
            raise SigningError(f"{model.version} isn't signed: publish it again", ", with --sign-key")
        return []
    for pem in required:
        verify(model.version, model.files, model.signature, pem)
    if required:
        return []
    return [
        f"{model.version} is signed, but nobody says whose signatures count here: run the command `trust`, "
        "or give --verify-key"
    ]
