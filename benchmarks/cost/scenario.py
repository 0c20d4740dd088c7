"""A month of one stage: how many requests there are, and what each of them needs."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aws_cdk as cdk

from app import build_app
from benchmarks.build import HERE
from benchmarks.errors import BenchmarkError
from stacks.config import ConfigError, settings_of
from tools.cost.bill import SECONDS, Usage
from tools.cost.deployed import Deployed, count
from tools.cost.duration import RUNTIME_MS, duration_ms

if TYPE_CHECKING:
    from benchmarks.cost.measured import CpuTimes, Sizes
    from stacks.config import StageSettings

CDK_JSON = HERE.parent / "cdk.json"


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """Requests of one kind through a month."""

    requests: float
    cards: int
    """The number of cards in each request."""
    settings: StageSettings
    deployed: Deployed
    times: CpuTimes
    sizes: Sizes
    warm_ms: float | None = None
    """Lambda's duration of a warm call; None: the handler's CPU time at the function's share of a CPU."""
    cold_ms: float | None = None
    """What a cold start adds; None: its CPU time at that share."""
    cold_share: float = 0.01
    """The share of the requests outside provisioned environments, from 0 to 1, that meet a cold start."""
    provisioned_share: float | None = None
    """The share of requests that run in provisioned environments; None: as many as keep these all busy."""

    def usage(self) -> Usage:
        """Return what the bill is made from."""
        memory = self.settings.memory_mb
        warm_ms = self.warm_ms or duration_ms(self.times.handler(self.cards), memory) + RUNTIME_MS
        share = self.provisioned_share
        if share is None:
            busy = self.requests * warm_ms / 1000 / SECONDS
            share = min(1.0, self.settings.provisioned_concurrency / busy)
        return Usage(
            requests=self.requests,
            duration_ms=warm_ms,
            init_ms=duration_ms(self.times.cold, memory) if self.cold_ms is None else self.cold_ms,
            cold_share=self.cold_share * (1 - share),
            response_bytes=self.sizes.response,
            lambda_log_bytes=self.sizes.own_log + self.sizes.lambda_log,
            access_log_bytes=self.sizes.access_log,
            metrics=self.sizes.metrics,
            provisioned_share=share,
        )


def read_stage(stage: str) -> tuple[StageSettings, Deployed]:
    """Synthesize a stage of cdk.json, without its assets, and count what is billed in its templates.

    Raises
    ------
    BenchmarkError
        If there is no such stage, or a setting of it is wrong.
    """
    context = json.loads(CDK_JSON.read_text(encoding="utf-8"))["context"]
    without_assets = {"stage": stage, "aws:cdk:bundling-stacks": []}
    with tempfile.TemporaryDirectory() as folder:
        app = cdk.App(context=context | without_assets, outdir=folder)
        try:
            settings = settings_of(app)
        except ConfigError as error:
            raise BenchmarkError(f"--stage: {error}") from error
        return settings, count(stack.template for stack in build_app(app).synth().stacks)
