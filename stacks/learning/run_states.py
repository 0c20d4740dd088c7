"""The states of a training run: its steps, where it stops, and how it ends."""

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from stacks.config import StageSettings
from stacks.learning.batch_states import BatchStates
from stacks.learning.spark import SparkJobs

# Each is a task of its own: one that fails is tried again alone, and none has to fit into another's time.
STEPS = ("prepare", "train", "evaluate", "gate", "refit", "promote")
# What works on the sample that `prepare` takes. Batch does these in one go; going live stays with a function.
ON_BATCH = STEPS[1:-1]
READ_AFTER_BATCH = ("gate", "refit")  # those of them that may stop the run: their outcomes are read
ON_SPARK, BATCH = "prepare on Spark", "train on Batch"
RETRY_AFTER = cdk.Duration.seconds(20)
STEP_TIMEOUT = cdk.Duration.minutes(16)  # the functions' own is a minute less: what fails there says why
OUTCOME, ERROR = "$.outcome", "$.error"
Task = sfn.TaskStateBase | sfn.CustomState | sfn.Parallel


class RunStates:
    """The steps → promoted, or stopped where a step says so, or failed; each end is published.

    A run that `prepare` stops is stopped by the next step, which says why, and writes the run's report.

    Parameters
    ----------
    scope : constructs.Construct
        The construct that has the state machine.
    settings : stacks.config.StageSettings
        The stage's settings.
    prepare : aws_cdk.aws_lambda.IFunction
        The lake's jobs function, which takes the sample that a run trains on.
    train : aws_cdk.aws_lambda.IFunction
        The training jobs function, which does the other steps.
    batch : stacks.learning.batch_states.BatchStates or None
        Do the steps between `prepare` and promotion instead of the training jobs function.
    spark : stacks.learning.spark.SparkJobs or None
        Takes the sample instead of the lake's jobs function.
    news : aws_cdk.aws_sns.ITopic
        The topic to which the end of each run is published.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        settings: StageSettings,
        prepare: lambda_.IFunction,
        train: lambda_.IFunction,
        batch: BatchStates | None,
        spark: SparkJobs | None,
        news: sns.ITopic,
    ) -> None:
        self._scope = scope
        self._sample = ["--sample-reviews", str(settings.training_sample_reviews)]
        self._prepare = prepare
        self._train = train
        self._batch = batch
        self._spark = spark
        self._news = news

    def definition(self) -> sfn.IChainable:
        """Return the run's first state, with all that follow."""
        promoted, stopped = self._publish("promoted", OUTCOME), self._publish("stopped", OUTCOME)
        failed = self._publish("failed", ERROR)
        cause = "The step's own log line says why."
        failed.next(sfn.Fail(self._scope, "Failed", error="StepFailed", cause=cause))
        chain: sfn.IChainable = promoted
        for name, task in reversed(self._tasks().items()):
            task.add_catch(failed, result_path=ERROR)
            if name in STEPS[1:]:
                going = sfn.Choice(self._scope, f"{name}: go on?")
                go = sfn.Condition.boolean_equals(f"{OUTCOME}.go", value=True)
                chain = task.next(going.when(go, chain).otherwise(stopped))
            else:
                chain = task.next(chain)
        return chain

    def _tasks(self) -> dict[str, Task]:
        """Return the run's tasks in their order, by their states' names."""
        found: dict[str, Task] = {}
        if self._spark is not None:
            arguments = ["--run", sfn.JsonPath.execution_name, *self._sample]
            found[ON_SPARK] = self._spark.state(ON_SPARK, arguments, scope=self._scope)
        else:
            found[STEPS[0]] = self._step(STEPS[0], self._prepare, *self._sample)
        names: tuple[str, ...] = STEPS[1:]
        if self._batch is not None:
            found[BATCH] = self._batch.state(BATCH)
            names = (*READ_AFTER_BATCH, STEPS[-1])
        return found | {name: self._step(name, self._train) for name in names}

    def _step(self, name: str, function: lambda_.IFunction, *options: str) -> tasks.LambdaInvoke:
        """Return a state that does a step of the run in a jobs function."""
        words = ("retrain", "--run", sfn.JsonPath.execution_name, "--steps", name, *options)
        task = tasks.LambdaInvoke(
            self._scope,
            name,
            lambda_function=function,
            payload=sfn.TaskInput.from_object({"command": sfn.JsonPath.array(*words)}),
            payload_response_only=True,
            result_path=OUTCOME,
            task_timeout=sfn.Timeout.duration(STEP_TIMEOUT),
        )
        task.add_retry(interval=RETRY_AFTER, max_attempts=1)
        return task

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
