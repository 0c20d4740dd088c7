"""The intake function: stores reviews that callers send, and reports how right the predictions were."""

import aws_cdk as cdk
from constructs import Construct

from stacks.config import StageSettings
from stacks.data_lake import INBOX, QUALITY, DataLake
from stacks.function_package import FunctionPackage
from stacks.service_function import ServiceFunction


class Intake(ServiceFunction):
    """The function behind ``POST /v1/reviews`` and ``GET /v1/quality``.

    It writes into the inbox without seeing what is there, and reads the newest report on the live model.

    Parameters
    ----------
    package : stacks.function_package.FunctionPackage
        The functions' code; it needs no layer.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        lake: DataLake,
        package: FunctionPackage,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            settings=settings,
            package=package,
            handler="intake.handler.handler",
            description="Recall: stores reviews that callers send, and tells how good the model was",
            memory_mb=512,  # boto3 comes faster with more than the least
            # Longer than its two tries at S3, shorter than API Gateway's 29 seconds.
            timeout=cdk.Duration.seconds(15),
            environment={"LAKE_BUCKET": lake.bucket.bucket_name},
            failures="API Gateway calls it and waits: the caller gets every failure, and sends the reviews "
            "again.",
            traced=settings.x_ray,
        )
        reason = "An object's name is made of what is in it; the wildcard stays under the inbox."
        lake.allow(self.role, ["s3:PutObject"], under=[INBOX], reason=reason)
        lake.allow_reading_of(self.role, QUALITY)
