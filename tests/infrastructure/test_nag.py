"""cdk-nag has no finding that isn't accepted with a reason, where it arises."""

import pytest
from aws_cdk import Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from tests.infrastructure.conftest import ADDRESS, new_app

pytestmark = pytest.mark.slow

LEARNING = {
    "reviews_retention_days": 365,
    "retrain_every_days": 7,
    "training_compute": "batch",
    "alarm_email": ADDRESS,
}
SPARK = LEARNING | {"training_compute": "spark"}
EVERYTHING = LEARNING | {
    "training_compute": "lambda",
    "provisioned_concurrency": 2,
    "provisioned_concurrency_max": 10,
    "reserved_concurrency": 20,
    "memory": True,
    "text": True,
    "tenants": {"a": "a:"},
    "x_ray": True,
    "waf_requests_per_5_minutes": 500,
    "monthly_budget_usd": 25,
}
MEMORY = {"memory": True}
NOTHING = {
    "release": "unguarded",
    "waf_requests_per_5_minutes": 0,
    "studio": False,
    "api_gateway_role": "existing",
    "lake_bucket": "lake-of-an-earlier-life",
}


@pytest.mark.parametrize(
    "settings",
    [{}, LEARNING, SPARK, MEMORY, EVERYTHING, NOTHING],
    ids=["as it is", "Batch", "Spark", "memory", "everything turned on", "everything turned off"],
)
def test_prod_has_no_unreasoned_finding(tmp_path, settings):
    app = new_app("prod", tmp_path, **settings)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))

    app.synth()  # raises on a finding

    assert (tmp_path / "validation-report.json").exists()
