"""cdk-nag has no finding that isn't acknowledged with a reason, where it arises."""

import pytest
from aws_cdk import Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from tests.infrastructure.conftest import new_app


@pytest.mark.parametrize("pack", [AwsSolutionsChecks, ServerlessChecks])
def test_prod_has_no_unreasoned_finding(pack, tmp_path):
    app = new_app("prod", tmp_path)
    Validations.of(app).add_plugins(pack(app))

    assembly = app.synth()

    assert (tmp_path / "validation-report.json").exists()
    assert len(assembly.stacks) == 5
