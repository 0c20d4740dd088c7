"""Rules that call something at certain times."""

from aws_cdk import aws_events as events
from constructs import Construct

from stacks import findings


def add_schedule(
    scope: Construct,
    construct_id: str,
    *,
    when: events.Schedule,
    target: events.IRuleTarget,
    lost_event: str,
) -> events.Rule:
    """Add a rule that calls a target at certain times.

    Parameters
    ----------
    when : aws_cdk.aws_events.Schedule
        The times, in UTC.
    target : aws_cdk.aws_events.IRuleTarget
        The target that is called.
    lost_event : str
        Why no event that couldn't be delivered is kept in a queue.
    """
    rule = events.Rule(scope, construct_id, schedule=when, targets=[target])
    findings.accept(rule, {"Serverless-EventBusDLQ": lost_event})
    return rule
