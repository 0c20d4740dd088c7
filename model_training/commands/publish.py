"""Upload a trained model and make it the served one."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from model_training.publish import load_release, publish, s3_client


def run(arguments: argparse.Namespace) -> None:
    """Publish ``directory`` to ``bucket`` at ``endpoint_url`` (None: AWS), and print the version."""
    release = load_release(arguments.directory)
    publish(release, s3_client(arguments.endpoint_url), arguments.bucket, datetime.now(UTC))
    print(release.version)
