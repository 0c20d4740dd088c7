"""The feed's entry: a batch of the table's stream in; objects in the inbox, and erasures that begin.

A batch that fails is given again, whole or in halves. So everything here may be done twice: the same batch
makes the same objects, and an erasure of nothing does nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from feed.changes import Changes, changes_of
from feed.settings import Settings
from http_kit.telemetry import log_line, write
from intake.inbox import Inbox
from intake.request import MAXIMUM_REVIEWS

# By one job, which writes each file once for all of them; an event may have 256 KB.
ERASED_AT_ONCE = 100
CONFIG = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 3, "mode": "standard"})


class Feed:
    """Takes what the stream says to the lake.

    Parameters
    ----------
    inbox : intake.inbox.Inbox
        Stores reviews.
    jobs : boto3 Lambda client
        Its role may invoke the jobs function.
    jobs_function : str
        Name of the jobs function.
    """

    def __init__(self, inbox: Inbox, jobs: Any, jobs_function: str) -> None:
        self._inbox = inbox
        self._jobs = jobs
        self._jobs_function = jobs_function

    def take(self, changes: Changes) -> None:
        """Store the reviews that were added, then begin the erasures.

        Raises
        ------
        http_kit.errors.ReviewsUnavailableError, botocore.exceptions.ClientError, BotoCoreError
            If S3 or Lambda fails; the batch has to be given again.
        """
        for start in range(0, len(changes.reviews), MAXIMUM_REVIEWS):
            self._inbox.store(changes.reviews[start : start + MAXIMUM_REVIEWS], changes.at)
        for start in range(0, len(changes.erased), ERASED_AT_ONCE):
            learners = changes.erased[start : start + ERASED_AT_ONCE]
            self._jobs.invoke(
                FunctionName=self._jobs_function,
                InvocationType="Event",
                # Whatever follows `--` is no option, though it may begin with a dash.
                Payload=json.dumps({"command": ["erase", "--", *learners]}),
            )


def make_feed(environment: Mapping[str, str]) -> Feed:
    """Return one execution environment's feed, which keeps its clients between calls."""
    settings = Settings(environment)
    inbox = Inbox(boto3.client("s3", config=CONFIG), settings.lake_bucket)
    return Feed(inbox, boto3.client("lambda", config=CONFIG), settings.jobs_function)


@cache
def _feed() -> Feed:
    return make_feed(os.environ)


def handler(event: Mapping[str, Any], _context: object) -> None:
    """Take a batch of the stream to the lake."""
    changes = changes_of(event["Records"])
    _feed().take(changes)
    counts = {"reviews": len(changes.reviews), "erased": len(changes.erased)}
    write(log_line("INFO", "feed", records=len(event["Records"]), **counts))
