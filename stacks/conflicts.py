"""Settings that are each within their range, and can't be had together."""

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import permutations
from typing import Any, NamedTuple

from layer_build.layers import ONNX
from layer_build.targets import RUNTIMES
from stacks import local_cloud
from stacks.bundling import LAMBDA_RUNTIMES

# https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based-high-level-settings.html
WAF_MINIMUM = 10
SNAP_START_RUNTIMES = [name for name, runtime in LAMBDA_RUNTIMES.items() if runtime.supports_snap_start]
# https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html, "Supported features and limitations"
SNAP_START_STORAGE_MB = 512


class Conflict(NamedTuple):
    """A rule over several settings that AWS would refuse to break, in the middle of a deployment.

    Attributes
    ----------
    settings : tuple of str
        The names of the settings; the first is the one to change.
    is_broken : callable
        Given the values of these settings in their order, whether they break the rule.
    problem : str
        What is wrong with the first setting, and the fix; may hold other settings' names in braces.
    """

    settings: tuple[str, ...]
    is_broken: Callable[..., bool]
    problem: str


CONFLICTS = (
    Conflict(
        ("snap_start", "runtime"),
        lambda snap_start, runtime: snap_start and runtime not in SNAP_START_RUNTIMES,
        f"needs the runtime {', '.join(SNAP_START_RUNTIMES)}, not {{runtime}}",
    ),
    Conflict(
        ("snap_start", "packaging"),
        lambda snap_start, packaging: snap_start and packaging == "image",
        "needs packaging zip: Lambda takes no snapshot of an image",
    ),
    Conflict(
        ("snap_start", "provisioned_concurrency"),
        lambda snap_start, provisioned: snap_start and provisioned > 0,
        "excludes provisioned_concurrency: set one of them to false or 0",
    ),
    Conflict(
        ("snap_start", "ephemeral_storage_mb"),
        lambda snap_start, storage: snap_start and storage > SNAP_START_STORAGE_MB,
        f"needs ephemeral_storage_mb {SNAP_START_STORAGE_MB}, not {{ephemeral_storage_mb}}: Lambda takes no "
        "snapshot of a larger /tmp",
    ),
    Conflict(
        ("onnx", "runtime"),
        lambda onnx, runtime: onnx and RUNTIMES[runtime].glibc < ONNX.glibc,
        "needs the runtime python3.12 or later: Amazon Linux 2 of {runtime} has glibc 2.26, onnxruntime "
        "needs 2.27; set runtime to python3.13",
    ),
    Conflict(
        ("provisioned_concurrency_max", "provisioned_concurrency"),
        lambda maximum, provisioned: maximum < provisioned,
        "must be at least provisioned_concurrency ({provisioned_concurrency})",
    ),
    Conflict(
        ("provisioned_concurrency_max", "provisioned_concurrency"),
        lambda maximum, provisioned: maximum > 0 and provisioned == 0,
        "must be 0 while provisioned_concurrency is 0",
    ),
    Conflict(
        ("reserved_concurrency", "provisioned_concurrency_max"),
        lambda reserved, maximum: 0 < reserved < maximum,
        "must be 0 or at least provisioned_concurrency_max ({provisioned_concurrency_max})",
    ),
    Conflict(
        ("waf_requests_per_5_minutes",),
        lambda limit: 0 < limit < WAF_MINIMUM,
        f"must be 0 or at least {WAF_MINIMUM}, which is what WAF can count",
    ),
    Conflict(
        ("tenants", "memory"),
        lambda tenants, memory: bool(tenants) and not memory,
        "need the memory, whose learners they share: set memory to true, or tenants to {{}}",
    ),
    Conflict(
        ("tenants",),
        lambda tenants: any(one.startswith(other) for one, other in permutations(tenants.values(), 2)),
        "must have no two beginnings of ids of which one begins with the other",
    ),
    Conflict(
        ("retrain_every_days", "reviews_retention_days"),
        lambda days, retention: days > 0 and retention == 0,
        "needs reviews to train on; set reviews_retention_days, or set it to 0",
    ),
    Conflict(
        ("training_compute", "reviews_retention_days"),
        lambda compute, retention: compute != "lambda" and retention == 0,
        "{training_compute} needs reviews to train on; set reviews_retention_days, or use lambda",
    ),
    Conflict(
        ("automl_seconds", "training_compute"),
        lambda seconds, compute: seconds > 0 and compute != "batch",
        "needs training_compute batch: no function has AutoML",
    ),
    Conflict(
        ("monthly_budget_usd", "alarm_email"),
        lambda budget, email: budget > 0 and not email,
        "needs an alarm_email to mail to; set one, or set the budget to 0",
    ),
)


def find_conflicts(stage: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each setting that is at odds with another, and what is wrong with it.

    Parameters
    ----------
    stage : str
        The stage's name.
    values : mapping
        The settings whose own values are right; rules over others are not looked at.
    """
    for conflict in CONFLICTS:
        if values.keys() >= set(conflict.settings) and conflict.is_broken(
            *(values[name] for name in conflict.settings)
        ):
            yield conflict.settings[0], conflict.problem.format_map(values)
    if stage == local_cloud.STAGE:
        for name, only in local_cloud.ONLY_VALUES.items():
            if values.get(name, only) != only:
                yield name, f"must be {json.dumps(only)} in the stage local, whose cloud has nothing else"
