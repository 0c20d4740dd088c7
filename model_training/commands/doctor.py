"""``recall doctor``."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from model_training.commands.options import command
from model_training.commands.output import Output
from model_training.commands.stages import StageError, choose_stage, cloud_of, read_context, stage_options

if TYPE_CHECKING:
    from tools.doctor.cloud import Cloud
    from tools.doctor.run import Check


@command
@stage_options
def doctor(stage: str | None, region: str | None, profile: str | None, endpoint_url: str | None) -> Output:
    """Look for what would make a deployment fail, on this machine and in the account; it changes nothing.

    The exit code is 1 if something will fail, and 0 if not.
    """
    from model_training.progress import Progress

    try:
        from tools.doctor.run import examine
    except ImportError as error:
        raise StageError(f"{error}: doctor runs in a checkout of the project, in its environment") from error

    context = read_context()
    stage = choose_stage(stage, context, elsewhere=bool(region or profile or endpoint_url))
    cloud = cloud_of(stage, region, profile, endpoint_url)
    with Progress(1) as progress, progress.step("looking at this machine and at the account"):
        checks = examine(cloud, context | {"stage": stage})
    return _output(stage, cloud, checks)


def _output(stage: str, cloud: Cloud, checks: list[Check]) -> Output:
    data = {
        "stage": stage,
        "region": cloud.region,
        "endpoint_url": cloud.endpoint_url,
        "checks": [{"check": each.name, **each.finding._asdict()} for each in checks],
    }
    counts = Counter(each.finding.verdict.value for each in checks)
    where = cloud.endpoint_url or f"AWS, {cloud.region}"
    summary = ", ".join(f"{counts[verdict]} {verdict}" for verdict in ("will fail", "can't tell", "ok"))
    lines = [_line(each) for each in checks]
    shown = [f"The stage {stage} in {where}", "\n".join(lines), summary]
    return Output(data, shown, exit_code=1 if counts["will fail"] else 0)


def _line(check: Check) -> str:
    verdict, why, fix = check.finding
    return f"{verdict:<10}  {check.name:<13}  {why}" + (f"; fix: {fix}" if fix else "")
