"""The nightly calibration on Spark, where the table of reviews is too large for a function."""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks.config import StageSettings
from stacks.learning.lake_jobs import AFTER_EXPIRY
from stacks.learning.machine_findings import accept_machine_findings
from stacks.learning.spark import SparkJobs
from stacks.schedule import add_schedule
from stacks.stage_log import stage_log

TIMEOUT = cdk.Duration.hours(3)  # longer than its one state's


class SparkCalibration(Construct):
    """A state machine of one state, which a rule starts every night: its end is known, and watched.

    Attributes
    ----------
    machine : aws_cdk.aws_stepfunctions.StateMachine
    rule : aws_cdk.aws_events.Rule
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: StageSettings, spark: SparkJobs
    ) -> None:
        super().__init__(scope, construct_id)
        state = spark.state("calibrate on Spark", ["--calibrate"], scope=self)
        self.machine = sfn.StateMachine(
            self,
            "Machine",
            comment="Recall: calibrates the live model on the stored reviews",
            definition_body=sfn.DefinitionBody.from_chainable(state),
            timeout=TIMEOUT,
            tracing_enabled=settings.x_ray,
            logs=sfn.LogOptions(destination=stage_log(self, "Logs", settings), level=sfn.LogLevel.ALL),
        )
        spark.allow_running(self.machine)
        accept_machine_findings(self.machine, settings)
        self.rule = add_schedule(
            self,
            "Calibrate",
            when=events.Schedule.cron(**AFTER_EXPIRY),
            target=targets.SfnStateMachine(self.machine),
            lost_event="An event that is lost is made up for by the next one: it calibrates all days.",
        )
