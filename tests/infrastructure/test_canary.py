"""The canary in the templates: when it runs, on what, and what it may do."""

from layer_build.targets import find_target
from layer_build.versions import read_lock
from tests.infrastructure.conftest import only, resources


def canary_of(template):
    """Return the canary's function, and its logical id."""
    ((logical_id, resource),) = [
        (name, r)
        for name, r in template["Resources"].items()
        if r["Type"] == "AWS::Lambda::Function" and name.startswith("Canary")
    ]
    return logical_id, resource["Properties"]


def test_canary_is_called_again_whenever_code_layer_or_lock_change(prod):
    template = prod["Inference"]
    logical_id, _ = canary_of(template)

    passed = only(template, "Custom::Canary")

    assert passed["ServiceToken"] == {"Fn::GetAtt": [logical_id, "Arn"]}
    version, attribute = passed["Version"]["Fn::GetAtt"]
    # Its logical id has the hash of all of them; see test_snapshots.
    assert template["Resources"][version]["Type"] == "AWS::Lambda::Version"
    assert template["Resources"][version]["Properties"]["FunctionName"] == {"Ref": logical_id}
    assert attribute == "Version"
    assert passed["ServiceTimeout"] == "300"


def test_callers_get_a_new_version_only_after_the_canary_has_passed(prod):
    alias = only_resource(prod["Inference"], "AWS::Lambda::Alias")
    ((passed, _),) = [
        item for item in prod["Inference"]["Resources"].items() if item[1]["Type"] == "Custom::Canary"
    ]

    assert passed in alias["DependsOn"]


def only_resource(template, kind):
    (found,) = [r for r in template["Resources"].values() if r["Type"] == kind]
    return found


def test_canary_has_the_code_and_the_layer_of_the_function(prod):
    _, canary = canary_of(prod["Inference"])
    function = only(prod["Inference"], "AWS::Lambda::Function", "Inference")

    for name in ("Code", "Layers", "Runtime", "Architectures"):
        assert canary[name] == function[name]
    assert canary["Handler"] == "canary.handler.handler"


def test_canary_is_told_what_the_lock_pins(prod):
    _, canary = canary_of(prod["Inference"])
    pins = read_lock(find_target("python3.11", "x86_64"))

    told = dict(pin.split("==") for pin in canary["Environment"]["Variables"]["LOCKED"].split())

    assert told == pins
    assert {"numpy", "scipy", "scikit-learn", "skops"} <= set(told)


def test_both_functions_leave_threads_alone(prod):
    functions = resources(prod["Inference"], "AWS::Lambda::Function")

    told = [f["Environment"]["Variables"] for f in functions]
    assert [(v["OMP_NUM_THREADS"], v["OPENBLAS_NUM_THREADS"]) for v in told] == [("1", "1")] * 2


def test_failed_canary_is_not_tried_again(prod):
    config = only(prod["Inference"], "AWS::Lambda::EventInvokeConfig")

    assert config["MaximumRetryAttempts"] == 0


def test_canary_sings_once_a_day(prod):
    rule = only(prod["Inference"], "AWS::Events::Rule")
    logical_id, _ = canary_of(prod["Inference"])

    assert rule["ScheduleExpression"] == "rate(1 day)"
    assert [target["Arn"] for target in rule["Targets"]] == [{"Fn::GetAtt": [logical_id, "Arn"]}]
