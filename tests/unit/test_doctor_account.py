"""The preflight's checks of an account, each with what it finds in a fresh one and in ones that differ."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import NoCredentialsError

from tests.unit.aws_account import ACCOUNT, PLACE, REGION, Account, RefusedError, contents, deployed, stage_of
from tests.unit.cost import settings
from tools.doctor import account, bootstrap, concurrency, leftovers, names, quotas, roles
from tools.doctor.finding import Verdict

OK, FAILS, UNKNOWN = Verdict.OK, Verdict.WILL_FAIL, Verdict.CANNOT_TELL
ADDRESS = "someone@example.org"


def found(check, stage=None, **responses):
    """Return what a check finds in a fresh account but for these responses: its verdict, reason and fix."""
    cloud = Account(**responses).cloud
    return check(cloud) if stage is None else check(cloud, stage)


PLAIN = stage_of(settings())
FUNCTION = "AWS::Lambda::Function"


def test_credentials_name_the_account():
    assert found(account.check_credentials) == (
        OK,
        f"account {ACCOUNT}, arn:aws:iam::{ACCOUNT}:user/owner",
        "",
    )


@pytest.mark.parametrize(
    ("refused", "verdict", "why"),
    [
        (RefusedError("ExpiredToken"), FAILS, "AWS refuses them (ExpiredToken)"),
        (RefusedError("InvalidClientTokenId"), FAILS, "AWS refuses them (InvalidClientTokenId)"),
        (RefusedError("Throttling", "Rate exceeded"), UNKNOWN, "GetCallerIdentity fails: Rate exceeded"),
    ],
)
def test_credentials_that_are_refused_fail(refused, verdict, why):
    assert found(account.check_credentials, GetCallerIdentity=refused)[:2] == (verdict, why)


def test_no_credentials_fail_with_the_way_to_sign_in():
    def nobody(_):
        raise NoCredentialsError

    verdict, _, fix = found(account.check_credentials, GetCallerIdentity=nobody)

    assert verdict is FAILS
    assert "aws configure" in fix


@pytest.mark.parametrize(
    ("region", "regions", "verdict", "why"),
    [
        (REGION, [{"OptInStatus": "opted-in"}], OK, REGION),
        (REGION, [{"OptInStatus": "not-opted-in"}], FAILS, f"{REGION} isn't turned on in this account"),
        ("eu-centrl-1", [], FAILS, "AWS has no region eu-centrl-1"),
        (None, [], UNKNOWN, "no region is chosen: the CDK would take us-east-1, and so do these checks"),
    ],
)
def test_region(region, regions, verdict, why):
    assert found(account.check_region, region=region, DescribeRegions={"Regions": regions})[:2] == (
        verdict,
        why,
    )


def test_region_without_a_service_of_the_stage_fails_with_its_name():
    def only_lambda(parameters):
        if "S3Tables" in parameters["TypeName"]:
            raise RefusedError("TypeNotFoundException")
        return {"Type": "RESOURCE"}

    stage = stage_of(
        settings(), (FUNCTION, {}), ("AWS::S3Tables::Table", {}), ("AWS::S3Tables::Namespace", {})
    )

    assert found(account.check_services, stage)[0] is OK
    verdict, why, _ = found(account.check_services, stage, DescribeType=only_lambda)
    assert (verdict, why) == (FAILS, f"{REGION} has no S3Tables")


@pytest.mark.parametrize(
    ("parameter", "verdict", "why"),
    [
        ({"Parameter": {"Value": "6"}}, OK, "version 6"),
        ({"Parameter": {"Value": "5"}}, FAILS, "its version is 5, and 6 is needed"),
        (RefusedError("ParameterNotFound"), FAILS, f"the account isn't bootstrapped for the CDK in {REGION}"),
    ],
)
def test_bootstrap_version(parameter, verdict, why):
    result = found(bootstrap.check_bootstrap, PLAIN, GetParameter=parameter)

    assert result[:2] == (verdict, why)
    assert (f"npx cdk bootstrap aws://{ACCOUNT}/{REGION}" in result.fix) == (verdict is FAILS)


BUCKET, REPOSITORY = f"cdk-hnb659fds-assets-{PLACE}", f"cdk-hnb659fds-container-assets-{PLACE}"


@pytest.mark.parametrize(
    ("has_images", "responses", "verdict", "named"),
    [
        (False, {}, OK, BUCKET),
        (True, {}, OK, REPOSITORY),
        (False, {"HeadBucket": RefusedError("404")}, FAILS, f"there is no bucket {BUCKET}"),
        (False, {"HeadBucket": RefusedError("403")}, UNKNOWN, f"{BUCKET} is another account's"),
        (False, {"DescribeRepositories": RefusedError("RepositoryNotFoundException")}, OK, BUCKET),
        (True, {"DescribeRepositories": RefusedError("RepositoryNotFoundException")}, FAILS, REPOSITORY),
    ],
)
def test_place_of_what_the_cdk_uploads(has_images, responses, verdict, named):
    result = found(bootstrap.check_asset_store, stage_of(settings(), has_images=has_images), **responses)

    assert result.verdict is verdict
    assert named in result.why


def limits(total, unreserved):
    return {"AccountLimit": {"ConcurrentExecutions": total, "UnreservedConcurrentExecutions": unreserved}}


@pytest.mark.parametrize(
    ("reserved", "warm", "limit", "verdict"),
    [
        (0, 0, limits(10, 10), OK),  # as fresh accounts are, and the shipped settings
        (1, 0, limits(10, 10), FAILS),
        (0, 1, limits(10, 10), FAILS),
        (20, 0, limits(1_000, 120), OK),
        (21, 0, limits(1_000, 120), FAILS),
        (0, 900, limits(1_000, 1_000), OK),
        (0, 901, limits(1_000, 1_000), FAILS),
        (300, 300, limits(1_000, 400), OK),  # what is warm is of the function's own reservation
    ],
)
def test_concurrency(reserved, warm, limit, verdict):
    chosen = settings(
        reserved_concurrency=reserved, provisioned_concurrency=min(warm, 1), provisioned_concurrency_max=warm
    )
    properties = {"ReservedConcurrentExecutions": reserved} if reserved else {}
    result = found(
        concurrency.check_concurrency, stage_of(chosen, (FUNCTION, properties)), GetAccountSettings=limit
    )

    assert result.verdict is verdict


def test_reservation_that_is_there_already_needs_no_more():
    stage = stage_of(settings(reserved_concurrency=50), (FUNCTION, {"ReservedConcurrentExecutions": 50}))
    there = {
        "DescribeStacks": deployed(),
        "ListStackResources": contents((FUNCTION, "R0", "recall-prod-f")),
        "GetAccountSettings": limits(150, 100),
    }

    assert found(concurrency.check_concurrency, stage, **there, GetFunctionConcurrency={})[0] is FAILS
    today = {"ReservedConcurrentExecutions": 50}
    assert found(concurrency.check_concurrency, stage, **there, GetFunctionConcurrency=today)[0] is OK


def test_cloudfront_is_known_by_a_distribution_alone_and_can_be_left_out():
    there = {"DistributionList": {"Quantity": 1}}
    unknown = found(account.check_cloudfront, PLAIN)

    assert (unknown.verdict, '"studio": false' in unknown.fix) == (UNKNOWN, True)
    assert found(account.check_cloudfront, PLAIN, ListDistributions=there).verdict is OK
    assert found(account.check_cloudfront, stage_of(settings(studio=False))) is None


@pytest.mark.parametrize(
    ("kind", "role", "service"),
    [
        ("AWS::ApiGateway::RestApi", "AWSServiceRoleForAPIGateway", "ops.apigateway.amazonaws.com"),
        ("AWS::Batch::ComputeEnvironment", "AWSServiceRoleForBatch", "batch.amazonaws.com"),
    ],
)
def test_linked_role_is_there_or_made_or_may_not_be_made(kind, role, service):
    stage = stage_of(settings(), (kind, {}))
    bounded = {"AttachedPolicies": [{"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/deployer"}]}

    assert found(roles.check_linked_roles, stage) == (OK, f"AWS will make {role}", "")
    assert found(roles.check_linked_roles, stage, GetRole={"Role": {}})[1] == "all are there"
    result = found(roles.check_linked_roles, stage, ListAttachedRolePolicies=bounded)
    assert result.verdict is UNKNOWN
    assert result.fix == f"`aws iam create-service-linked-role --aws-service-name {service}`"


ROLE = f"arn:aws:iam::{ACCOUNT}:role/"


@pytest.mark.parametrize(
    ("setting", "arn", "exists", "verdict", "fix"),
    [
        ("own", None, False, OK, ""),
        ("own", f"{ROLE}recall-dev-api-ApiRestApiCloudWatchRole-1AB", True, OK, ""),
        ("own", f"{ROLE}team/gateway-logs", True, FAILS, '"existing"'),
        ("own", f"{ROLE}gateway-logs", False, OK, ""),  # it logs nothing: whoever made it has deleted it
        ("existing", f"{ROLE}team/gateway-logs", True, OK, ""),
        ("existing", f"{ROLE}gateway-logs", False, FAILS, '"own"'),
        ("existing", None, False, FAILS, '"own"'),
    ],
)
def test_role_of_api_gateway(setting, arn, exists, verdict, fix):
    role = {"Role": {}} if exists else RefusedError("NoSuchEntity")
    stage = stage_of(settings(api_gateway_role=setting))
    result = found(
        roles.check_api_role, stage, GetAccount={"cloudwatchRoleArn": arn} if arn else {}, GetRole=role
    )

    assert result.verdict is verdict
    assert fix in result.fix


def test_role_that_the_account_was_given_since_the_deployment_is_left_by_an_update():
    there = {
        "DescribeStacks": deployed(),
        "ListStackResources": contents(("AWS::ApiGateway::Account", "Account", "recall")),
        "GetAccount": {"cloudwatchRoleArn": f"{ROLE}team/gateway-logs"},
        "GetRole": {"Role": {}},
    }

    assert found(roles.check_api_role, PLAIN, **there).verdict is OK


@pytest.mark.parametrize(
    ("status", "verdict", "fix"),
    [
        ("CREATE_COMPLETE", OK, ""),
        ("UPDATE_ROLLBACK_COMPLETE", OK, ""),
        ("REVIEW_IN_PROGRESS", OK, ""),
        ("DELETE_COMPLETE", OK, ""),
        ("ROLLBACK_COMPLETE", UNKNOWN, "describe-stack-events --stack-name recall-prod-api"),
        ("UPDATE_IN_PROGRESS", FAILS, "wait"),
        ("UPDATE_ROLLBACK_FAILED", FAILS, "continue-update-rollback --stack-name recall-prod-api"),
        ("CREATE_FAILED", FAILS, "rollback-stack --stack-name recall-prod-api"),
        ("DELETE_FAILED", FAILS, "aws cloudformation delete-stack --stack-name recall-prod-api"),
    ],
)
def test_state_of_a_stack(status, verdict, fix):
    there = deployed(status, stacks=["recall-prod-api"])
    result = found(leftovers.check_stacks, PLAIN, DescribeStacks=there)

    assert result.verdict is verdict
    assert fix in result.fix


def test_stack_that_the_settings_leave_out_is_told():
    there = deployed(stacks=["recall-prod-api", "recall-prod-learning"])
    result = found(leftovers.check_stacks, PLAIN, DescribeStacks=there)

    assert result.verdict is UNKNOWN
    assert result.why == (
        "the settings leave out recall-prod-learning, which is deployed: it goes on as it is, and no alarm "
        "watches it"
    )
    assert "docs/stages.md" in result.fix


def test_kept_data_are_told_unless_the_stage_is_there():
    left = {
        "ListBuckets": {"Buckets": [{"Name": "recall-prod-data-lake-lakebucket-1"}]},
        "ListTables": {"TableNames": ["other", "recall-prod-memory-Table-2"]},
    }

    result = found(leftovers.check_kept, stage_of(settings(), ("AWS::DynamoDB::Table", {})), **left)
    assert result.verdict is UNKNOWN
    assert "bucket recall-prod-data-lake-lakebucket-1, table recall-prod-memory-Table-2:" in result.why
    assert "table" not in found(leftovers.check_kept, PLAIN, **left).why  # the stage has no memory
    assert found(leftovers.check_kept, PLAIN, DescribeStacks=deployed(), **left).verdict is OK


LAKE = "recall-prod-data-lake-lakebucket-1"


@pytest.mark.parametrize(
    ("head", "verdict", "why"),
    [
        ({}, OK, f"{LAKE} is there"),
        ({"BucketRegion": "us-west-2"}, FAILS, f"{LAKE} is in us-west-2"),
        (RefusedError("404"), FAILS, f"there is no bucket {LAKE}"),
        (RefusedError("403"), UNKNOWN, f"{LAKE} is another account's, or the credentials may not look at it"),
    ],
)
def test_lake_that_is_taken_over(head, verdict, why):
    stage = stage_of(settings(lake_bucket=LAKE))

    assert found(leftovers.check_kept, stage, HeadBucket=head)[:2] == (verdict, why)


REGIONAL = {"Fn::Join": ["-", ["recall", {"Ref": "AWS::Region"}, {"Ref": "AWS::AccountId"}]]}


@pytest.mark.parametrize(
    ("kind", "properties", "there"),
    [
        (
            "AWS::S3Tables::TableBucket",
            {"TableBucketName": REGIONAL},
            {"ListTableBuckets": {"tableBuckets": [{"name": f"recall-{REGION}-{ACCOUNT}"}]}},
        ),
        ("AWS::Athena::WorkGroup", {"Name": "recall-prod"}, {"GetWorkGroup": {"WorkGroup": {}}}),
        (
            "AWS::CloudWatch::Dashboard",
            {"DashboardName": "recall-prod"},
            {"ListDashboards": {"DashboardEntries": [{"DashboardName": "recall-prod"}]}},
        ),
        (
            "AWS::CloudFront::ResponseHeadersPolicy",
            {"ResponseHeadersPolicyConfig": {"Name": "headers"}},
            {
                "ListResponseHeadersPolicies": {
                    "ResponseHeadersPolicyList": {
                        "Items": [
                            {"ResponseHeadersPolicy": {"ResponseHeadersPolicyConfig": {"Name": "headers"}}}
                        ]
                    }
                }
            },
        ),
        (
            "AWS::CloudFront::OriginAccessControl",
            {"OriginAccessControlConfig": {"Name": "access"}},
            {"ListOriginAccessControls": {"OriginAccessControlList": {"Items": [{"Name": "access"}]}}},
        ),
    ],
)
def test_name_is_free_or_the_stages_own_or_taken(kind, properties, there):
    stage = stage_of(settings(), (kind, properties))
    own = {"DescribeStacks": deployed(), "ListStackResources": contents((kind, "R0", "it"))}

    assert found(names.check_names, stage).verdict is OK
    assert found(names.check_names, stage, **there, **own).verdict is OK
    assert found(names.check_names, stage, **there).verdict is FAILS


def test_name_that_the_deployment_makes_up_is_not_looked_for():
    stage = stage_of(settings(), ("AWS::CloudWatch::Dashboard", {"DashboardName": {"Ref": "Other"}}))
    everything = {"ListDashboards": RefusedError("AccessDenied")}

    assert found(names.check_names, stage, **everything).verdict is OK


@pytest.mark.parametrize(
    ("kind", "responses", "verdict"),
    [
        ("AWS::EC2::VPC", {"DescribeVpcs": {"Vpcs": [{}] * 4}}, OK),
        ("AWS::EC2::VPC", {"DescribeVpcs": {"Vpcs": [{}] * 5}}, FAILS),
        (
            "AWS::EC2::VPC",
            {"DescribeVpcs": {"Vpcs": [{}] * 5}, "GetServiceQuota": RefusedError("Denied")},
            UNKNOWN,
        ),
        (
            "AWS::EC2::VPC",
            {"DescribeVpcs": {"Vpcs": [{}] * 5}, "GetServiceQuota": {"Quota": {"Value": 9.0}}},
            OK,
        ),
        (
            "AWS::IAM::Role",
            {"GetAccountSummary": {"SummaryMap": {"Roles": 1_000, "RolesQuota": 1_000}}},
            FAILS,
        ),
        ("AWS::S3Tables::TableBucket", {"ListTableBuckets": {"tableBuckets": [{}] * 10}}, UNKNOWN),
        (
            "AWS::CloudFront::ResponseHeadersPolicy",
            {"ListResponseHeadersPolicies": {"ResponseHeadersPolicyList": {"Quantity": 20}}},
            UNKNOWN,
        ),
    ],
)
def test_quota(kind, responses, verdict):
    assert found(quotas.check_quotas, stage_of(settings(), (kind, {})), **responses).verdict is verdict


def test_what_is_deployed_already_takes_no_more_of_a_quota():
    stage = stage_of(settings(), ("AWS::EC2::VPC", {}))
    there = {"DescribeStacks": deployed(), "ListStackResources": contents(("AWS::EC2::VPC", "R0", "vpc-1"))}

    assert found(quotas.check_quotas, stage, DescribeVpcs={"Vpcs": [{}] * 5}, **there).verdict is OK


@pytest.mark.parametrize(("minutes", "verdict"), [(-1, UNKNOWN), (60, OK)])
def test_copy_that_a_killed_tuning_run_left_is_named(minutes, verdict):
    until = datetime.now(UTC) + timedelta(minutes=minutes)
    there = {
        "ListFunctions": {"Functions": [{"FunctionName": "recall-tune-live-1", "FunctionArn": "arn"}]},
        "ListTags": {"Tags": {"recall-tune-of": "live", "recall-tune-until": until.isoformat()}},
    }

    result = found(leftovers.check_tuning_copies, PLAIN, **there)

    assert result.verdict is verdict
    assert ("recall-tune-live-1" in result.why) == (verdict is UNKNOWN)


@pytest.mark.parametrize(
    ("arn", "verdict"),
    [("PendingConfirmation", FAILS), ("Deleted", FAILS), ("arn:aws:sns:eu-central-1:1:t:2", OK)],
)
def test_address_that_has_not_confirmed_is_mailed_nothing(arn, verdict):
    stage = stage_of(settings(alarm_email=ADDRESS), ("AWS::SNS::Subscription", {"Protocol": "email"}))
    there = {
        "DescribeStacks": deployed(),
        "ListStackResources": contents(("AWS::SNS::Topic", "Topic", "arn:aws:sns:eu-central-1:1:t")),
        "ListSubscriptionsByTopic": {"Subscriptions": [{"Endpoint": ADDRESS, "SubscriptionArn": arn}]},
    }

    assert found(quotas.check_mail, stage, **there).verdict is verdict
    assert found(quotas.check_mail, stage).verdict is OK  # nothing is deployed yet
    assert found(quotas.check_mail, PLAIN, **there) is None
