"""``recall doctor`` in the local cloud: after `up`, and with things broken on purpose."""

import json
import os
import subprocess
import sys

import boto3
import pytest

from tests.e2e.conftest import free_port
from tools.local_cloud import process
from tools.local_cloud.home import REGION, Home

# Slow: each preflight synthesizes a stage, in a process of its own.
pytestmark = [pytest.mark.e2e, pytest.mark.slow]

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": REGION}
BROKEN = {
    "Type": "AWS::SSM::Parameter",
    "Properties": {"Type": "String", "Value": {"Fn::ImportValue": "nothing-exports-it"}},
}
PLACE = f"000000000000-{REGION}"


def doctor(home, stage):
    """Return the exit code, and the verdict and the reason of each check."""
    command = [sys.executable, "-m", "model_training", "doctor", "--stage", stage, "--endpoint-url", home.url]
    done = subprocess.run(
        [*command, "--json"], env=os.environ | KEYS, capture_output=True, text=True, check=False
    )
    checks = json.loads(done.stdout)["checks"]
    return done.returncode, {each["check"]: (each["verdict"], each["why"]) for each in checks}


def test_deployed_stage_has_nothing_that_will_fail(service):
    code, found = doctor(service.home, "local")

    assert [name for name, (verdict, _) in found.items() if verdict == "will fail"] == []
    assert code == 0
    assert found["stacks"] == ("ok", "8 of 8 are there, and can be updated")
    assert found["names"] == ("ok", "free, or this stage's own")
    assert found["CloudFront"] == ("ok", "the account has a distribution already, so AWS has verified it")


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """Give a local cloud of its own, into which nothing was deployed."""
    home = Home(tmp_path_factory.mktemp("empty"), free_port())
    process.start(home)
    yield home
    process.stop(home)


def client(home, service):
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client(service, endpoint_url=home.url, region_name=REGION, **keys)


def test_fresh_account_is_told_what_to_prepare_and_what_is_in_the_way(empty):
    iam, cloudformation = client(empty, "iam"), client(empty, "cloudformation")
    role = iam.create_role(RoleName="gateway-logs", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    patch = {"op": "replace", "path": "/cloudwatchRoleArn", "value": role}
    client(empty, "apigateway").update_account(patchOperations=[patch])
    client(empty, "cloudwatch").put_dashboard(
        DashboardName=f"recall-dev-{REGION}", DashboardBody='{"widgets": []}'
    )
    client(empty, "s3").create_bucket(Bucket="recall-dev-data-lake-lakebucket-1")
    cloudformation.create_stack(
        StackName="recall-dev-api", TemplateBody=json.dumps({"Resources": {"X": BROKEN}})
    )

    code, found = doctor(empty, "dev")

    assert code == 1
    assert found["bootstrap"] == ("will fail", f"the account isn't bootstrapped for the CDK in {REGION}")
    assert found["asset store"] == ("will fail", f"there is no bucket cdk-hnb659fds-assets-{PLACE}")
    # 10 at once, as in a fresh account, are enough for the shipped settings.
    assert found["concurrency"][0] == "ok"
    assert found["API's role"][0] == "will fail"
    assert role in found["API's role"][1]
    assert found["names"] == (
        "will fail",
        f"taken by something else: CloudWatch::Dashboard recall-dev-{REGION}",
    )
    assert "recall-dev-data-lake-lakebucket-1" in found["kept data"][1]
    assert "recall-dev-api failed (ROLLBACK_COMPLETE)" in found["stacks"][1]
