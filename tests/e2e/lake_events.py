"""The events that have come from the memory into the deployment's lake."""

import json
import time
from collections.abc import Set

from model_training.registry.lake import Lake
from model_training.review_table import load
from tests.e2e.conftest import Service

PATIENCE_SECONDS = 90


def inbox_events(service: Service) -> set[str]:
    """Return the ids of the events that wait in the inbox."""
    lake = Lake(service.client("s3"), service.bucket)
    bodies = [stored.body for key in lake.keys("reviews/inbox/") if (stored := lake.read(key))]
    return {json.loads(line)["event_id"] for body in bodies for line in body.splitlines()}


def wait_for_events(service: Service, event_ids: Set[str]) -> None:
    """Wait until events are in the inbox, or in the table: an erasure merges the inbox, too."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while missing := event_ids - inbox_events(service) - _table_events(service):
        assert time.monotonic() < deadline, f"{len(missing)} of {len(event_ids)} events never came"
        time.sleep(0.3)


def _table_events(service: Service) -> set[str]:
    return set(load(Lake(service.client("s3"), service.bucket))["event_id"])
