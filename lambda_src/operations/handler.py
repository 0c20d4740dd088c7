"""The operations function's entry: its service, made of its settings."""

from __future__ import annotations

from collections.abc import Mapping

import boto3
from botocore.config import Config

from http_kit.service import Service, lambda_handler
from operations.alarms import Alarms
from operations.cost import Cost
from operations.models import Models
from operations.moves import Moves
from operations.objects import Objects
from operations.reviews import Reviews
from operations.routes import ROUTES
from operations.runs import Runs
from operations.settings import Settings
from operations.stage import Stage

# Within the function's own timeout, so that the caller gets its 503 rather than the gateway's 504.
CLIENTS = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 3, "mode": "standard"})
# The jobs function may take minutes; who waits gets a 202 before API Gateway gives up after 29 seconds.
WAITING = Config(connect_timeout=2, read_timeout=15, retries={"total_max_attempts": 1, "mode": "standard"})


def make_service(environment: Mapping[str, str]) -> Service:
    """Return one execution environment's service, which keeps its AWS clients between calls."""
    settings = Settings(environment)
    objects = Objects(boto3.client("s3", config=CLIENTS), settings.lake_bucket)
    stage = Stage(
        Runs(
            boto3.client("stepfunctions", config=CLIENTS),
            objects,
            settings.state_machine,
            settings.automl_most_seconds,
        ),
        Models(objects),
        Moves(boto3.client("lambda", config=WAITING), settings.training_jobs, objects),
        Reviews(objects),
        Alarms(boto3.client("cloudwatch", config=CLIENTS), settings.stage),
        Cost(boto3.client("budgets", config=CLIENTS), settings.account, settings.budget, settings.budget_usd),
    )
    return Service(ROUTES, stage)


handler = lambda_handler(make_service)
