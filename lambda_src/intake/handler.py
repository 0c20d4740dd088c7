"""The intake function's entry: its service, made of its settings."""

from __future__ import annotations

from collections.abc import Mapping

import boto3
from botocore.config import Config

from http_kit.service import Service, lambda_handler
from intake.inbox import Inbox
from intake.quality import Quality
from intake.routes import FACTS, ROUTES, Intake
from intake.settings import Settings

# Within the function's own timeout, so that the caller gets its 503 rather than the gateway's 504.
S3_CONFIG = Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 2, "mode": "standard"})


def make_service(environment: Mapping[str, str]) -> Service:
    """Return one execution environment's service, which keeps its S3 client between calls."""
    bucket = Settings(environment).lake_bucket
    s3 = boto3.client("s3", config=S3_CONFIG)
    return Service(ROUTES, Intake(Inbox(s3, bucket), Quality(s3, bucket)), facts=FACTS)


handler = lambda_handler(make_service)
