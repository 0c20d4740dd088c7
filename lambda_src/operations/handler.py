"""The training function's entry: its service, made of its settings."""

from __future__ import annotations

from collections.abc import Mapping

import boto3
from botocore.config import Config

from http_kit.service import Service, lambda_handler
from operations.routes import ROUTES
from operations.runs import Runs
from operations.settings import Settings

# Within the function's own timeout, so that the caller gets its 503 rather than the gateway's 504.
CLIENTS = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 3, "mode": "standard"})


def make_service(environment: Mapping[str, str]) -> Service:
    """Return one execution environment's service, which keeps its AWS clients between calls."""
    settings = Settings(environment)
    states, s3 = boto3.client("stepfunctions", config=CLIENTS), boto3.client("s3", config=CLIENTS)
    return Service(ROUTES, Runs(states, s3, settings.state_machine, settings.lake_bucket))


handler = lambda_handler(make_service)
