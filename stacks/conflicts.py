"""Settings that are each within their range, and can't be had together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stacks.bundling import LAMBDA_RUNTIMES

if TYPE_CHECKING:
    from stacks.config import StageSettings

# AWS WAF counts no fewer.
WAF_MINIMUM = 10


def conflicts(settings: StageSettings) -> Iterator[tuple[str, str]]:
    """Yield what AWS would refuse in the middle of a deployment: a setting, and what is wrong with it."""
    if settings.snap_start:
        yield from _of_snap_start(settings)
    minimum, maximum = settings.provisioned_concurrency, settings.provisioned_concurrency_max
    if maximum < minimum:
        yield "provisioned_concurrency_max", f"must be at least provisioned_concurrency ({minimum})"
    if maximum and not minimum:
        yield "provisioned_concurrency_max", "must be 0 while provisioned_concurrency is 0"
    if 0 < settings.reserved_concurrency < maximum:
        yield "reserved_concurrency", f"must be 0 or at least provisioned_concurrency_max ({maximum})"
    if 0 < settings.waf_requests_per_5_minutes < WAF_MINIMUM:
        yield (
            "waf_requests_per_5_minutes",
            f"must be 0 or at least {WAF_MINIMUM}, which is what WAF can count",
        )
    if settings.retrain_every_days and not settings.reviews_retention_days:
        yield "retrain_every_days", "needs reviews to train on; set reviews_retention_days, or set it to 0"
    if settings.automl_seconds and settings.training_compute != "batch":
        yield "automl_seconds", "needs training_compute batch: the jobs function has no AutoML"
    if settings.training_compute == "batch" and not settings.reviews_retention_days:
        yield "training_compute", "batch needs reviews to train on; set reviews_retention_days, or use lambda"
    if settings.monthly_budget_usd and not settings.alarm_email:
        yield "monthly_budget_usd", "needs an alarm_email to mail to; set one, or set the budget to 0"


def _of_snap_start(settings: StageSettings) -> Iterator[tuple[str, str]]:
    able = [name for name, runtime in LAMBDA_RUNTIMES.items() if runtime.supports_snap_start]
    if settings.runtime not in able:
        yield "snap_start", f"needs the runtime {', '.join(able)}, not {settings.runtime}"
    if settings.packaging == "image":
        yield "snap_start", "needs packaging zip: Lambda takes no snapshot of an image"
    if settings.provisioned_concurrency:
        yield "snap_start", "excludes provisioned_concurrency: set one of them to false or 0"
