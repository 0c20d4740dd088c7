"""Preparation and calibration of what is too large for a function: Spark on EMR Serverless."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_emrserverless as emr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks import findings
from stacks.config import StageSettings
from stacks.data_lake import MODELS, QUALITY_REPORTS, REPORTS, RUNS, SAMPLES, DataLake
from stacks.learning.spark_code import SparkCode
from stacks.learning.spark_conf import spark_parameters
from stacks.learning.table import ReviewTable
from stacks.service_metrics import METRICS_NAMESPACE
from stacks.stage_log import stage_log

# Spark 3.5.6, Iceberg, and Python 3.11 beside 3.9:
# https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/release-version-7110.html
RELEASE = "emr-7.11.0"
ARCHITECTURES = {"x86_64": "X86_64", "arm64": "ARM64"}
# What all workers may have together, a bound on the bill: about 5 USD an hour (docs/cost.md).
MOST_CPUS, MOST_MEMORY, MOST_DISK = "64 vCPU", "256 GB", "2000 GB"
IDLE_MINUTES = 5
MOST_MINUTES = 120  # of a job
WAIT_MINUTES = 30  # until the application has started, and for the job's end to be seen
NAMED_BY_SPARK = "Spark names the files that it writes; the wildcard stays under the prefix."
SYNC_RULE = "StepFunctionsGetEventsForEMRServerlessJobRule"


class SparkJobs(Construct):
    """An application that is started by a job and stops after it, and the role that its jobs run as.

    Attributes
    ----------
    role : aws_cdk.aws_iam.Role
        It reads the table of reviews and models, and writes samples, and the reports of runs and of the
        calibration.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        lake: DataLake,
        table: ReviewTable,
    ) -> None:
        super().__init__(scope, construct_id)
        self._lake, self._table = lake, table
        self._environment = {"METRICS_NAMESPACE": METRICS_NAMESPACE, "STAGE": settings.stage}
        self._code = SparkCode(self, "Code", settings=settings)
        logs = stage_log(self, "Logs", settings)
        self._application = emr.CfnApplication(
            self,
            "Application",
            name=f"recall-{settings.stage}",
            release_label=RELEASE,
            type="SPARK",
            architecture=ARCHITECTURES[settings.architecture],
            auto_start_configuration=emr.CfnApplication.AutoStartConfigurationProperty(enabled=True),
            auto_stop_configuration=emr.CfnApplication.AutoStopConfigurationProperty(
                enabled=True, idle_timeout_minutes=IDLE_MINUTES
            ),
            maximum_capacity=emr.CfnApplication.MaximumAllowedResourcesProperty(
                cpu=MOST_CPUS, memory=MOST_MEMORY, disk=MOST_DISK
            ),
            monitoring_configuration=emr.CfnApplication.MonitoringConfigurationProperty(
                cloud_watch_logging_configuration=emr.CfnApplication.CloudWatchLoggingConfigurationProperty(
                    enabled=True, log_group_name=logs.log_group_name
                ),
                managed_persistence_monitoring_configuration=(
                    emr.CfnApplication.ManagedPersistenceMonitoringConfigurationProperty(enabled=False)
                ),
            ),
        )
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("emr-serverless.amazonaws.com"))
        self._allow()
        _allow_log(self.role, logs.log_group_arn)

    def _allow(self) -> None:
        for asset in (self._code.script, self._code.archive):
            self.role.add_to_policy(
                iam.PolicyStatement(
                    actions=["s3:GetObject"], resources=[asset.bucket.arn_for_objects(asset.s3_object_key)]
                )
            )
        self._table.allow_reading(self.role)
        read, written = (MODELS, REPORTS, SAMPLES), (SAMPLES, RUNS, QUALITY_REPORTS)
        self._lake.allow(self.role, ["s3:GetObject"], under=read, reason=NAMED_BY_SPARK)
        self._lake.allow(self.role, ["s3:PutObject"], under=written, reason=NAMED_BY_SPARK)
        # Spark writes into a folder of its own, and takes it away when all is in its place.
        self._lake.allow(self.role, ["s3:DeleteObject"], under=[SAMPLES], reason=NAMED_BY_SPARK)
        self._lake.allow_listing(self.role, under=read)

    def state(self, construct_id: str, arguments: Sequence[str], *, scope: Construct) -> sfn.CustomState:
        """Return a state that runs the script, and waits for its end.

        Parameters
        ----------
        construct_id : str
            The state's name.
        arguments : sequence of str
            The script's arguments beside the lake and the table.
        scope : constructs.Construct
            The construct that has the state machine.
        """
        where = ["--bucket", self._lake.bucket.bucket_name, "--table-bucket", self._table.bucket_arn]
        return sfn.CustomState(
            scope,
            construct_id,
            state_json={
                "Type": "Task",
                "Resource": f"arn:{cdk.Aws.PARTITION}:states:::emr-serverless:startJobRun.sync",
                "TimeoutSeconds": 60 * (MOST_MINUTES + WAIT_MINUTES),
                "Parameters": {
                    "ApplicationId": self._application.attr_application_id,
                    "ExecutionRoleArn": self.role.role_arn,
                    "ExecutionTimeoutMinutes": MOST_MINUTES,
                    "JobDriver": {
                        "SparkSubmit": {
                            "EntryPoint": self._code.script.s3_object_url,
                            "EntryPointArguments.$": sfn.JsonPath.array(*arguments, *where),
                            "SparkSubmitParameters": spark_parameters(
                                self._code.archive.s3_object_url, self._table.bucket_arn, self._environment
                            ),
                        }
                    },
                },
            },
        )

    def allow_running(self, machine: sfn.StateMachine) -> None:
        """Let a state machine run jobs, watch them and end them.

        https://docs.aws.amazon.com/step-functions/latest/dg/emr-serverless-iam.html
        """
        application = self._application.attr_arn
        jobs = f"{application}/jobruns/*"
        rule = cdk.Stack.of(self).format_arn(service="events", resource="rule", resource_name=SYNC_RULE)
        passing = {"StringEquals": {"iam:PassedToService": "emr-serverless.amazonaws.com"}}
        for statement in (
            iam.PolicyStatement(actions=["emr-serverless:StartJobRun"], resources=[application]),
            iam.PolicyStatement(
                actions=["emr-serverless:GetJobRun", "emr-serverless:CancelJobRun"], resources=[jobs]
            ),
            iam.PolicyStatement(actions=["iam:PassRole"], resources=[self.role.role_arn], conditions=passing),
            iam.PolicyStatement(
                actions=["events:PutTargets", "events:PutRule", "events:DescribeRule"], resources=[rule]
            ),
        ):
            machine.add_to_role_policy(statement)
        reason = "A job has its id only when it runs; the permission is to watch and end those of the one."
        arn = f"<{cdk.Stack.of(self).get_logical_id(self._application)}.Arn>/jobruns/*"
        findings.accept(machine.role, {findings.wildcard(arn): reason})


def _allow_log(role: iam.Role, log_arn: str) -> None:
    """Let a role write the log.

    https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/logging.html
    """
    role.add_to_policy(iam.PolicyStatement(actions=["logs:DescribeLogGroups"], resources=["*"]))
    role.add_to_policy(
        iam.PolicyStatement(
            actions=["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            resources=[log_arn],
        )
    )
    listing = "EMR looks for the log group by an action that knows no resource."
    findings.accept(role, {findings.wildcard("*"): listing})
