"""Make the due lists of the decks in the lake, for apps that need no call at study time."""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime, time
from typing import Any

from model_training.due import make_due_lists
from model_training.registry.lake import find_lake


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Score the decks of the lake of ``bucket`` and ``endpoint_url`` for the ``target_recall``.

    Without a ``date`` the lists are for now, else for the beginning of that day in UTC.

    Returns
    -------
    dict
        Of `model_training.due.DueLists`.
    """
    day: date | None = arguments.date
    now = datetime.now(UTC) if day is None else datetime.combine(day, time(), UTC)
    done = make_due_lists(find_lake(arguments.bucket, arguments.endpoint_url), now, arguments.target_recall)
    for name, deck in done.decks.items():
        print(
            f"due/{name}/date={done.date}/: {deck['due']:,} of {deck['cards']:,} cards are due by the end of "
            f"the day, of {deck['learners']:,} learners; {deck['unused']:,} rows can't be used: problems.json"
        )
    print(f"{len(done.decks):,} decks scored by {done.model_version}")
    return done.as_result()
