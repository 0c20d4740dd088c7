"""Make the model that was live before the served one again."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from model_training.commands.promote import read_pem, say
from model_training.registry.lake import find_lake
from model_training.registry.moves import whoami
from model_training.registry.promote import rollback


def run(arguments: argparse.Namespace) -> None:
    """Roll back; ``by`` is a name or None, ``verify`` a path or None."""
    trusted = read_pem(arguments.verify)
    lake = find_lake(arguments.bucket, arguments.endpoint_url)
    say(rollback(lake, by=arguments.by or whoami(), now=datetime.now(UTC), trusted=trusted))
