"""Upload a trained model and make it the served one."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from model_training.lake import find_lake
from model_training.moves import whoami
from model_training.publish import PublishError, Release, load_release, publish


def run(arguments: argparse.Namespace) -> None:
    """Publish ``directory`` or ``sklearn`` to ``bucket`` at ``endpoint_url`` (None: AWS), print the version.

    Raises
    ------
    RecallError
        If the model may not be published, or can't be.
    """
    release = _release(arguments)
    lake = find_lake(arguments.bucket, arguments.endpoint_url)
    for note in publish(release, lake, by=whoami(), now=datetime.now(UTC)).notes:
        print(f"note: {note}", file=sys.stderr)
    print(release.version)


def _release(arguments: argparse.Namespace) -> Release:
    if (arguments.directory is None) == (arguments.sklearn is None):
        raise PublishError("publish takes one model: the directory that fit wrote, or --sklearn model.skops")
    if arguments.sklearn is None:
        return load_release(arguments.directory)
    from model_training.own_estimator import load_own_release  # noqa: PLC0415 - scikit-learn takes a second

    return load_own_release(arguments.sklearn)
