"""The learning loop's stack: the table of reviews, what fills it, and what runs on it."""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_logs as logs
from constructs import Construct

from layer_build.layers import JOBS, LAKE
from stacks.config import StageSettings
from stacks.data_lake import DataLake
from stacks.function_package import jobs_package, zip_package
from stacks.learning.batch import TrainingBatch
from stacks.learning.failed_work import FailedWork
from stacks.learning.jobs import TrainingJobs
from stacks.learning.lake_jobs import LakeJobs
from stacks.learning.loader import Loader
from stacks.learning.operations_api import OperationsApi
from stacks.learning.queries import Queries
from stacks.learning.retraining import Retraining
from stacks.learning.run_states import ON_BATCH
from stacks.learning.spark import SparkJobs
from stacks.learning.spark_calibration import SparkCalibration
from stacks.learning.studio_operator import StudioOperator
from stacks.learning.table import ReviewTable
from stacks.ml_layer import locked_layers, serving_layers


class LearningStack(cdk.Stack):
    """The table of reviews, the loader, the jobs, and retraining.

    Parameters
    ----------
    learners : aws_cdk.aws_dynamodb.ITable
        The memory's table.

    Attributes
    ----------
    loader : stacks.learning.loader.Loader
    lake_jobs : stacks.learning.lake_jobs.LakeJobs
    training_jobs : stacks.learning.jobs.TrainingJobs
    retraining : stacks.learning.retraining.Retraining
    calibration : stacks.learning.spark_calibration.SparkCalibration or None
        What calibrates instead of `lake_jobs`, where `training_compute` is ``spark``.
    operations_url : str
        The base URL of the owner's API.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stack_name: str,
        settings: StageSettings,
        lake: DataLake,
        learners: dynamodb.ITable,
    ) -> None:
        super().__init__(scope, construct_id, stack_name=stack_name, description="Recall: the learning loop")
        on_lake = locked_layers(self, settings, [LAKE])
        table = ReviewTable(self, "Table", settings=settings)
        failed = FailedWork(self, "FailedWork")
        Queries(self, "Queries", settings=settings, lake=lake)
        self.lake_jobs = LakeJobs(
            self,
            "LakeJobs",
            settings=settings,
            lake=lake,
            table=table,
            learners=learners,
            package=jobs_package(settings, on_lake),
            failed=failed,
        )
        self.training_jobs = TrainingJobs(
            self,
            "TrainingJobs",
            settings=settings,
            lake=lake,
            table=table,
            package=jobs_package(settings, locked_layers(self, settings, [*serving_layers(settings), JOBS])),
        )
        self.loader = Loader(
            self,
            "Loader",
            settings=settings,
            learners=learners,
            table=table,
            jobs=self.lake_jobs.function,
            failed=failed,
            package=zip_package(settings, on_lake),
        )
        batch = spark = None
        if settings.training_compute == "batch":
            batch = TrainingBatch(self, "Batch", settings=settings, lake=lake, steps=ON_BATCH)
        self.calibration = None
        if settings.training_compute == "spark":
            spark = SparkJobs(self, "Spark", settings=settings, lake=lake, table=table)
            self.calibration = SparkCalibration(self, "Calibration", settings=settings, spark=spark)
        self.retraining = Retraining(
            self,
            "Retraining",
            settings=settings,
            prepare=self.lake_jobs.function,
            train=self.training_jobs.function,
            batch=batch,
            spark=spark,
        )
        operations = OperationsApi(
            self,
            "OperationsApi",
            settings=settings,
            lake=lake,
            machine=self.retraining.machine,
            training_jobs=self.training_jobs.function,
            package=zip_package(settings, layers=[]),
        )
        self.operations_url = operations.rest_api.url
        operator = StudioOperator(self, "StudioOperator", api=operations.rest_api)
        self._put_out(table, operations, operator)

    @property
    def log_groups(self) -> dict[str, list[logs.ILogGroup]]:
        """The functions' logs, by the runbook's word for them."""
        return {
            "jobs'": [self.lake_jobs.log_group, self.training_jobs.log_group],
            "loader's": [self.loader.log_group],
        }

    def _put_out(self, table: ReviewTable, operations: OperationsApi, operator: StudioOperator) -> None:
        api = operations.rest_api
        for name, value, description in (
            ("TableBucketArn", table.bucket_arn, "Opens the table of reviews: docs/reviews.md"),
            ("OperationsEndpoint", api.url, "Base URL of the operations API: docs/operations-api.md"),
            ("OperationsApiId", api.rest_api_id, None),
            ("StudioOperatorRole", operator.role.role_arn, "Who `recall sign-in` signs in as"),
            (
                "RetrainingMachine",
                self.retraining.machine.state_machine_arn,
                "Start an execution to train on the stored reviews now",
            ),
            (
                "LakeJobsFunction",
                self.lake_jobs.function.function_name,
                "Runs a command on the table of reviews: docs/runbook.md",
            ),
            (
                "TrainingJobsFunction",
                self.training_jobs.function.function_name,
                "Runs a command on models and training runs: docs/runbook.md",
            ),
        ):
            cdk.CfnOutput(self, name, value=value, description=description)
