"""API Gateway's role for logs is the account's: a stage's is kept, or it takes what is there."""

from tests.infrastructure.conftest import resources, synthesized_stage


def test_own_role_and_the_accounts_setting_outlive_the_stage(prod):
    """Another stage's API may log with them; the account's setting stays in any case, as AWS says."""
    kept = {
        resource["Type"]: (resource["DeletionPolicy"], resource["UpdateReplacePolicy"])
        for resource in prod["Api"]["Resources"].values()
        if resource["Type"] in {"AWS::ApiGateway::Account", "AWS::IAM::Role"}
    }

    assert kept == dict.fromkeys(("AWS::ApiGateway::Account", "AWS::IAM::Role"), ("Retain", "Retain"))


def test_existing_role_is_left_alone_and_the_api_logs_all_the_same():
    api = synthesized_stage("prod", api_gateway_role="existing")["Api"]

    assert resources(api, "AWS::ApiGateway::Account") == resources(api, "AWS::IAM::Role") == []
    (stage,) = resources(api, "AWS::ApiGateway::Stage")
    assert "requestId" in stage["AccessLogSetting"]["Format"]
