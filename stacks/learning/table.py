"""The table of reviews: an Iceberg table in S3 Tables, where AWS compacts files and drops old snapshots."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3tables as s3tables
from constructs import Construct

from stacks.config import StageSettings
from stacks.learning.columns import read_columns

# The names that the code opens: lake.schema.NAMESPACE and TABLE; a test holds both together.
NAMESPACE, TABLE = "recall", "reviews"
# A deleted row stays in older snapshots for a day, so that whoever reads one of them can finish. The files
# that only these have are removed within a day, and gone another day later; that, and the size, are the least
# that S3 Tables takes: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-maintenance.html
SNAPSHOT_HOURS, UNREFERENCED_DAYS, NONCURRENT_DAYS = 24, 1, 1
FILE_MB = 64  # whole files are written anew when rows in them are deleted
# What the Iceberg REST endpoint wants for opening, reading and committing:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-integrating-open-source.html
OPENING = ["s3tables:GetTableBucket", "s3tables:GetNamespace"]
READING = ["s3tables:GetTable", "s3tables:GetTableMetadataLocation", "s3tables:GetTableData"]
WRITING = ["s3tables:UpdateTableMetadataLocation", "s3tables:PutTableData"]


class ReviewTable(Construct):
    """A table bucket with the one table ``recall.reviews``.

    It goes with its stack. The jobs that delete what is too old go then, too, so nothing that it holds may
    stay; and a bucket of this name would refuse the next one. The memory's table, which stays, has every
    review: docs/teardown.md. Its columns can't be changed by CloudFormation: Iceberg changes a schema by a
    commit.

    Attributes
    ----------
    bucket_arn : str
        The table bucket's ARN, by which the table is opened.
    table_arn : str
        The table's ARN.
    """

    def __init__(self, scope: Construct, construct_id: str, *, settings: StageSettings) -> None:
        super().__init__(scope, construct_id)
        bucket = s3tables.CfnTableBucket(
            self,
            "Bucket",
            table_bucket_name=f"recall-{settings.stage}",
            unreferenced_file_removal=s3tables.CfnTableBucket.UnreferencedFileRemovalProperty(
                status="Enabled", unreferenced_days=UNREFERENCED_DAYS, noncurrent_days=NONCURRENT_DAYS
            ),
        )
        self.bucket_arn = bucket.attr_table_bucket_arn
        namespace = s3tables.CfnNamespace(
            self, "Namespace", table_bucket_arn=self.bucket_arn, namespace=NAMESPACE
        )
        table = self._add_table()
        table.node.add_dependency(namespace)
        self.table_arn = table.attr_table_arn
        for resource in (bucket, namespace, table):
            resource.apply_removal_policy(cdk.RemovalPolicy.DESTROY)

    def _add_table(self) -> s3tables.CfnTable:
        fields = [
            s3tables.CfnTable.SchemaFieldProperty(name=name, type=column.type, required=column.required)
            for name, column in read_columns().items()
        ]
        return s3tables.CfnTable(
            self,
            "Reviews",
            table_bucket_arn=self.bucket_arn,
            namespace=NAMESPACE,
            table_name=TABLE,
            open_table_format="ICEBERG",
            iceberg_metadata=s3tables.CfnTable.IcebergMetadataProperty(
                iceberg_schema=s3tables.CfnTable.IcebergSchemaProperty(schema_field_list=fields)
            ),
            compaction=s3tables.CfnTable.CompactionProperty(status="enabled", target_file_size_mb=FILE_MB),
            snapshot_management=s3tables.CfnTable.SnapshotManagementProperty(
                status="enabled", max_snapshot_age_hours=SNAPSHOT_HOURS, min_snapshots_to_keep=1
            ),
        )

    def allow_reading(self, role: iam.Role) -> None:
        """Let a role open the table and read it."""
        self._allow(role, READING)

    def allow_writing(self, role: iam.Role) -> None:
        """Let a role open the table, read it and commit to it."""
        self._allow(role, READING + WRITING)

    def _allow(self, role: iam.Role, actions: Sequence[str]) -> None:
        role.add_to_policy(iam.PolicyStatement(actions=OPENING, resources=[self.bucket_arn]))
        role.add_to_policy(iam.PolicyStatement(actions=list(actions), resources=[self.table_arn]))
