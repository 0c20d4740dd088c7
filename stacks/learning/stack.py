"""The learning loop's stack: the reviews that come back, and what runs on them."""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from layer_build.layers import JOBS, ML
from stacks.config import StageSettings
from stacks.data_lake import DataLake
from stacks.function_package import jobs_package, zip_package
from stacks.learning.batch import TrainingBatch
from stacks.learning.feed import FailedWork, Feed
from stacks.learning.intake import Intake
from stacks.learning.jobs import Jobs
from stacks.learning.retraining import Retraining
from stacks.learning.run_states import ON_BATCH
from stacks.learning.table import ReviewTable
from stacks.learning.training_api import TrainingApi
from stacks.ml_layer import LockedLayer, layer_target


class LearningStack(cdk.Stack):
    """The intake, the table that it fills, and the jobs; the feed, where a memory takes the intake's place.

    Parameters
    ----------
    learners : aws_cdk.aws_dynamodb.ITable or None
        The memory's table, where there is one.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stack_name: str,
        settings: StageSettings,
        lake: DataLake,
        learners: dynamodb.ITable | None,
    ) -> None:
        super().__init__(scope, construct_id, stack_name=stack_name, description="Recall: the learning loop")
        self.intake = Intake(
            self, "Intake", settings=settings, lake=lake, package=zip_package(settings, layers=[])
        )
        self.table = ReviewTable(self, "Table", settings=settings, lake=lake)
        failed = FailedWork(self, "FailedWork") if learners else None
        self.jobs = Jobs(
            self,
            "Jobs",
            settings=settings,
            lake=lake,
            package=jobs_package(settings, self._layers(settings)),
            failed=failed,
        )
        self.feed = None
        if learners and failed:
            self.feed = Feed(
                self,
                "Feed",
                settings=settings,
                lake=lake,
                table=learners,
                jobs=self.jobs.function,
                failed=failed,
                package=zip_package(settings, layers=[]),
            )
        batch = None
        if settings.training_compute == "batch":
            batch = TrainingBatch(self, "Batch", settings=settings, lake=lake, steps=ON_BATCH)
        self.retraining = Retraining(
            self, "Retraining", settings=settings, jobs=self.jobs.function, batch=batch
        )
        self.training_api = TrainingApi(
            self,
            "TrainingApi",
            settings=settings,
            lake=lake,
            machine=self.retraining.machine,
            package=zip_package(settings, layers=[]),
        )
        cdk.CfnOutput(
            self,
            "TrainingEndpoint",
            value=self.training_api.rest_api.url,
            description="Base URL of the training API: docs/training-api.md",
        )
        cdk.CfnOutput(self, "TrainingApiId", value=self.training_api.rest_api.rest_api_id)
        cdk.CfnOutput(
            self,
            "RetrainingMachine",
            value=self.retraining.machine.state_machine_arn,
            description="Start an execution to train on the stored reviews now",
        )
        cdk.CfnOutput(
            self,
            "JobsFunction",
            value=self.jobs.function.function_name,
            description="Runs a command on the lake: docs/runbook.md",
        )

    def _layers(self, settings: StageSettings) -> list[lambda_.ILayerVersion]:
        # Of its own, as in the inference stack: an exported layer version could never be replaced.
        use_docker = settings.bundling == "docker"
        return [
            LockedLayer(self, name, target=layer_target(settings, layer), use_docker=use_docker).version
            for name, layer in (("MlLayer", ML), ("JobsLayer", JOBS))
        ]
