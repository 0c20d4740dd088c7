"""Make a model in the lake the served one."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from model_training.lake import find_lake
from model_training.moves import whoami
from model_training.promote import Promotion, promote


def run(arguments: argparse.Namespace) -> None:
    """Promote ``version``; ``force`` is a reason or None, ``by`` a name or None."""
    lake = find_lake(arguments.bucket, arguments.endpoint_url)
    now, by = datetime.now(UTC), arguments.by or whoami()
    say(promote(lake, arguments.version, by=by, now=now, why=arguments.force or ""))


def say(done: Promotion) -> None:
    """Print which version is live now, and the notes to stderr."""
    for note in done.notes:
        print(f"note: {note}", file=sys.stderr)
    if done.before == done.version:
        print(f"{done.version} was live already")
    else:
        print(f"{done.version} is live, was {done.before or 'the default model'}")
