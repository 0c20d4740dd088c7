"""The states of a training job on AWS Batch: on Spot, and on demand where Spot has no machine for it.

A queue's compute environments are tried in their order: Batch goes on to the next one if the first is invalid
or "can't provide a suitable compute resource" [1]_. Whether missing capacity of Fargate Spot counts as that
isn't documented: a job may wait as ``RUNNABLE`` for as long as there is none. And a queue's own limit of such
a wait is documented for instances of EC2 only [2]_. So the state machine looks itself whether the job runs.

.. [1] https://docs.aws.amazon.com/batch/latest/userguide/compute_environments.html
.. [2] https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable_capacity.html
"""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_batch as batch_
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from stacks import findings
from stacks.learning.batch import ATTEMPTS, TIMEOUT, TrainingBatch
from stacks.service_metrics import METRICS_NAMESPACE

# To start takes a minute or two, most of it for the image.
PATIENCE_ON_SPOT, PATIENCE_ON_DEMAND = cdk.Duration.minutes(15), cdk.Duration.minutes(30)
# All attempts of a job, and an hour in which it waits; so Batch ends a job before its state gives up.
JOB_TIMEOUT = cdk.Duration.hours(TIMEOUT.to_hours() * ATTEMPTS + 1)
# https://docs.aws.amazon.com/batch/latest/userguide/job_states.html
WAITING, RUNNING = ("SUBMITTED", "PENDING", "RUNNABLE", "STARTING"), "RUNNING"
NO_CAPACITY = "NoCapacity"
# https://repost.aws/knowledge-center/fargate-spot-termination-notice
LOST_MACHINE = "*Your Spot Task was interrupted*"
TRAINING_QUEUED = "TrainingQueued"
SYNC_RULE = "StepFunctionsGetEventsForBatchJobsRule"
ERROR = "$.error"
AUTOML = "$.automl_seconds"  # in the execution's input where whoever started the run said so


