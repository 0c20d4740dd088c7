"""cdk-nag has no finding that isn't acknowledged with a reason, where it arises."""

import pytest
from aws_cdk import Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from tests.infrastructure.variants import variant

LEARNING = {
    "reviews_retention_days": 365,
    "retrain_every_days": 7,
    "training_compute": "batch",
    "alarm_email": "someone@example.org",
}


@pytest.mark.parametrize("pack", [AwsSolutionsChecks, ServerlessChecks])
@pytest.mark.parametrize(
    ("settings", "stacks"), [({}, 5), (LEARNING, 6)], ids=["as it is", "with all of the learning loop"]
)
def test_prod_has_no_unreasoned_finding(pack, tmp_path, settings, stacks):
    app = variant("prod", tmp_path, **settings)
    Validations.of(app).add_plugins(pack(app))

    assembly = app.synth()

    assert (tmp_path / "validation-report.json").exists()
    assert len(assembly.stacks) == stacks
