"""Upload a trained model and make it the served one."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from model_training.registry.lake import find_lake
from model_training.registry.moves import whoami
from model_training.registry.publish import PublishError, Release, load_release, publish
from model_training.registry.signing import Signer


def run(arguments: argparse.Namespace) -> None:
    """Publish ``directory`` or ``sklearn`` to ``bucket`` at ``endpoint_url`` (None: AWS), print the version.

    Raises
    ------
    RecallError
        If the model may not be published, or can't be.
    """
    now, signer, release = datetime.now(UTC), _signer(arguments), _release(arguments)
    lake = find_lake(arguments.bucket, arguments.endpoint_url)
    for note in publish(release, lake, by=whoami(), now=now, signer=signer).notes:
        print(f"note: {note}", file=sys.stderr)
    print(release.version)


def _signer(arguments: argparse.Namespace) -> Signer | None:
    key, certificate, chain = arguments.sign_key, arguments.sign_certificate, arguments.certificate_chain
    if (key is None and certificate is not None) or (certificate is None) != (chain is None):
        raise PublishError(
            "a certificate signs with all of --sign-key, --sign-certificate and --certificate-chain (the "
            "certificates above it, the root's at least)"
        )
    return None if key is None else Signer(key, certificate, tuple(chain or ()))


def _release(arguments: argparse.Namespace) -> Release:
    if (arguments.directory is None) == (arguments.sklearn is None):
        raise PublishError("publish takes one model: the directory that fit wrote, or --sklearn model.skops")
    if arguments.sklearn is None:
        if arguments.reviews:
            raise PublishError("--reviews measures a --sklearn model: fit has measured this one already")
        return load_release(arguments.directory)
    from model_training.own_estimator.release import load_own_release  # noqa: PLC0415 - scikit-learn takes a second

    if not arguments.reviews:
        return load_own_release(arguments.sklearn)
    from model_training.readers import read  # noqa: PLC0415 - pandas takes another

    return load_own_release(arguments.sklearn, read(arguments.reviews, now=datetime.now(UTC)).reviews)
