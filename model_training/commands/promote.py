"""Make a model in the lake the served one."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from model_training.registry.lake import find_lake
from model_training.registry.moves import whoami
from model_training.registry.promote import Promotion, promote
from model_training.registry.signing import check_trusted


def run(arguments: argparse.Namespace) -> None:
    """Promote ``version``; ``force`` is a reason, ``by`` a name, ``verify`` a path, or each of them None."""
    trusted = read_pem(arguments.verify)
    lake = find_lake(arguments.bucket, arguments.endpoint_url)
    now, by = datetime.now(UTC), arguments.by or whoami()
    say(promote(lake, arguments.version, by=by, now=now, why=arguments.force or "", trusted=trusted))


def read_pem(path: Path | None) -> bytes | None:
    """Read whose signature must hold; None for nobody's in particular.

    Raises
    ------
    SigningError
        If it is neither a public key nor certificates.
    """
    if path is None:
        return None
    pem = path.read_bytes()
    check_trusted(pem, str(path))
    return pem


def say(done: Promotion) -> None:
    """Print which version is live now, and the notes to stderr."""
    for note in done.notes:
        print(f"note: {note}", file=sys.stderr)
    if done.before == done.version:
        print(f"{done.version} was live already")
    else:
        print(f"{done.version} is live, was {done.before or 'the default model'}")
