"""Checks of what earlier deployments of a stage left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from tools.doctor.cloud import Cloud, code_of, pages
from tools.doctor.finding import Finding, cannot_tell, ok, will_fail, worst
from tools.tune.leftovers import find_leftovers

if TYPE_CHECKING:
    from tools.doctor.stage import Stage  # starts Node, which may be missing

# The CDK's CLI deletes a stack whose creation failed, and creates it again: `isCreationFailure` in
# `deployStack`, 2.1148.1.
NEVER_CREATED = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED"}
# It asks for a rollback first: `isRollbackable`, as above.
PAUSED = {"CREATE_FAILED", "UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED"}
# The stacks that some settings leave out; and the one that the studio took the place of.
OPTIONAL = ("learning", "memory", "text", "studio", "console")


def check_stacks(cloud: Cloud, stage: Stage) -> Finding:
    """Check that no stack is in a state from which it can't be deployed."""
    states = {name: cloud.stack_status(name) for name in stage.templates}
    there = [name for name, status in states.items() if status]
    problems = [found for name, status in states.items() if status and (found := _stuck(name, status))]
    left_out = [name for part in OPTIONAL if (name := stage.stack_name(part)) not in states]
    problems += [
        cannot_tell(
            f"the settings leave out {name}, which is deployed: it goes on as it is, and no alarm watches it",
            "delete the stack, or leave it for as long as it may come back: docs/stages.md",
        )
        for name in left_out
        if cloud.stack_status(name)
    ]
    if problems:
        return worst(problems)
    if not there:
        return ok("none is there: the stage is deployed for the first time")
    return ok(f"{len(there)} of {len(states)} are there, and can be updated")


def _stuck(name: str, status: str) -> Finding | None:
    """Return why a stack can't be deployed, or None if it can."""
    events = f"`aws cloudformation describe-stack-events --stack-name {name}`"
    if status in NEVER_CREATED:
        return cannot_tell(
            f"the creation of {name} failed ({status}): `cdk deploy` deletes it and tries again",
            f"why it failed: {events}",
        )
    if status in PAUSED:
        command = "continue-update-rollback" if status == "UPDATE_ROLLBACK_FAILED" else "rollback-stack"
        return will_fail(
            f"{name} is in {status}",
            f"`aws cloudformation {command} --stack-name {name}` (docs/runbook.md); why it failed: {events}",
        )
    if status == "DELETE_FAILED":
        return will_fail(
            f"the deletion of {name} failed",
            f"`aws cloudformation delete-stack --stack-name {name}`; why it failed: {events}",
        )
    if status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS":
        return will_fail(f"{name} is in {status}", "wait until it is over, and run again")
    return None


def check_kept(cloud: Cloud, stage: Stage) -> Finding:
    """Check the lake that the stage takes over, and look for data that an earlier deployment left."""
    adopted = stage.settings.lake_bucket
    if adopted and (problem := _adoption_problem(cloud, adopted)):
        return problem
    kept = []
    lake, memory = stage.stack_name("data-lake"), stage.stack_name("memory")
    if not adopted and cloud.stack_status(lake) is None:
        found = pages(cloud.client("s3"), "list_buckets", "Buckets", Prefix=f"{lake}-")
        kept += [f"bucket {each['Name']}" for each in found]
    if stage.resources("AWS::DynamoDB::Table") and cloud.stack_status(memory) is None:
        tables = pages(cloud.client("dynamodb"), "list_tables", "TableNames")
        kept += [f"table {name}" for name in tables if name.startswith(f"{memory}-")]
    if kept:
        return cannot_tell(
            f"an earlier deployment left {', '.join(kept)}: this one makes new, empty ones",
            "to go on with a bucket set lake_bucket to its name, with a table see docs/teardown.md",
        )
    return ok(f"{adopted} is there" if adopted else "none of an earlier deployment")


def check_tuning_copies(cloud: Cloud, _stage: Stage) -> Finding:
    """Look for copies of functions that a run of `recall tune` left when it was killed."""
    names = [each.name for each in find_leftovers(cloud.client("lambda")) if each.over]
    if names:
        return cannot_tell(
            f"`recall tune` was killed before it deleted {', '.join(names)}: copies, which cost nothing",
            "the next `recall tune` deletes them, or `aws lambda delete-function --function-name <name>`",
        )
    return ok("none left")


def _adoption_problem(cloud: Cloud, bucket: str) -> Finding | None:
    try:
        found = cloud.client("s3").head_bucket(Bucket=bucket, ExpectedBucketOwner=cloud.account)
    except ClientError as error:
        if code_of(error) == "404":
            return will_fail(f"there is no bucket {bucket}", "mend lake_bucket, or leave it empty")
        if code_of(error) == "403":
            return cannot_tell(
                f"{bucket} is another account's, or the credentials may not look at it", "mend lake_bucket"
            )
        raise
    region = found.get("BucketRegion", cloud.region)
    if region != cloud.region:
        return will_fail(f"{bucket} is in {region}", f"deploy to {region}, or mend lake_bucket")
    return None
