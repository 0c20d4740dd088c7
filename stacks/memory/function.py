"""The memory function: stores reviews, and says which cards are due."""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.config import StageSettings
from stacks.data_lake import MODEL_FILES, MODELS, POINTER, QUALITY, DataLake
from stacks.function_package import FunctionPackage
from stacks.service_function import ONE_THREAD, ServiceFunction
from stacks.service_metrics import METRICS_NAMESPACE

LEAST_MEMORY_MB = 1024  # for the share of a CPU: a due list of 20,000 cards is computed anew each time
# A transaction needs those of the single writes and checks in it; no request reads the whole table.
TABLE_ACTIONS = [
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
]


class Memory(ServiceFunction):
    """The function behind ``/v1/learners/…``, ``POST /v1/reviews`` and ``GET /v1/quality``.

    Callers get its newest version at once, without an alias: its state is in the table, which every version
    reads, so an older commit that is deployed again is all of the way back.

    Parameters
    ----------
    table : aws_cdk.aws_dynamodb.Table
        Where it remembers.
    tenants : str
        JSON: the prefix of the learners' ids that an API key may reach, by the key's id. Keys that aren't
        named reach all.
    package : stacks.function_package.FunctionPackage
        The functions' code on the layers of those that serve models.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        lake: DataLake,
        table: dynamodb.Table,
        tenants: str,
        package: FunctionPackage,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            settings=settings,
            package=package,
            handler="memory.handler.handler",
            description="Recall: remembers learners, and says which cards are due",
            # A model that the inference function has the memory for is loaded here, too.
            memory_mb=max(LEAST_MEMORY_MB, settings.memory_mb),
            # Longer than its tries at DynamoDB and the lake, shorter than API Gateway's 29 seconds.
            timeout=cdk.Duration.seconds(28),
            disk_mb=settings.ephemeral_storage_mb,
            environment={
                "MEMORY_TABLE": table.table_name,
                "MEMORY_RETENTION_DAYS": str(settings.card_retention_days),
                "TENANTS": tenants,
                "MODEL_BUCKET": lake.bucket.bucket_name,
                "MODEL_REFRESH_SECONDS": str(settings.model_refresh_seconds),
                "METRICS_NAMESPACE": METRICS_NAMESPACE,
                "STAGE": settings.stage,
                **ONE_THREAD,
            },
            failures="API Gateway calls it and waits: the caller gets every failure, and sends the reviews "
            "again.",
            traced=settings.x_ray,
        )
        self.role.add_to_policy(iam.PolicyStatement(actions=TABLE_ACTIONS, resources=[table.table_arn]))
        any_version = "Reading any model is what the function is for; the wildcard stays under models/."
        lake.allow(self.role, ["s3:GetObject"], under=[MODELS], reason=any_version)
        lake.allow_asking_for(self.role, POINTER, MODEL_FILES)
        if settings.reviews_retention_days:
            lake.allow_reading_of(self.role, QUALITY)
