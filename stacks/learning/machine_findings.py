"""cdk-nag's findings on the state machines."""

from aws_cdk import aws_stepfunctions as sfn

from stacks import findings
from stacks.config import StageSettings


def accept_machine_findings(machine: sfn.StateMachine, settings: StageSettings) -> None:
    """Accept what every state machine here has."""
    if not settings.x_ray:
        tracing = "The execution's own history has each step's input, output and time; x_ray adds the traces."
        rules = ("AwsSolutions-SF2", "Serverless-StepFunctionStateMachineXray")
        findings.accept(machine, dict.fromkeys(rules, tracing))
    unnamed = (
        "Delivery of a state machine's log is set up by actions that know no resource; so are Batch's jobs "
        "listed and described, and CloudWatch's metrics written (in the one namespace)."
    )
    findings.accept(machine.role, {findings.wildcard("*"): unnamed})
