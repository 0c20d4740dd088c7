"""Show what is understood of review logs, before anyone trains on them."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from model_training.progress import Progress
from model_training.readers import read
from model_training.training.inspection import inspection_report


def run(arguments: argparse.Namespace) -> None:
    """Read ``reviews`` (paths) and print the report."""
    with Progress(1) as progress, progress.step("reading reviews"):
        log = read(arguments.reviews, now=datetime.now(UTC))
    print(inspection_report(log))
