"""Merge the reviews that arrived into the table of reviews, each event once."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import Any

from model_training.registry.lake import find_lake
from model_training.review_table import compact


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Compact the lake of ``bucket`` and ``endpoint_url``; ``retention_days`` is a number or None.

    Returns
    -------
    dict
        Of `model_training.review_table.compaction.Compaction`.
    """
    lake = find_lake(arguments.bucket, arguments.endpoint_url)
    done = compact(lake, now=datetime.now(UTC), retention_days=arguments.retention_days)
    print(
        f"{done.objects:,} objects of the inbox merged into {len(done.days):,} days: {done.stored:,} events "
        f"stored, {done.repeated:,} repeated, {done.expired:,} older than the retention"
    )
    if done.dropped_days:
        print(f"{done.dropped_days:,} days dropped, older than the retention")
    return done.as_result()
