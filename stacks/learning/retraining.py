"""Retraining: a state machine that does a run step by step, and tells what came of it."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from stacks import findings
from stacks.config import StageSettings
from stacks.learning.batch import TrainingBatch
from stacks.mail import mail_to
from stacks.schedule import add_schedule
from stacks.stage_log import stage_log

# Each is a task of its own: one that fails is tried again alone, and none has to fit into another's time.
STEPS = ("prepare", "train", "evaluate", "gate", "promote")
# What reads all the reviews. Batch does these in one go; going live stays with the function.
ON_BATCH = STEPS[:-1]
# More than all steps can take, those of the function twice and Batch's job five times: who is to be told
# would hear nothing of the machine's own end.
TIMEOUT = {"lambda": cdk.Duration.hours(4), "batch": cdk.Duration.hours(36)}
RETRY_AFTER = cdk.Duration.seconds(20)
OUTCOME, ERROR = "$.outcome", "$.error"


class Retraining(Construct):
    """Compact → prepare → train → evaluate → gate → promote, or stop where a step says so; both are told.

    An execution's name is the run's; what each step found is under ``reports/runs/<name>/`` in the lake.

    Parameters
    ----------
    jobs : aws_cdk.aws_lambda.IFunction
        The jobs function.
    batch : TrainingBatch, optional
        Does the steps up to the gate instead.

    Attributes
    ----------
    machine : aws_cdk.aws_stepfunctions.StateMachine
        Start an execution to retrain now.
    news : aws_cdk.aws_sns.Topic
        Is told of every run that ended: promoted, stopped and why, or failed.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        jobs: lambda_.IFunction,
        batch: TrainingBatch | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._jobs = jobs
        self.news = sns.Topic(
            self, "News", display_name=f"Recall {settings.stage}: training", enforce_ssl=True
        )
        mail_to(self.news, settings.alarm_email)
        self.machine = sfn.StateMachine(
            self,
            "Machine",
            comment="Recall: retrains on the stored reviews",
            definition_body=sfn.DefinitionBody.from_chainable(self._definition(settings, batch)),
            timeout=TIMEOUT[settings.training_compute],
            tracing_enabled=settings.x_ray,
            logs=sfn.LogOptions(destination=stage_log(self, "Logs", settings), level=sfn.LogLevel.ALL),
        )
        if batch is not None:
            # Who stops a run means its job, too.
            jobs_of_batch = cdk.Stack.of(self).format_arn(service="batch", resource="job", resource_name="*")
            self.machine.add_to_role_policy(
                iam.PolicyStatement(actions=["batch:TerminateJob"], resources=[jobs_of_batch])
            )
        _accept_findings(self.machine, jobs, settings)
        if settings.retrain_every_days:
            self._schedule(settings.retrain_every_days)

    def _definition(self, settings: StageSettings, batch: TrainingBatch | None) -> sfn.IChainable:
        promoted, stopped, failed = self._ends()
        retention = ["--retention-days", str(settings.reviews_retention_days)]
        before: list[sfn.TaskStateBase] = [self._job("compact", ["compact", *retention])]
        if batch is not None:
            before.append(self._on_batch(batch))
        # The gate only reads what came of it when Batch has done it.
        asked = STEPS if batch is None else ("gate", "promote")
        steps = [self._job(step, ["retrain", "--run", "", "--steps", step]) for step in asked]
        for task in (*before, *steps):
            task.add_catch(failed, result_path=ERROR)
        chain: sfn.IChainable = promoted
        for step, task in reversed(list(zip(asked, steps, strict=True))):
            going = sfn.Choice(self, f"{step}: go on?")
            go = sfn.Condition.boolean_equals(f"{OUTCOME}.go", value=True)
            chain = task.next(going.when(go, chain).otherwise(stopped))
        for task in reversed(before):
            chain = task.next(chain)
        return chain

    def _job(self, name: str, command: Sequence[str]) -> tasks.LambdaInvoke:
        words = [word or sfn.JsonPath.execution_name for word in command]
        task = tasks.LambdaInvoke(
            self,
            name,
            lambda_function=self._jobs,
            payload=sfn.TaskInput.from_object({"command": sfn.JsonPath.array(*words)}),
            payload_response_only=True,
            result_path=OUTCOME,
        )
        task.add_retry(interval=RETRY_AFTER, max_attempts=1)
        return task

    def _on_batch(self, batch: TrainingBatch) -> tasks.BatchSubmitJob:
        return tasks.BatchSubmitJob(
            self,
            "train on Batch",
            job_name=sfn.JsonPath.execution_name,
            job_definition_arn=batch.definition.job_definition_arn,
            job_queue_arn=batch.queue.job_queue_arn,
            payload=sfn.TaskInput.from_object({"run": sfn.JsonPath.execution_name}),
            result_path=sfn.JsonPath.DISCARD,
        )

    def _ends(self) -> tuple[sfn.IChainable, sfn.IChainable, sfn.IChainable]:
        """Return how a run ends: promoted, stopped, failed."""
        promoted, stopped = self._tell("promoted", OUTCOME), self._tell("stopped", OUTCOME)
        failed = self._tell("failed", ERROR)
        failed.next(sfn.Fail(self, "Failed", error="StepFailed", cause="The step's own log line says why."))
        return promoted, stopped, failed

    def _tell(self, how: str, found: str) -> tasks.SnsPublish:
        return tasks.SnsPublish(
            self,
            f"tell: {how}",
            topic=self.news,
            subject=f"Recall: a training run {how}",
            message=sfn.TaskInput.from_object(
                {"run": sfn.JsonPath.execution_name, "how": how, "found": sfn.JsonPath.object_at(found)}
            ),
            result_path=sfn.JsonPath.DISCARD,
        )

    def _schedule(self, days: int) -> None:
        add_schedule(
            self,
            "Schedule",
            when=events.Schedule.rate(cdk.Duration.days(days)),
            target=targets.SfnStateMachine(self.machine),
            lost_event="A run that didn't start is made up for by the next one, which sees all reviews.",
        )


def _accept_findings(machine: sfn.StateMachine, jobs: lambda_.IFunction, settings: StageSettings) -> None:
    if not settings.x_ray:
        tracing = "The execution's own history has each step's input, output and time; x_ray adds the traces."
        rules = ("AwsSolutions-SF2", "Serverless-StepFunctionStateMachineXray")
        findings.accept(machine, dict.fromkeys(rules, tracing))
    role = {
        "*": "Delivery of a state machine's log is set up by actions that know no resource.",
        f"{findings.arn_of(jobs)}:*": "CDK lets it call the versions of the one function, too.",
    }
    if settings.training_compute == "batch":
        arn = "arn:<AWS::Partition>:batch:<AWS::Region>:<AWS::AccountId>"
        role |= {
            f"{arn}:job-definition/*": "CDK lets it submit any job definition, but to the one queue only.",
            f"{arn}:job/*": "A job has its id only when it runs; the permission is to end one, and no more.",
        }
    findings.accept(machine.role, {findings.wildcard(to): reason for to, reason in role.items()})
