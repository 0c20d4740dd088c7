"""The settings of a stage: the only reader of the CDK context.

They stand in ``cdk.json`` under ``context.stages.<stage>``; ``-c stage=<stage>`` chooses one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from aws_cdk.aws_codedeploy import LambdaDeploymentConfig
from aws_cdk.aws_logs import RetentionDays

from layer_build.targets import ARCHITECTURES, RUNTIMES
from stacks.conflicts import conflicts

# CloudWatch accepts no other number of days.
LOG_RETENTION = {
    1: RetentionDays.ONE_DAY,
    3: RetentionDays.THREE_DAYS,
    5: RetentionDays.FIVE_DAYS,
    7: RetentionDays.ONE_WEEK,
    14: RetentionDays.TWO_WEEKS,
    30: RetentionDays.ONE_MONTH,
    60: RetentionDays.TWO_MONTHS,
    90: RetentionDays.THREE_MONTHS,
    180: RetentionDays.SIX_MONTHS,
    365: RetentionDays.ONE_YEAR,
    731: RetentionDays.TWO_YEARS,
    1827: RetentionDays.FIVE_YEARS,
    3653: RetentionDays.TEN_YEARS,
}

# How callers come to a new version; None: CloudFormation moves them all, and no alarm is asked.
RELEASES = {
    "unguarded": None,
    "all_at_once": LambdaDeploymentConfig.ALL_AT_ONCE,
    "canary_10_percent_5_minutes": LambdaDeploymentConfig.CANARY_10_PERCENT_5_MINUTES,
    "canary_10_percent_15_minutes": LambdaDeploymentConfig.CANARY_10_PERCENT_15_MINUTES,
    "linear_10_percent_every_1_minute": LambdaDeploymentConfig.LINEAR_10_PERCENT_EVERY_1_MINUTE,
}


class ConfigError(Exception):
    """A setting is missing, unknown, of the wrong type, out of its range or at odds with another.

    The message names it.
    """


def _between(minimum: float, maximum: float) -> Any:
    return field(metadata={"range": (minimum, maximum)})


def _one_of(*choices: object) -> Any:
    return field(metadata={"choices": choices})


def _matching(pattern: str, example: str) -> Any:
    return field(metadata={"pattern": pattern, "example": example})


@dataclass(frozen=True, kw_only=True)
class StageSettings:
    """Everything in which stages differ."""

    stage: str
    """The chosen stage's name: ``local``, ``dev``, ``prod`` or one that was added."""
    runtime: str = _one_of(*RUNTIMES)
    """Of the functions; it decides which versions the ML layer has."""
    architecture: str = _one_of(*ARCHITECTURES)
    """Of the functions and of the layer's machine code."""
    packaging: str = _one_of("zip", "image")
    """Code on the ML layer, or a container image that holds both and has no limit of 250 MB."""
    memory_mb: int = _between(128, 10_240)
    """Memory of the inference function; its CPU grows with it."""
    timeout_seconds: int = _between(1, 29)
    """Of the inference function; API Gateway waits 29 seconds at most."""
    log_retention_days: int = _one_of(*LOG_RETENTION)
    """Of the function's log and of the access log."""
    model_refresh_seconds: int = _between(1, 3_600)
    """How long a warm function serves a model before it looks for a newer one."""
    release: str = _one_of(*RELEASES)
    """How callers come to a new version; all ways but the first go back when an alarm goes off meanwhile."""
    snap_start: bool
    """Whether Lambda starts the function from a snapshot of its memory."""
    provisioned_concurrency: int = _between(0, 100_000)
    """Environments of the function that are always warm; 0 for none."""
    provisioned_concurrency_max: int = _between(0, 100_000)
    """How many of them there may be when the load rises."""
    reserved_concurrency: int = _between(0, 100_000)
    """Of the account's concurrency, what only the function may use, and no more; 0 for no such share.

    To Lambda itself a reserved concurrency of 0 means that nobody is answered: that is the kill switch, and
    no setting.
    """
    x_ray: bool
    """Whether API and function are traced."""
    bundling: str = _one_of("local", "docker")
    """Where the ML layer and the function's code are built: by this machine, or in Lambda's build image."""
    console_upload: str = _one_of("cdk", "make up")
    """Who puts the console's files into its bucket; what the CDK uses for it hangs in the local cloud."""
    throttle_rate_per_second: int = _between(1, 10_000)
    """Sustained requests a second: of each API key, and of the whole stage."""
    throttle_burst: int = _between(1, 5_000)
    """Requests at once beyond that rate."""
    quota_per_day: int = _between(1, 1_000_000_000)
    """Requests a day of each API key."""
    waf_requests_per_5_minutes: int = _between(0, 2_000_000_000)
    """Above that, an IP address is refused by a web ACL; 0 for no web ACL."""
    reviews_retention_days: int = _between(0, 36_500)
    """How long reviews that callers send are kept; 0: none are taken, and there is no learning loop."""
    retrain_every_days: int = _between(0, 365)
    """How often the model is trained again on the stored reviews; 0: only when a run is started by hand."""
    training_compute: str = _one_of("lambda", "batch")
    """Where a run trains: in the jobs function, or, when the reviews are too many, on AWS Batch."""
    automl_seconds: int = _between(0, 3_600)
    """How long a run on Batch searches for a second challenger with AutoML; 0: it doesn't."""
    alarm_email: str
    """Who is mailed when an alarm goes off; empty for nobody."""
    runbook_url: str = _matching(
        r"\S*[^\s/]", "a path or an URL without spaces and without / at its end, such as docs/runbook"
    )
    """Where the pages of ``docs/runbook`` are read; the alarms' descriptions name them below it."""
    saved_queries: bool
    """Whether the runbook's log queries are saved in CloudWatch Logs Insights; the local cloud can't."""
    alarm_p99_ms: int = _between(1, 29_000)
    """99th percentile of the function's duration over five minutes."""
    alarm_client_error_rate: float = _between(0, 1)
    """Share of 4xx answers over five minutes."""
    alarm_server_error_rate: float = _between(0, 1)
    """Share of 5xx answers over five minutes; over one minute while a new version is released."""
    monthly_budget_usd: int = _between(0, 1_000_000)
    """The account's bill at which `alarm_email` is mailed; 0 for no budget."""


