"""A live stage takes every switch of its settings: nothing stands in CloudFormation's way, or goes stale.

CloudFormation refuses to change or delete an export in use, to replace a resource under a name that it keeps,
and to let a custom resource change its function. What reads an output isn't told when its value changes: so
the read itself must change with what it stands for. docs/stages.md tells what callers notice.
"""

from functools import cache

import pytest

from tests.infrastructure.conftest import ADDRESS, new_app
from tests.infrastructure.updates import parts, reads, referred, replaced

pytestmark = pytest.mark.slow

BASE = {
    "memory": True,
    "reviews_retention_days": 365,
    "retrain_every_days": 7,
    "alarm_email": ADDRESS,
}
SWITCHES = {
    "packaging": {"packaging": "image"},
    "runtime": {"runtime": "python3.13"},
    "architecture": {"architecture": "arm64"},
    "memory": {"memory": False},
    "reviews": {"reviews_retention_days": 0, "retrain_every_days": 0},
    "reviews and memory": {"reviews_retention_days": 0, "retrain_every_days": 0, "memory": False},
    "Batch": {"training_compute": "batch"},
    "Spark": {"training_compute": "spark"},
    "text": {"text": True},
    "tenants": {"tenants": {"acme": "acme:"}},
    "release": {"release": "unguarded"},
    "studio": {"studio": False},
    "API Gateway's role": {"api_gateway_role": "existing"},
    "lake": {"lake_bucket": "recall-prod-data-lake-lakebucket-1"},
    "concurrency": {
        "provisioned_concurrency": 2,
        "provisioned_concurrency_max": 4,
        "reserved_concurrency": 9,
    },
    "disk": {"ephemeral_storage_mb": 2_048},
    "ONNX": {"runtime": "python3.13", "onnx": True},
    "protection": {"waf_requests_per_5_minutes": 0, "monthly_budget_usd": 20},
}
# Two of one account that have the same name, but aren't known by it.
NAME_IS_A_LABEL = ("AWS::EMRServerless::Application", "AWS::ApiGateway::Model")


@cache
def stage(switch):
    """Return a stage's templates by the stacks' names: as it is (None), or after a switch."""
    settings = BASE | (SWITCHES[switch] if switch else {})
    return {stack.stack_name: stack.template for stack in new_app("prod", **settings).synth().stacks}


def there_and_back():
    """Yield each switch in both directions; those of the default suite find each kind of fault."""
    for switch in SWITCHES:
        marks = () if switch in ("packaging", "memory") else pytest.mark.slow  # three seconds each
        yield pytest.param((None, switch), id=f"to {switch}", marks=marks)
        yield pytest.param((switch, None), id=f"back from {switch}", marks=marks)


@pytest.fixture(params=there_and_back(), scope="module")
def update(request):
    """Give a stage's templates before and after a switch, there and back."""
    return tuple(map(stage, request.param))


def test_no_output_is_exported(update):
    for template in update[1].values():
        assert not [name for name, output in template.get("Outputs", {}).items() if "Export" in output]
        assert not [part for part in parts(template) if isinstance(part, dict) and "Fn::ImportValue" in part]


def test_what_is_read_of_other_stacks_is_there_and_deployed_before(update):
    deployed = []
    for name, template in update[1].items():
        for stack, output in reads(template):
            assert stack in deployed, f"{name} reads {stack}, which is deployed later"
            assert output in update[1][stack]["Outputs"]
        deployed.append(name)


def test_no_read_of_another_stack_stays_the_same_when_it_stands_for_something_else(update):
    before, after = update
    for name in before.keys() & after.keys():
        for stack, output in reads(before[name]) & reads(after[name]):
            old, new = (templates[stack]["Outputs"][output]["Value"] for templates in update)
            assert old == new
            assert not set(referred(new)) & replaced(before[stack], after[stack]), f"{name}: {output}"


def test_no_resource_is_replaced_under_a_name_that_it_keeps(update):
    before, after = update
    for name in before.keys() & after.keys():
        for logical_id in replaced(before[name], after[name]):
            old, new = (templates[name]["Resources"][logical_id] for templates in update)
            kept = {
                key: value
                for key, value in new["Properties"].items()
                if key.endswith("Name") and isinstance(value, str) and old["Properties"].get(key) == value
            }
            assert not kept or new["Type"] in NAME_IS_A_LABEL, f"{name}: {logical_id} is {kept}"


def test_no_custom_resource_changes_its_function(update):
    before, after = update
    for name in before.keys() & after.keys():
        types = {key: resource["Type"] for key, resource in after[name]["Resources"].items()}
        changed = replaced(before[name], after[name])
        assert not [key for key in changed if types[key].startswith("Custom::")]


@pytest.mark.parametrize(("switch", "changed"), [("runtime", "Runtime"), ("architecture", "Architectures")])
def test_layer_code_and_version_change_together_and_the_alias_moves_to_the_new_version(switch, changed):
    was, will_be = (stage(each)["recall-prod-inference"]["Resources"] for each in (None, switch))

    def only(resources, kind):
        return {key: each for key, each in resources.items() if each["Type"] == kind}

    (alias,) = only(will_be, "AWS::Lambda::Alias").values()
    (version, _) = alias["Properties"]["FunctionVersion"]["Fn::GetAtt"]
    function = was.keys() & only(will_be, "AWS::Lambda::Function")
    (layer,) = only(will_be, "AWS::Lambda::LayerVersion")

    assert version not in was
    assert {"Inference", "Canary"} == {key.partition("Function")[0] for key in function}
    for key in function:
        assert was[key]["Properties"][changed] != will_be[key]["Properties"][changed]
        assert was[key]["Properties"]["Layers"] == will_be[key]["Properties"]["Layers"] == [{"Ref": layer}]
    assert layer in replaced({"Resources": was}, {"Resources": will_be})
