"""Say whose signatures count in the lake."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from model_training.registry.lake import find_lake
from model_training.registry.moves import whoami
from model_training.registry.trust import trust


def run(arguments: argparse.Namespace) -> None:
    """Trust the PEM file ``trusted``; ``by`` is a name or None."""
    pem = arguments.trusted.read_bytes()
    lake = find_lake(arguments.bucket, arguments.endpoint_url)
    trust(lake, pem, str(arguments.trusted), by=arguments.by or whoami(), now=datetime.now(UTC))
    print(f"only models that {arguments.trusted} vouches for go live in {lake.bucket} from now on")
