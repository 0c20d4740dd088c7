"""The table of reviews as query engines see it: in the Glue catalogue, queried by Athena."""

import aws_cdk as cdk
from aws_cdk import aws_athena as athena
from aws_cdk import aws_glue as glue
from constructs import Construct

from stacks.config import StageSettings
from stacks.data_lake import QUERY_RESULTS, TABLE, DataLake

PARQUET = "org.apache.hadoop.hive.ql.io.parquet"
# Names and types are those of model_training.review_table's files; a test holds both together.
COLUMNS = {
    "event_id": ("string", "The review's id; a learner's card has each once"),
    "learner": ("string", "Who reviewed: the caller's own id"),
    "card": ("string", "What was reviewed: the caller's own id"),
    "reviewed_at": ("timestamp", "When, in UTC"),
    "rating": ("tinyint", "1 Again (failed), 2 Hard, 3 Good, 4 Easy"),
    "recall_probability": ("double", "The prediction that was shown; null where none was"),
    "model_version": ("string", "The model that had predicted it; null where none was shown"),
    "received_at": ("timestamp", "When the service received it, in UTC"),
}
# A query without a condition on the day reads everything: such a mistake ends here.
MOST_BYTES_A_QUERY = 100 * 1024**3


class ReviewTable(Construct):
    """A database with the table ``reviews``, and a workgroup to query it.

    Days are partitions by projection: a new day needs no crawler and no statement.

    Attributes
    ----------
    database : str
        Name in the Glue catalogue.
    table : str
        Name of the table in it.
    workgroup : str
        Name of Athena's workgroup.
    """

    table = "reviews"

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: StageSettings, lake: DataLake
    ) -> None:
        super().__init__(scope, construct_id)
        self.database = f"recall_{settings.stage.replace('-', '_')}"
        self.workgroup = f"recall-{settings.stage}"
        database = glue.CfnDatabase(
            self,
            "Database",
            catalog_id=cdk.Aws.ACCOUNT_ID,
            database_input=glue.CfnDatabase.DatabaseInputProperty(
                name=self.database, description="Recall: the reviews that callers sent"
            ),
        )
        self._add_table(settings, f"s3://{lake.bucket.bucket_name}/{TABLE}").node.add_dependency(database)
        self._add_workgroup(f"s3://{lake.bucket.bucket_name}/{QUERY_RESULTS}")

    def _add_table(self, settings: StageSettings, location: str) -> glue.CfnTable:
        return glue.CfnTable(
            self,
            "Reviews",
            catalog_id=cdk.Aws.ACCOUNT_ID,
            database_name=self.database,
            table_input=glue.CfnTable.TableInputProperty(
                name=self.table,
                description="Outcomes of reviews, each event once; a file for each UTC day of reviewed_at",
                table_type="EXTERNAL_TABLE",
                parameters={"EXTERNAL": "TRUE", "classification": "parquet"}
                | _projection(settings.reviews_retention_days, location),
                partition_keys=[
                    glue.CfnTable.ColumnProperty(
                        name="date", type="date", comment="UTC day of reviewed_at: put a condition on it"
                    )
                ],
                storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                    location=location,
                    columns=[
                        glue.CfnTable.ColumnProperty(name=name, type=kind, comment=comment)
                        for name, (kind, comment) in COLUMNS.items()
                    ],
                    input_format=f"{PARQUET}.MapredParquetInputFormat",
                    output_format=f"{PARQUET}.MapredParquetOutputFormat",
                    serde_info=glue.CfnTable.SerdeInfoProperty(
                        serialization_library=f"{PARQUET}.serde.ParquetHiveSerDe"
                    ),
                ),
            ),
        )

    def _add_workgroup(self, results: str) -> None:
        athena.CfnWorkGroup(
            self,
            "Queries",
            name=self.workgroup,
            description="Recall: queries on the reviews; results expire after a day",
            recursive_delete_option=True,
            work_group_configuration=athena.CfnWorkGroup.WorkGroupConfigurationProperty(
                enforce_work_group_configuration=True,
                publish_cloud_watch_metrics_enabled=True,
                bytes_scanned_cutoff_per_query=MOST_BYTES_A_QUERY,
                result_configuration=athena.CfnWorkGroup.ResultConfigurationProperty(
                    output_location=results,
                    encryption_configuration=athena.CfnWorkGroup.EncryptionConfigurationProperty(
                        encryption_option="SSE_S3"
                    ),
                ),
            ),
        )


def _projection(retention_days: int, location: str) -> dict[str, str]:
    """Days that there may be: from the retention's first to tomorrow, for clocks that are ahead."""
    return {
        "projection.enabled": "true",
        "projection.date.type": "date",
        "projection.date.format": "yyyy-MM-dd",
        "projection.date.range": f"NOW-{retention_days}DAYS,NOW+1DAYS",
        "projection.date.interval": "1",
        "projection.date.interval.unit": "DAYS",
        "storage.location.template": f"{location}date=${{date}}/",
    }
