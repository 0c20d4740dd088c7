"""The settings of a stage: the only reader of the CDK context.

They are in ``cdk.json`` under ``context.stages.<stage>``; ``-c stage=<stage>`` chooses the stage. A setting
has a default if all shipped stages share its value. ``docs/settings.md`` lists them for owners.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

import aws_cdk as cdk
from aws_cdk.aws_codedeploy import LambdaDeploymentConfig
from aws_cdk.aws_logs import RetentionDays
from pydantic import BaseModel, Field, ValidationError

from layer_build.targets import ARCHITECTURES, RUNTIMES
from stacks import local_cloud
from stacks.conflicts import find_conflicts
from stacks.setting_values import OneOf, accepted_values

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

# How CodeDeploy moves callers to a new version; None: CloudFormation moves all at once, whatever alarms say.
RELEASES = {
    "unguarded": None,
    "all_at_once": LambdaDeploymentConfig.ALL_AT_ONCE,
    "canary_10_percent_5_minutes": LambdaDeploymentConfig.CANARY_10_PERCENT_5_MINUTES,
    "canary_10_percent_15_minutes": LambdaDeploymentConfig.CANARY_10_PERCENT_15_MINUTES,
    "linear_10_percent_every_1_minute": LambdaDeploymentConfig.LINEAR_10_PERCENT_EVERY_1_MINUTE,
}

# With their keys' ids they have to fit into a function's environment, 4 KB: so many, and so short.
MOST_TENANTS = 50
TenantName = Annotated[str, Field(pattern="^[a-z0-9-]{1,32}$")]
LearnerPrefix = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:@/-]{1,32}$")]


# Names that hold it may have 63 characters (a table bucket's) or 64 (CloudFront's), and no capital letters.
STAGE_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
# Settings that had another name in earlier releases.
RENAMED = {"console": "studio"}


class ConfigError(Exception):
    """Settings are missing, unknown, of a wrong type or value, or at odds with each other.

    The message has a line for each of them that names it and the fix.
    """


class StageSettings(BaseModel, frozen=True, strict=True):
    """Everything in which stages may differ."""

    stage: str
    """The chosen stage's name: ``local``, ``dev``, ``prod`` or one that was added."""
    runtime: Annotated[str, OneOf(RUNTIMES)] = "python3.11"
    """The functions' Python, by Lambda's name; it decides which versions the layers have."""
    architecture: Annotated[str, OneOf(ARCHITECTURES)] = "x86_64"
    """The processor that the functions run on, and the layers are built for."""
    packaging: Literal["zip", "image"] = "zip"
    """How code reaches Lambda: on top of the ML layer, or in a container image, which may exceed 250 MB."""
    memory_mb: int = Field(512, ge=128, le=10_240)
    """The inference function's memory, in MB; its share of a CPU grows with it."""
    timeout_seconds: int = Field(10, ge=1, le=29)
    """The seconds that the inference function has for an invocation; API Gateway waits 29 at most."""
    ephemeral_storage_mb: int = Field(512, ge=512, le=10_240)
    """The size of ``/tmp``, in MB, of the functions that serve models: a large model is streamed to there."""
    onnx: bool = False
    """Whether the functions have the ONNX layer, and so serve ONNX models."""
    log_retention_days: Annotated[int, OneOf(tuple(LOG_RETENTION))]
    """The days for which CloudWatch keeps the logs of the functions and of the API."""
    model_refresh_seconds: int = Field(ge=1, le=3_600)
    """The seconds for which a warm function serves a model before it looks for a newer one."""
    release: Annotated[str, OneOf(tuple(RELEASES))]
    """How callers are moved to a new version; but for ``unguarded``, an alarm meanwhile moves them back."""
    snap_start: bool = False
    """Whether Lambda starts the inference function from a snapshot of its memory."""
    provisioned_concurrency: int = Field(0, ge=0, le=100_000)
    """The least number of the inference function's environments that are kept warm; 0 for none."""
    provisioned_concurrency_max: int = Field(0, ge=0, le=100_000)
    """The largest number of warm environments, reached as the load rises."""
    reserved_concurrency: int = Field(0, ge=0, le=100_000)
    """The part of the account's concurrency for the inference function alone, and its limit; 0 for none.

    To Lambda itself a reserved concurrency of 0 stops the function: that is the runbook's kill switch, and
    can't be set here.
    """
    x_ray: bool = False
    """Whether X-Ray traces the API and the functions."""
    bundling: Literal["local", "docker"] = "local"
    """Where layers and code are built: on this machine, or in Lambda's build image."""
    throttle_rate_per_second: int = Field(ge=1, le=10_000)
    """Sustained requests per second of an API key, and of each method: a target, which AWS may exceed."""
    throttle_burst: int = Field(ge=1, le=5_000)
    """Requests that may arrive at once above that rate: a target, too."""
    quota_per_day: int = Field(ge=1, le=1_000_000_000)
    """Requests per day of an API key: a target, which AWS may exceed."""
    waf_requests_per_5_minutes: int = Field(ge=0, le=2_000_000_000)
    """Requests in 5 minutes above which a web ACL refuses an IP address; 0 for no web ACL."""
    lake_bucket: str = Field(
        "",
        pattern="^([a-z0-9][a-z0-9-]{1,61}[a-z0-9])?$",
        description="the name of a bucket (3 to 63 characters: a-z, 0-9, -), or empty",
    )
    """The data lake's bucket, kept by an earlier deployment; empty to make one."""
    reviews_retention_days: int = Field(ge=0, le=36_500)
    """The days that reviews from callers are kept; 0: none are accepted, and there is no learning loop."""
    api_gateway_role: Literal["own", "existing"] = "own"
    """Whose role API Gateway logs with, which an account has one of in a region: a new one, or its own."""
    studio: bool = True
    """Whether there is the studio: the page for learners, developers and the owner, served by CloudFront."""
    memory: bool = False
    """Whether the service remembers learners: their cards, reviews and states, in a table of its own."""
    memory_retention_days: int = Field(1_095, ge=1, le=36_500)
    """The days without a review after which a card, or a learner, is forgotten, where there is a memory."""
    tenants: dict[TenantName, LearnerPrefix] = Field(
        {},
        max_length=MOST_TENANTS,
        description=f"an object of at most {MOST_TENANTS} names (a-z, 0-9, -) and beginnings of learners' "
        "ids (letters, digits, . _ : @ / -), each of 1 to 32 characters",
    )
    """API keys that only reach learners whose ids begin so, by the tenants' names."""
    text: bool = False
    """Whether there is a function that embeds, compares and groups texts of cards."""
    retrain_every_days: int = Field(0, ge=0, le=365)
    """The days between two scheduled retrainings; 0: retrainings are only started by hand."""
    training_compute: Literal["lambda", "batch", "spark"] = "lambda"
    """What runs elsewhere than in functions: nothing, a retraining's fits (Batch), or queries (Spark)."""
    training_sample_reviews: int = Field(1_000_000, ge=10_000, le=10_000_000)
    """The most scored reviews that the history model is trained on; of more, a sample of learners."""
    automl_seconds: int = Field(0, ge=0, le=3_600)
    """The seconds that a retraining on Batch searches for a second challenger with AutoML; 0 for none."""
    alarm_email: str = Field("", pattern=r"^(\S+@\S+)?$", description="an email address, or empty")
    """Who is mailed when an alarm goes off; empty for nobody."""
    runbook_url: str = Field(
        "docs/runbook",
        pattern=r"^\S*[^\s/]$",
        description="a path or a URL without spaces and without / at its end",
    )
    """Where the pages of ``docs/runbook`` are read; each alarm's description names its page there."""
    alarm_p99_ms: int = Field(ge=1, le=29_000)
    """The 99th percentile of the inference function's duration over 5 minutes (ms) that raises an alarm."""
    alarm_client_error_rate: float = Field(ge=0, le=1)
    """The share of 4xx responses over 5 minutes that raises an alarm."""
    alarm_server_error_rate: float = Field(0.01, ge=0, le=1)
    """The share of 5xx responses over 5 minutes that raises an alarm; over 1 minute during a release."""
    monthly_budget_usd: int = Field(0, ge=0, le=1_000_000)
    """The account's bill of a month, in USD, at which `alarm_email` is mailed; 0 for no budget."""

    @property
    def card_retention_days(self) -> int:
        """The days without a review after which the table of learners forgets a card, or a learner."""
        return self.memory_retention_days if self.memory else self.reviews_retention_days

    @property
    def local_cloud(self) -> bool:
        """Whether it is the local cloud's stage: there the CDK can neither upload files nor save queries."""
        return self.stage == local_cloud.STAGE


