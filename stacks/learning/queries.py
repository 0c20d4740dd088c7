"""Athena's workgroup for queries on the table of reviews."""

from aws_cdk import aws_athena as athena
from constructs import Construct

from stacks.config import StageSettings
from stacks.data_lake import QUERY_RESULTS, DataLake

# A query without a condition on the day reads everything: such a mistake ends here.
MOST_BYTES_A_QUERY = 100 * 1024**3


class Queries(Construct):
    """The workgroup ``recall-<stage>``: encrypted results, and a bound on what a query reads."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: StageSettings, lake: DataLake
    ) -> None:
        super().__init__(scope, construct_id)
        athena.CfnWorkGroup(
            self,
            "Workgroup",
            name=f"recall-{settings.stage}",
            description="Recall: queries on the reviews; results expire after a day",
            recursive_delete_option=True,
            work_group_configuration=athena.CfnWorkGroup.WorkGroupConfigurationProperty(
                enforce_work_group_configuration=True,
                publish_cloud_watch_metrics_enabled=True,
                bytes_scanned_cutoff_per_query=MOST_BYTES_A_QUERY,
                result_configuration=athena.CfnWorkGroup.ResultConfigurationProperty(
                    output_location=f"s3://{lake.bucket.bucket_name}/{QUERY_RESULTS}",
                    encryption_configuration=athena.CfnWorkGroup.EncryptionConfigurationProperty(
                        encryption_option="SSE_S3"
                    ),
                ),
            ),
        )
