"""The Lambda function's entry: the memory's service, made of its settings."""

from __future__ import annotations

import time

import bundle  # noqa: F401 - before the modules that it has
from http_kit.service import Service, lambda_handler
from inference.handler import make_store
from inference.s3 import S3Reader
from memory.changes import Changes
from memory.dynamodb import DynamoDB
from memory.routes import FACTS, ROUTES
from memory.service import Memory
from memory.settings import Settings
from memory.table import Table
from memory.tenants import Tenants

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def make_service(environment: Mapping[str, str], clock: Callable[[], float] = time.time) -> Service:
    """Return one execution environment's service, which keeps its model and its connections between calls."""
    settings = Settings(environment)
    table = Table(DynamoDB(environment), settings.table, settings.retention_days)
    models, lake = make_store(environment), S3Reader(settings.lake_bucket, environment)
    memory = Memory(table, Changes(table, clock), models, Tenants(settings.tenants), lake, clock)
    return Service(ROUTES, memory, facts=FACTS)


handler = lambda_handler(make_service)