SETTINGS = {name: field for name, field in StageSettings.model_fields.items() if name != "stage"}
DEFAULTS = {name: field.default for name, field in SETTINGS.items() if not field.is_required()}


def settings_of(app: cdk.App) -> StageSettings:
    """Return the settings of the stage that the app's context chooses.

    Raises
    ------
    ConfigError
        With a line for each setting that is wrong.
    """
    return read_settings({name: app.node.try_get_context(name) for name in ("stage", "stages")})


def read_settings(context: Mapping[str, Any]) -> StageSettings:
    """Read the chosen stage's settings from the CDK context.

    Parameters
    ----------
    context : mapping
        The context's ``stage``, a name, and ``stages``, each stage's settings by its name.

    Raises
    ------
    ConfigError
        With a line for each setting that is wrong.
    """
    stages = context.get("stages")
    if not isinstance(stages, dict):
        raise ConfigError("cdk.json: context.stages is missing; it must hold an object of settings per stage")
    stage = context.get("stage")
    if not isinstance(stage, str) or stage not in stages:
        raise ConfigError(f"-c stage={stage}: unknown stage; known are {', '.join(sorted(stages))}")
    where = f"cdk.json: context.stages.{stage}"
    if not STAGE_NAME.fullmatch(stage):
        raise ConfigError(
            f"{where} needs another name: 1 to 32 characters (a-z, 0-9, -) of which the first is a letter"
        )
    if not isinstance(stages[stage], dict):
        raise ConfigError(f"{where} must be an object of settings")
    problems = [f"{where}.{name} {problem}" for name, problem in _problems(stage, stages[stage])]
    if problems:
        raise ConfigError("\n".join(problems))
    return StageSettings(stage=stage, **stages[stage])


def _problems(stage: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each setting that is unknown, wrong or at odds with another, and what is wrong with it."""
    yield from ((name, f"is called {now} now: rename it") for name, now in RENAMED.items() if name in values)
    unknown = [name for name in values if name not in SETTINGS and name not in RENAMED]
    for name in unknown:
        yield name, f"is unknown; known are {', '.join(SETTINGS)}" if name == unknown[-1] else "is unknown"
    known = {name: value for name, value in values.items() if name in SETTINGS}
    wrong = _wrong_by_themselves(stage, known)
    yield from wrong.items()
    right = {name: value for name, value in (DEFAULTS | known).items() if name not in wrong}
    yield from find_conflicts(stage, right)


def _wrong_by_themselves(stage: str, values: Mapping[str, Any]) -> dict[str, str]:
    try:
        StageSettings(stage=stage, **values)
    except ValidationError as error:
        names = [str(found["loc"][0]) for found in error.errors()]
        return {name: _problem(name, values) for name in names}
    return {}


def _problem(name: str, values: Mapping[str, Any]) -> str:
    accepted = accepted_values(SETTINGS[name])
    if name in values:
        return f"must be {accepted}, not {json.dumps(values[name])}"
    return f"is missing; set it to {accepted}"
