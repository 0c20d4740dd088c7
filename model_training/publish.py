"""Puts a trained model into the data lake, and points the service at it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from model_training.card import CARD_FILE, MODEL_FILE, timestamp
from recall.artifact import decode
from recall.errors import RecallError

POINTER_SCHEMA_VERSION = 1
POINTER_KEY = "models/current.json"
DIGEST_DIGITS = 8


class PublishError(RecallError):
    """A model can't be published: its directory isn't whole, or the bucket doesn't take it."""


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
        The same model always has the same one.
    model_file : str
        What the model is called in the bucket.
    format : str
        How the function reads it, ``portable`` or ``skops``.
    """

    model: bytes
    card: bytes
    trained_at: str | None
    sha256: str
    version: str
    model_file: str = MODEL_FILE
    format: str = "portable"

    def key(self, name: str) -> str:
        """Where a file of this release lies in the bucket."""
        return f"models/{self.version}/{name}"


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


def publish(release: Release, client: Any, bucket: str, now: datetime) -> None:
    """Upload the model and its card, and then the pointer to it.

    Parameters
    ----------
    release : Release
        From `load_release` or `own_estimator.load_own_release`.
    client : boto3 S3 client
        From `s3_client`.
    bucket : str
        The data lake's name.
    now : datetime
        Aware of its time zone.

    Raises
    ------
    PublishError
        If S3 refuses an upload or can't be reached. The pointer comes last, so the service never sees half a
        release.
    """
    pointer = {
        "schema_version": POINTER_SCHEMA_VERSION,
        "version": release.version,
        "format": release.format,
        "key": release.key(release.model_file),
        "sha256": release.sha256,
        "trained_at": release.trained_at,
        "published_at": timestamp(now),
    }
    uploads = (
        (release.key(release.model_file), release.model),
        (release.key(CARD_FILE), release.card),
        (POINTER_KEY, json.dumps(pointer, indent=2, sort_keys=True).encode() + b"\n"),
    )
    for key, body in uploads:
        kind = "application/json" if key.endswith(".json") else "application/zip"
        try:
            client.put_object(Bucket=bucket, Key=key, Body=body, ContentType=kind)
        except (BotoCoreError, ClientError) as error:
            raise PublishError(f"s3://{bucket}/{key}: {error}; {_fix(error)}") from error


def s3_client(endpoint_url: str | None) -> Any:
    """Return an S3 client with the usual credentials of AWS, for AWS or another endpoint.

    Raises
    ------
    PublishError
        If the endpoint or the configuration of AWS is invalid.
    """
    config = Config(
        connect_timeout=5,
        read_timeout=30,
        retries={"total_max_attempts": 3, "mode": "standard"},
        s3={"addressing_style": "path"} if endpoint_url else {},  # other endpoints have no bucket host names
    )
    try:
        return boto3.client("s3", endpoint_url=endpoint_url, config=config)
    except (BotoCoreError, ValueError) as error:
        raise PublishError(f"{error}; check --endpoint-url and the AWS configuration") from error


def _fix(error: BotoCoreError | ClientError) -> str:
    code = error.response.get("Error", {}).get("Code") if isinstance(error, ClientError) else None
    if code == "NoSuchBucket":
        return "check --bucket, or deploy the data lake first"
    if code in {"AccessDenied", "403"}:
        return "the credentials need s3:PutObject on models/*"
    return "check the AWS credentials, --bucket and --endpoint-url"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PublishError(f"{path}: {error.strerror}; give the directory that fit wrote") from error
