"""Reviews: who may write them, where the route leads, how query engines see them, and when they go."""

import json
from datetime import date

from model_training.review_table import schema
from tests.infrastructure.conftest import called, only, resources

RETENTION = 400
LIST, QUALITY = "s3:ListBucket", "reports/quality/latest.json"


def test_intake_has_what_its_handler_reads_and_no_layer(stacks):
    function = only(stacks["Learning"], "AWS::Lambda::Function", "Intake")

    assert function["Handler"] == "intake.handler.handler"
    assert set(function["Environment"]["Variables"]) == {"LAKE_BUCKET"}
    assert "Layers" not in function
    # Two tries of 1 + 3 seconds at S3, then the caller's 503.
    assert 8 < function["Timeout"] < 29


def test_reviews_go_to_the_intake_and_other_methods_to_the_service(stacks):
    functions = called(stacks["Api"], "/v1/reviews")

    assert "IntakeFunction" in functions["POST"]
    assert "InferenceFunctionAliaslive" in functions["ANY"]


def test_question_what_came_of_them_goes_to_the_intake_too_and_needs_a_key(stacks):
    functions = called(stacks["Api"], "/v1/quality")

    assert "IntakeFunction" in functions["GET"]
    assert "InferenceFunctionAliaslive" in functions["ANY"]
    methods = [
        method
        for method in resources(stacks["Api"], "AWS::ApiGateway::Method")
        if "IntakeFunction" in json.dumps(method["Integration"].get("Uri"))
    ]
    keyed = {method["HttpMethod"]: method["ApiKeyRequired"] for method in methods}
    assert keyed == {"POST": True, "GET": True}


def test_without_collecting_reviews_go_to_the_service_which_says_so(prod):
    assert "InferenceFunctionAliaslive" in called(prod["Api"], "/v1/reviews")["POST"]
    assert "InferenceFunctionAliaslive" in called(prod["Api"], "/v1/quality")["GET"]
    assert "Learning" not in prod


def table(stacks):
    return only(stacks["Learning"], "AWS::Glue::Table")


def test_catalogue_has_the_columns_of_the_files(stacks):
    kinds = {"VARCHAR": "string", "TIMESTAMPTZ": "timestamp", "TINYINT": "tinyint", "DOUBLE": "double"}
    columns = table(stacks)["TableInput"]["StorageDescriptor"]["Columns"]

    assert {column["Name"]: column["Type"] for column in columns} == {
        name: kinds[kind] for name, kind in schema.COLUMNS.items()
    }
    assert [column["Name"] for column in columns] == list(schema.COLUMNS)
    assert all(len(column["Comment"]) > 10 for column in columns)


def test_days_are_projected_over_the_retention(stacks):
    entry = table(stacks)["TableInput"]
    parameters = entry["Parameters"]

    assert [(key["Name"], key["Type"]) for key in entry["PartitionKeys"]] == [("date", "date")]
    assert parameters["projection.enabled"] == "true"
    assert parameters["projection.date.range"] == f"NOW-{RETENTION}DAYS,NOW+1DAYS"
    location = "".join(
        part for part in entry["StorageDescriptor"]["Location"]["Fn::Join"][1] if isinstance(part, str)
    )
    template = "".join(
        part for part in parameters["storage.location.template"]["Fn::Join"][1] if isinstance(part, str)
    )
    assert location == f"s3:///{schema.TABLE}"
    key = schema.table_key(date(2026, 11, 20))
    assert template.replace("${date}", "2026-11-20") == f"s3:///{key.removesuffix(schema.FILE)}"
    assert table(stacks)["DatabaseName"] == "recall_prod"


def test_queries_have_a_workgroup_with_encrypted_results_and_a_bound(stacks):
    workgroup = only(stacks["Learning"], "AWS::Athena::WorkGroup")
    configuration = workgroup["WorkGroupConfiguration"]

    assert workgroup["Name"] == "recall-prod"
    assert configuration["EnforceWorkGroupConfiguration"] is True
    assert configuration["BytesScannedCutoffPerQuery"] == 100 * 1024**3
    results = configuration["ResultConfiguration"]
    assert results["EncryptionConfiguration"] == {"EncryptionOption": "SSE_S3"}
    assert results["OutputLocation"]["Fn::Join"][1][-1] == "/reports/athena/"


def test_what_holds_learners_is_forgotten_when_it_should_be(prod):
    rules = only(prod["DataLake"], "AWS::S3::Bucket")["LifecycleConfiguration"]["Rules"]
    noncurrent = {
        rule.get("Prefix"): rule["NoncurrentVersionExpiration"]
        for rule in rules
        if "NoncurrentVersionExpiration" in rule
    }
    expired = {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule}

    # Without a number of versions that are kept all the same, as the bucket's other objects have one.
    seven_days = {"NoncurrentDays": 7}
    learners = ("reviews/", "decks/", "due/", "reports/athena/")
    assert {prefix: noncurrent[prefix] for prefix in learners} == dict.fromkeys(learners, seven_days)
    assert expired == {"due/": 30, "reports/": 400, "reports/athena/": 1}