def read_settings(context: Mapping[str, Any]) -> StageSettings:
    """Read the chosen stage's settings from the CDK context.

    Raises
    ------
    ConfigError
        With one line that names the setting and the fix.
    """
    stages = context.get("stages")
    if not isinstance(stages, dict):
        raise ConfigError("cdk.json: context.stages is missing; it must hold a block of settings per stage")
    stage = context.get("stage")
    if not isinstance(stage, str) or stage not in stages:
        raise ConfigError(f"-c stage={stage}: unknown stage; known are {', '.join(sorted(stages))}")
    where = f"cdk.json: context.stages.{stage}"
    values = stages[stage]
    if not isinstance(values, dict):
        raise ConfigError(f"{where} must be an object of settings")
    known = {f.name: f for f in fields(StageSettings) if f.name != "stage"}
    for name in values:
        if name not in known:
            raise ConfigError(f"{where}.{name} is unknown; known are {', '.join(known)}")
    for name, setting in known.items():
        if name not in values:
            raise ConfigError(f"{where}.{name} is missing")
        _check(f"{where}.{name}", values[name], setting.type, setting.metadata)
    settings = StageSettings(stage=stage, **values)
    for name, problem in conflicts(settings):
        raise ConfigError(f"{where}.{name} {problem}")
    return settings


def _check(name: str, value: object, wanted: object, rules: Mapping[str, Any]) -> None:
    accepted = (int, float) if wanted is float else wanted
    # bool is an int to Python, and never a number here.
    if isinstance(value, bool) is not (wanted is bool) or not isinstance(value, accepted):  # type: ignore[arg-type]  # a dataclass's own type
        raise ConfigError(f"{name} must be of type {getattr(wanted, '__name__', wanted)}, not {value!r}")
    if "range" in rules:
        minimum, maximum = rules["range"]
        if not minimum <= value <= maximum:
            raise ConfigError(f"{name} must be from {minimum} to {maximum}, not {value}")
    if "choices" in rules and value not in rules["choices"]:
        choices = ", ".join(str(choice) for choice in rules["choices"])
        raise ConfigError(f"{name} must be one of {choices}, not {value}")
    if "pattern" in rules and not re.fullmatch(rules["pattern"], str(value)):
        raise ConfigError(f"{name} must be {rules['example']}, not {value!r}")
