"""The check of how many functions an account may run at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.doctor.cloud import Cloud
from tools.doctor.finding import Finding, ok, will_fail

if TYPE_CHECKING:
    from tools.doctor.stage import Stage  # starts Node, which may be missing

# Of the account's concurrency Lambda keeps 100 for functions without a reservation:
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
# Fresh accounts have 10 in all, "below its minimum value of [10]" is what they are told then:
# https://github.com/awslabs/fhir-works-on-aws-deployment/issues/691
UNRESERVED = 100
ORDINARY_CONCURRENCY = 1_000
MORE_CONCURRENCY = "request more of Lambda's Concurrent executions at Service Quotas"


def check_concurrency(cloud: Cloud, stage: Stage) -> Finding:
    """Check that Lambda can set aside what the settings reserve, and keep warm what they provision."""
    limits = cloud.client("lambda").get_account_settings()["AccountLimit"]
    total, unreserved = limits["ConcurrentExecutions"], limits["UnreservedConcurrentExecutions"]
    free = unreserved - min(UNRESERVED, total)
    wanted = _more_reserved(cloud, stage)
    warm = 0 if stage.settings.reserved_concurrency else stage.settings.provisioned_concurrency_max
    for what, number in (("reserve", wanted), ("keep warm", warm)):
        if number > free:
            return will_fail(
                f"the settings {what} {number} environments; {max(free, 0)} of the account's {total} may be",
                f"set reserved_concurrency and provisioned_concurrency lower, or to 0, or {MORE_CONCURRENCY}",
            )
    if total < ORDINARY_CONCURRENCY:
        return ok(
            f"the account runs {total} functions at once, as fresh ones do, and refuses calls above: "
            f"for more, {MORE_CONCURRENCY}"
        )
    return ok(f"the account runs {total} functions at once, {unreserved} of them unreserved")


def _more_reserved(cloud: Cloud, stage: Stage) -> int:
    """Return how much more than today's deployment the templates reserve."""
    more = 0
    for function in stage.resources("AWS::Lambda::Function"):
        reserved = function.properties.get("ReservedConcurrentExecutions", 0)
        if reserved:
            more += reserved - _reserved_today(cloud, function.stack, function.logical_id)
    return more


def _reserved_today(cloud: Cloud, stack: str, logical_id: str) -> int:
    for resource in cloud.stack_resources(stack):
        if resource.logical_id == logical_id:
            found = cloud.client("lambda").get_function_concurrency(FunctionName=resource.physical_id)
            return int(found.get("ReservedConcurrentExecutions", 0))
    return 0
