"""Retraining: a state machine that does a run step by step, and publishes its outcome."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks import findings
from stacks.config import StageSettings
from stacks.learning.batch import TrainingBatch
from stacks.learning.batch_states import BatchStates
from stacks.learning.machine_findings import accept_machine_findings
from stacks.learning.run_states import RunStates
from stacks.learning.spark import SparkJobs
from stacks.mail import mail_to
from stacks.schedule import add_schedule
from stacks.stage_log import stage_log

# More than the time limits of all states together, those of the functions twice: when the machine itself runs
# out of time, no state is left that publishes it.
TIMEOUT = {"lambda": cdk.Duration.hours(4), "batch": cdk.Duration.hours(36), "spark": cdk.Duration.hours(6)}


class Retraining(Construct):
    """Prepare → train → evaluate → gate → refit → promote, or stop where a step says so.

    An execution's name is the run's; what each step found is under ``reports/runs/<name>/`` in the lake.

    Parameters
    ----------
    prepare : aws_cdk.aws_lambda.IFunction
        The lake's jobs function, which takes the sample that a run trains on.
    train : aws_cdk.aws_lambda.IFunction
        The training jobs function, which does the other steps.
    batch : stacks.learning.batch.TrainingBatch or None
        Does the steps between `prepare` and promotion instead of the training jobs function.
    spark : stacks.learning.spark.SparkJobs or None
        Takes the sample instead of the lake's jobs function.

    Attributes
    ----------
    machine : aws_cdk.aws_stepfunctions.StateMachine
        Start an execution to retrain now.
    news : aws_cdk.aws_sns.Topic
        Gets a message for every run that ended: promoted, stopped and why, or failed.
    schedule : aws_cdk.aws_events.Rule or None
        Starts a run every `retrain_every_days`, where that is set.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        prepare: lambda_.IFunction,
        train: lambda_.IFunction,
        batch: TrainingBatch | None,
        spark: SparkJobs | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.news = sns.Topic(
            self, "News", display_name=f"Recall {settings.stage}: training", enforce_ssl=True
        )
        mail_to(self.news, settings.alarm_email)
        on_batch = None
        if batch is not None:
            on_batch = BatchStates(
                self, batch=batch, stage=settings.stage, automl_seconds=settings.automl_seconds
            )
        states = RunStates(
            self,
            settings=settings,
            prepare=prepare,
            train=train,
            batch=on_batch,
            spark=spark,
            news=self.news,
        )
        self.machine = sfn.StateMachine(
            self,
            "Machine",
            comment="Recall: retrains on the stored reviews",
            definition_body=sfn.DefinitionBody.from_chainable(states.definition()),
            timeout=TIMEOUT[settings.training_compute],
            tracing_enabled=settings.x_ray,
            logs=sfn.LogOptions(destination=stage_log(self, "Logs", settings), level=sfn.LogLevel.ALL),
        )
        if on_batch is not None:
            on_batch.allow_running(self.machine)
        if spark is not None:
            spark.allow_running(self.machine)
        _accept_findings(self.machine, (prepare, train), settings)
        self.schedule = None
        if settings.retrain_every_days:
            self.schedule = add_schedule(
                self,
                "Schedule",
                when=events.Schedule.rate(cdk.Duration.days(settings.retrain_every_days)),
                target=targets.SfnStateMachine(self.machine),
                lost_event="A run that didn't start is made up for by the next one, which sees all reviews.",
            )


def _accept_findings(
    machine: sfn.StateMachine, functions: Sequence[lambda_.IFunction], settings: StageSettings
) -> None:
    accept_machine_findings(machine, settings)
    versions = "CDK lets it call the versions of its two functions, too."
    role = {f"{findings.arn_of(function)}:*": versions for function in functions}
    findings.accept(machine.role, {findings.wildcard(to): reason for to, reason in role.items()})
