"""The loader's entry: a batch of the memory's stream in, one commit to the table of reviews.

A batch that fails is given again, whole or in halves. So everything here may be done twice: rows that are
there stay as they are, and an erasure of nothing does nothing.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any

import boto3
from botocore.config import Config

from http_kit.telemetry import log_line, write
from lake.catalog import open_table
from lake.table import Applied, ReviewTable
from loader.changes import Changes, Unreadable, changes_of
from loader.settings import Settings

# By one job, which writes each file once for all of them; an event may have 256 KB.
ERASED_AT_ONCE = 100
UNREADABLE_AT_ONCE = 20  # in a message, which may have 256 KB
CONFIG = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 3, "mode": "standard"})


class Loader:
    """Takes what the stream says to the lake.

    Parameters
    ----------
    table : lake.table.ReviewTable
        The table of reviews.
    jobs : boto3 Lambda client
        Its role may invoke the lake's jobs function.
    queue : boto3 SQS client
        Its role may send messages to the queue of failed work.
    settings : loader.settings.Settings
        Their names.
    """

    def __init__(self, table: ReviewTable, jobs: Any, queue: Any, settings: Settings) -> None:
        self._table = table
        self._jobs = jobs
        self._queue = queue
        self._settings = settings

    def load(self, changes: Changes) -> Applied:
        """Do what a batch says, and return what became of its rows.

        All cards of an erased learner are among what is removed. The older snapshots, which still have them,
        are let go of; a job looks for the learners in the whole table, and in the lake's bucket.

        Raises
        ------
        lake.errors.TableError, botocore.exceptions.ClientError, BotoCoreError
            If the table, Lambda or SQS can't be reached; the batch has to be given again.
        """
        applied = self._table.apply(changes.rows, changes.removed)
        if changes.erased:
            self._table.forget()
            self._erase(changes.erased)
        self._put_aside(changes.unreadable)
        return applied

    def _erase(self, erased: Mapping[str, datetime]) -> None:
        """Have jobs erase learners from all of the lake; what came since the first of them stays."""
        learners = iter(erased)
        while some := list(islice(learners, ERASED_AT_ONCE)):
            until = min(erased[learner] for learner in some).isoformat()
            self._jobs.invoke(
                FunctionName=self._settings.lake_jobs_function,
                InvocationType="Event",
                # Whatever follows `--` is no option, though it may begin with a dash.
                Payload=json.dumps({"command": ["erase", "--received-until", until, "--", *some]}),
            )

    def _put_aside(self, unreadable: list[Unreadable]) -> None:
        for start in range(0, len(unreadable), UNREADABLE_AT_ONCE):
            some = [each._asdict() for each in unreadable[start : start + UNREADABLE_AT_ONCE]]
            self._queue.send_message(
                QueueUrl=self._settings.failed_queue_url, MessageBody=json.dumps({"unreadable": some})
            )


def make_loader(environment: Mapping[str, str]) -> Loader:
    """Return one execution environment's loader, which keeps its clients between calls."""
    settings = Settings(environment)
    table = open_table(settings.table_bucket_arn, settings.endpoint, own_credentials=True)
    return Loader(table, boto3.client("lambda", config=CONFIG), boto3.client("sqs", config=CONFIG), settings)


@cache
def _loader() -> Loader:
    return make_loader(os.environ)


def handler(event: Mapping[str, Any], _context: object) -> None:
    """Take a batch of the stream to the lake."""
    started = time.monotonic()
    changes = changes_of(event["Records"])
    applied = _loader().load(changes)
    counts = {
        "records": len(event["Records"]),
        "rows": applied.added,
        "repeated": applied.repeated,
        "removed": applied.removed,
        "erased": len(changes.erased),
        "unreadable": len(changes.unreadable),
    }
    took = round((time.monotonic() - started) * 1000)
    write(log_line("INFO", "loader", **counts, milliseconds=took))
