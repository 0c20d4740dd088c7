"""The states of a training run: its steps, where it stops, and how it ends."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from stacks.config import StageSettings
from stacks.learning.batch import TrainingBatch

# Each is a task of its own: one that fails is tried again alone, and none has to fit into another's time.
STEPS = ("prepare", "train", "evaluate", "gate", "refit", "promote")
# What reads all the reviews. Batch does these in one go; going live stays with the function.
ON_BATCH = STEPS[:-1]
RETRY_AFTER = cdk.Duration.seconds(20)
OUTCOME, ERROR = "$.outcome", "$.error"


class RunStates:
    """Compact → the steps → promoted, or stopped where a step says so, or failed; each end is published.

    Parameters
    ----------
    scope : constructs.Construct
        The construct that has the state machine.
    settings : stacks.config.StageSettings
        The stage's settings.
    jobs : aws_cdk.aws_lambda.IFunction
        The jobs function.
    batch : stacks.learning.batch.TrainingBatch or None
        Does the steps before promotion instead of the jobs function.
    news : aws_cdk.aws_sns.ITopic
        The topic to which the end of each run is published.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        settings: StageSettings,
        jobs: lambda_.IFunction,
        batch: TrainingBatch | None,
        news: sns.ITopic,
    ) -> None:
        self._scope = scope
        self._retention = ["--retention-days", str(settings.reviews_retention_days)]
        self._jobs = jobs
        self._batch = batch
        self._news = news

    def definition(self) -> sfn.IChainable:
        """Return the run's first state, with all that follow."""
        promoted, stopped = self._publish("promoted", OUTCOME), self._publish("stopped", OUTCOME)
        before: list[sfn.TaskStateBase] = [self._job("compact", ["compact", *self._retention])]
        if self._batch is not None:
            before.append(self._on_batch(self._batch))
        # After Batch, gate and refit only read the result.
        names = STEPS if self._batch is None else ("gate", "refit", "promote")
        steps = [self._job(step, ["retrain", "--run", "", "--steps", step]) for step in names]
        failed = self._publish("failed", ERROR)
        cause = "The step's own log line says why."
        failed.next(sfn.Fail(self._scope, "Failed", error="StepFailed", cause=cause))
        for task in (*before, *steps):
            task.add_catch(failed, result_path=ERROR)
        chain: sfn.IChainable = promoted
        for step, task in reversed(list(zip(names, steps, strict=True))):
            going = sfn.Choice(self._scope, f"{step}: go on?")
            go = sfn.Condition.boolean_equals(f"{OUTCOME}.go", value=True)
            chain = task.next(going.when(go, chain).otherwise(stopped))
        for task in reversed(before):
            chain = task.next(chain)
        return chain

    def _job(self, name: str, command: Sequence[str]) -> tasks.LambdaInvoke:
        """Return a state that runs a command in the jobs function; an empty word becomes the run's name."""
        words = [word or sfn.JsonPath.execution_name for word in command]
        task = tasks.LambdaInvoke(
            self._scope,
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
            self._scope,
            "train on Batch",
            job_name=sfn.JsonPath.execution_name,
            job_definition_arn=batch.definition.job_definition_arn,
            job_queue_arn=batch.queue.job_queue_arn,
            payload=sfn.TaskInput.from_object({"run": sfn.JsonPath.execution_name}),
            result_path=sfn.JsonPath.DISCARD,
        )

    def _publish(self, how: str, found: str) -> tasks.SnsPublish:
        """Return a state that publishes how a run ended, and what the state's input has at a path."""
        return tasks.SnsPublish(
            self._scope,
            f"tell: {how}",
            topic=self._news,
            subject=f"Recall: a training run {how}",
            message=sfn.TaskInput.from_object(
                {"run": sfn.JsonPath.execution_name, "how": how, "found": sfn.JsonPath.object_at(found)}
            ),
            result_path=sfn.JsonPath.DISCARD,
        )
