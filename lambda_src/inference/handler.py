"""The Lambda function's entry: the predictor's service, made of its settings."""

from __future__ import annotations

import bundle  # noqa: F401 - before the modules that it has
from http_kit.service import Service, lambda_handler
from http_kit.telemetry import Metrics
from inference.file_source import FileSource
from inference.model_store import ModelStore
from inference.routes import ROUTES
from inference.settings import Settings
from inference.telemetry import FACTS, METRICS, load_failure_reporter

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Mapping

    from inference.loaded_model import ModelSource


def make_service(environment: Mapping[str, str]) -> Service:
    """Return one execution environment's service, which keeps its model between calls."""
    settings = Settings(environment)
    metrics = Metrics(settings.metrics_namespace, settings.stage, METRICS)
    return Service(ROUTES, make_store(environment), metrics, FACTS)


def make_store(environment: Mapping[str, str]) -> ModelStore:
    """Return the store of the model that an environment serves; the memory's function has one too."""
    settings = Settings(environment)
    report = load_failure_reporter(settings.metrics_namespace, settings.stage)
    return ModelStore(_source(settings, environment), settings.refresh_seconds, report)


def _source(settings: Settings, environment: Mapping[str, str]) -> ModelSource:
    if settings.model_file:
        return FileSource(settings.model_file, settings.memory_mb)
    # http.client and OpenSSL take 20 ms, and a file needs neither.
    from inference.lake_source import LakeSource  # noqa: PLC0415
    from inference.s3 import S3Reader  # noqa: PLC0415

    return LakeSource(S3Reader(settings.model_bucket, environment), memory_mb=settings.memory_mb)


handler = lambda_handler(make_service)
