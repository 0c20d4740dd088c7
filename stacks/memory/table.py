"""The table of learners and their cards. Stateful: only the stage `local` deletes it with its stack."""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from stacks.config import StageSettings

# For the bill, not for callers, and a target, no ceiling: a review takes 4 write units and 2 read units, a
# due list of 1,000 cards about 140 read units. An import takes more for a moment, which DynamoDB lets pass:
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode-max-throughput.html
WRITE_UNITS_A_REQUEST, READ_UNITS_A_REQUEST = 20, 100


class LearnersTable(dynamodb.Table):
    """An item for each learner, and one for each of a learner's cards, with all its reviews.

    The learner's id is the partition, so that all that is known of a learner is read in one query, and found
    when it must be deleted. Whoever isn't seen for the stage's `card_retention_days` expires.
    """

    def __init__(self, scope: Construct, construct_id: str, *, settings: StageSettings) -> None:
        rate = settings.throttle_rate_per_second
        super().__init__(
            scope,
            construct_id,
            partition_key=dynamodb.Attribute(name="learner", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="item", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            max_write_request_units=WRITE_UNITS_A_REQUEST * rate,
            max_read_request_units=READ_UNITS_A_REQUEST * rate,
            # With AWS's own key: every table is encrypted. A key of the account's would cost a dollar a month
            # and a charge for its uses, and protect from nobody who may read the table.
            encryption=dynamodb.TableEncryption.DEFAULT,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            time_to_live_attribute="expires_at",
            stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
            # So the rollback of a first deployment can't delete it either. The empty table that then stays is
            # in nobody's way, since CloudFormation makes up the names.
            deletion_protection=not settings.local_cloud,
            removal_policy=cdk.RemovalPolicy.DESTROY if settings.local_cloud else cdk.RemovalPolicy.RETAIN,
        )
