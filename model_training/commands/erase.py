"""Erase a learner from everything that the lake keeps of learners."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import Any

from model_training.registry.lake import find_lake
from model_training.review_table import erase


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Erase ``learner`` from the lake of ``bucket`` and ``endpoint_url``.

    Returns
    -------
    dict
        Of `model_training.review_table.erasure.Erasure`.
    """
    lake = find_lake(arguments.bucket, arguments.endpoint_url)
    done = erase(lake, arguments.learner, now=datetime.now(UTC))
    print(
        f"{done.learner}: erased {done.reviews:,} reviews, {done.deck_rows:,} rows of decks and "
        f"{done.due_files:,} due lists, {done.old_versions:,} older versions that held any of these, and "
        f"{done.query_results:,} results of queries"
    )
    return done.as_result()
