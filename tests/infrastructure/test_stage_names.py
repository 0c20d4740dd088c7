"""Stages of one account don't take each other's names: two of a region, and one in two regions."""

import json

import pytest

from tests.infrastructure.conftest import ADDRESS, new_app

pytestmark = pytest.mark.slow

EVERYTHING = {
    "memory": True,
    "reviews_retention_days": 365,
    "retrain_every_days": 7,
    "alarm_email": ADDRESS,
    "monthly_budget_usd": 20,
    "provisioned_concurrency": 2,
    "provisioned_concurrency_max": 4,
    "waf_requests_per_5_minutes": 500,
}
# Named within something that has a name of its own: a function, an API, a table bucket, a role, an alias.
WITHIN = {
    "AWS::ApiGateway::Model",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::IAM::Policy",
    "AWS::Lambda::Alias",
    "AWS::S3Tables::Table",
}
# Known by name in all regions of an account; buckets in all accounts.
GLOBAL = (
    "AWS::Budgets::",
    "AWS::CloudFront::",
    "AWS::CloudWatch::Dashboard",
    "AWS::IAM::",
    "AWS::S3::Bucket",
)


def named(resource):
    """Return a resource's own names: a property, or one of its configuration."""
    last = resource["Type"].rpartition("::")[2]
    properties = resource.get("Properties", {})
    own = [properties, *(properties[part] for part in (last, f"{last}Config") if part in properties)]
    return [part[key] for part in own for key in ("Name", f"{last}Name") if key in part]


def names(stage, compute):
    """Return the names of all resources of a stage with everything, as JSON, by their types."""
    found = {}
    for stack in new_app(stage, **EVERYTHING, training_compute=compute).synth().stacks:
        for resource in stack.template["Resources"].values():
            if resource["Type"] not in WITHIN:
                found.setdefault(resource["Type"], set()).update(map(json.dumps, named(resource)))
    return {kind: values for kind, values in found.items() if values}


@pytest.fixture(scope="module", params=["batch", "spark"])
def prod(request):
    """Give prod's names."""
    return names("prod", request.param)


@pytest.fixture(scope="module")
def dev():
    """Give dev's names: with Spark, since nothing of Batch has a name."""
    return names("dev", "spark")


def test_two_stages_of_a_region_have_no_name_in_common(dev, prod):
    assert [(kind, name) for kind in dev.keys() & prod.keys() for name in dev[kind] & prod[kind]] == []


def test_names_that_hold_in_all_regions_have_the_region_in_them(prod):
    everywhere = {kind: values for kind, values in prod.items() if kind.startswith(GLOBAL)}

    assert everywhere.keys() == {
        "AWS::Budgets::Budget",
        "AWS::CloudFront::OriginAccessControl",
        "AWS::CloudFront::ResponseHeadersPolicy",
        "AWS::CloudWatch::Dashboard",
    }
    for kind, values in everywhere.items():
        assert all('{"Ref": "AWS::Region"}' in value for value in values), kind