class BatchStates:
    """Train on Spot; on demand if the job doesn't get a machine there, or loses it in its last attempt.

    Parameters
    ----------
    scope : constructs.Construct
        The construct that has the state machine.
    batch : stacks.learning.batch.TrainingBatch
        The queues and the job's definition.
    stage : str
        The stage's name, the dimension of the metric `TRAINING_QUEUED`.
    automl_seconds : int
        How long a run searches by AutoML if its input doesn't say.
    """

    def __init__(self, scope: Construct, *, batch: TrainingBatch, stage: str, automl_seconds: int) -> None:
        self._scope = scope
        self._batch = batch
        self._stage = stage
        self._automl_seconds = automl_seconds

    def state(self, construct_id: str) -> sfn.Parallel:
        """Return a state that ends when the job has done its work, and fails if it failed."""
        job = self._job("on Spot", self._batch.queue)
        job.add_catch(self._after_failure(), errors=["States.TaskFailed"], result_path=ERROR)
        none = self._fail("no machine on Spot", "Spot had no machine for the job.")
        on_spot = self._watched("on Spot", job, self._batch.queue, PATIENCE_ON_SPOT, none)
        queue = self._batch.on_demand_queue
        on_demand = self._watched(
            "on demand", self._job("on demand", queue), queue, PATIENCE_ON_DEMAND, self._count_waiting()
        )
        # A Parallel state fails with the error of the Fail state in its branch.
        on_spot.add_catch(on_demand, errors=[NO_CAPACITY], result_path=sfn.JsonPath.DISCARD)
        whole = sfn.Parallel(self._scope, construct_id, result_path=sfn.JsonPath.DISCARD)
        said = sfn.Choice(self._scope, "does it say how long to search?")
        default = sfn.Result.from_number(self._automl_seconds)
        as_set = sfn.Pass(self._scope, "as the stage is set", result=default, result_path=AUTOML)
        return whole.branch(
            said.when(sfn.Condition.is_present(AUTOML), on_spot).otherwise(as_set.next(on_spot))
        )

    def allow_running(self, machine: sfn.StateMachine) -> None:
        """Let a state machine run the job, watch it, end it, and count that it waits.

        https://docs.aws.amazon.com/step-functions/latest/dg/connect-batch.html
        """
        stack = cdk.Stack.of(self._scope)
        queues = [queue.job_queue_arn for queue in (self._batch.queue, self._batch.on_demand_queue)]
        any_job = stack.format_arn(service="batch", resource="job", resource_name="*")
        rule = stack.format_arn(service="events", resource="rule", resource_name=SYNC_RULE)
        own = {"StringEquals": {"cloudwatch:namespace": METRICS_NAMESPACE}}
        for statement in (
            iam.PolicyStatement(
                actions=["batch:SubmitJob"],
                resources=[self._batch.definition.job_definition_arn, *queues],
            ),
            iam.PolicyStatement(actions=["batch:TerminateJob"], resources=[any_job]),
            iam.PolicyStatement(actions=["batch:DescribeJobs"], resources=["*"]),
            iam.PolicyStatement(
                actions=["events:PutTargets", "events:PutRule", "events:DescribeRule"], resources=[rule]
            ),
            iam.PolicyStatement(actions=["cloudwatch:PutMetricData"], resources=["*"], conditions=own),
        ):
            machine.add_to_role_policy(statement)
        unnamed = "A job has its id only when it runs; the permission is to end one, and no more."
        arn = "arn:<AWS::Partition>:batch:<AWS::Region>:<AWS::AccountId>:job/*"
        findings.accept(machine.role, {findings.wildcard(arn): unnamed})

    def _watched(
        self,
        where: str,
        job: sfn.CustomState,
        queue: batch_.IJobQueue,
        patience: cdk.Duration,
        waiting: sfn.Fail | sfn.CustomState,
    ) -> sfn.Parallel:
        """Return a state that runs the job in a queue, and looks again and again whether it waits there.

        When the other branch fails, Step Functions tries to end the job, and may not manage to:
        https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-sync
        """
        wait = sfn.Wait(self._scope, f"{where}: wait", time=sfn.WaitTime.duration(patience))
        look = self._look(where, queue)
        waits = sfn.Condition.or_(*(_has(status) for status in WAITING))
        ended = sfn.Succeed(self._scope, f"{where}: ended")
        choice = sfn.Choice(self._scope, f"{where}: is it running?")
        wait.next(look).next(choice.when(_has(RUNNING), wait).when(waits, waiting).otherwise(ended))
        if isinstance(waiting, sfn.CustomState):
            waiting.next(wait)
        return sfn.Parallel(self._scope, where, result_path=sfn.JsonPath.DISCARD).branch(job, wait)

    def _job(self, where: str, queue: batch_.IJobQueue) -> sfn.CustomState:
        """Return a state that runs the job; CDK's own would take its time limit for that of each attempt."""
        return sfn.CustomState(
            self._scope,
            f"job {where}",
            state_json={
                "Type": "Task",
                "Resource": f"arn:{cdk.Aws.PARTITION}:states:::batch:submitJob.sync",
                "TimeoutSeconds": JOB_TIMEOUT.to_seconds(),
                "Parameters": {
                    "JobName.$": sfn.JsonPath.execution_name,
                    "JobDefinition": self._batch.definition.job_definition_arn,
                    "JobQueue": queue.job_queue_arn,
                    "Parameters": {
                        "run.$": sfn.JsonPath.execution_name,
                        "automl_seconds.$": f"States.Format('{{}}', {AUTOML})",  # Batch takes text only
                    },
                },
            },
        )

    def _look(self, where: str, queue: batch_.IJobQueue) -> tasks.CallAwsService:
        """Return a state that tells for each status whether a job of the run has it.

        A list without the job is no error here: a path into it would be one that no state can catch.
        """
        found = sfn.JsonPath.list_at("$.JobSummaryList[*].Status")
        look = tasks.CallAwsService(
            self._scope,
            f"{where}: look",
            service="batch",
            action="listJobs",
            parameters={
                "JobQueue": queue.job_queue_arn,
                "Filters": [{"Name": "JOB_NAME", "Values": sfn.JsonPath.array(sfn.JsonPath.execution_name)}],
            },
            iam_action="batch:ListJobs",
            iam_resources=["*"],
            result_selector={
                status: sfn.JsonPath.array_contains(found, status) for status in (*WAITING, RUNNING)
            },
            result_path="$.job",
        )
        look.add_retry(interval=cdk.Duration.seconds(5), max_attempts=6, backoff_rate=2)
        return look

    def _count_waiting(self) -> sfn.CustomState:
        metric: dict[str, Any] = {
            "MetricName": TRAINING_QUEUED,
            "Value": 1,
            "Unit": "Count",
            "Dimensions": [{"Name": "Stage", "Value": self._stage}],
        }
        return sfn.CustomState(
            self._scope,
            "count the wait",
            state_json={
                "Type": "Task",
                "Resource": f"arn:{cdk.Aws.PARTITION}:states:::aws-sdk:cloudwatch:putMetricData",
                "Parameters": {"Namespace": METRICS_NAMESPACE, "MetricData": [metric]},
                "ResultPath": sfn.JsonPath.DISCARD,
            },
        )

    def _after_failure(self) -> sfn.Choice:
        """Return a choice: a job that failed by itself would fail again, one that lost its machine won't."""
        lost = sfn.Condition.string_matches(f"{ERROR}.Cause", LOST_MACHINE)
        failed = sfn.Fail(self._scope, "the job failed", error="JobFailed", cause_path=f"{ERROR}.Cause")
        taken = self._fail("Spot took the machine", "Spot took the job's machine in its last attempt.")
        return sfn.Choice(self._scope, "did it lose its machine?").when(lost, taken).otherwise(failed)

    def _fail(self, construct_id: str, cause: str) -> sfn.Fail:
        return sfn.Fail(self._scope, construct_id, error=NO_CAPACITY, cause=cause)


def _has(status: str) -> sfn.Condition:
    return sfn.Condition.boolean_equals(f"$.job.{status}", value=True)
