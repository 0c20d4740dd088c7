"""A stage and what it deploys, for bills."""

import json
from pathlib import Path

from stacks.config import read_settings
from tools.cost.deployed import Deployed

CONTEXT = json.loads((Path(__file__).parents[2] / "cdk.json").read_text(encoding="utf-8"))["context"]
FIXED = {
    "architecture": "x86_64",
    "memory_mb": 512,
    "log_retention_days": 90,
    "model_refresh_seconds": 60,
    "throttle_rate_per_second": 100,
    "quota_per_day": 1_000_000,
    "provisioned_concurrency": 0,
    "provisioned_concurrency_max": 0,
    "reserved_concurrency": 0,
    "snap_start": False,
    "x_ray": False,
}
DEPLOYED = Deployed(
    alarm_metrics=9,
    composite_alarms=1,
    dashboards=1,
    web_acls=1,
    waf_rules=1,
    metrics_of_a_method=0,
    keyless_rate=15.0,
    preflight_rate=12.0,
    access_log_format='{"request_id": "$context.requestId", "status": "$context.status"}',
    table_write_rate=0.0,
    table_read_rate=0.0,
    text_rate=0.0,
)


def settings(**changes):
    """Return the stage prod of cdk.json with what bills depend on fixed, and some of it changed."""
    block = CONTEXT["stages"]["prod"] | FIXED | changes
    return read_settings({"stage": "prod", "stages": {"prod": block}})
