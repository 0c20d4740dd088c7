"""What CloudFormation makes of a deployed stage whose settings change: which resources it replaces."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Templates = dict[str, dict[str, Any]]

# By `.ci/audit/create_only.py`.
CREATE_ONLY: dict[str, list[str]] = json.loads(Path(__file__).with_name("create_only.json").read_text())
# The same for every custom resource: "Update requires: Updates are not supported".
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html
OF_CUSTOM_RESOURCES = ["ServiceToken"]


def replaced(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """Return the logical ids of a stack's resources that an update replaces, or those of their likes.

    A resource is replaced when a property changes that can't be changed in place, or when such a property
    refers to a resource that is replaced.
    """
    found: set[str] = set()
    while new := set(_replaced_with(found, before["Resources"], after["Resources"])) - found:
        found |= new
    return found


def _replaced_with(found: set[str], before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    for logical_id in before.keys() & after.keys():
        old, new = before[logical_id], after[logical_id]
        if old["Type"] != new["Type"]:
            yield logical_id
        for path in create_only(old["Type"]):
            was, will_be = (_value(each.get("Properties", {}), path) for each in (old, new))
            if was != will_be or found & set(referred(will_be)):
                yield logical_id


def create_only(resource_type: str) -> list[str]:
    """Return the properties whose change replaces a resource of that type, as paths with slashes."""
    if resource_type.startswith("Custom::"):
        return OF_CUSTOM_RESOURCES
    assert resource_type in CREATE_ONLY, f"add {resource_type} by .ci/audit/create_only.py"
    return CREATE_ONLY[resource_type]


def _value(properties: Any, path: str) -> Any:
    for name in path.split("/"):
        properties = properties.get(name) if isinstance(properties, dict) else None
    return properties


def referred(value: Any) -> Iterator[str]:
    """Yield the logical ids that a value of a template refers to."""
    for part in parts(value):
        match part:
            case {"Ref": logical_id} | {"Fn::GetAtt": [logical_id, _]}:
                yield logical_id


def parts(value: Any) -> Iterator[Any]:
    """Yield a value of a template, and all that it is made of."""
    yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from parts(child)


def reads(template: dict[str, Any]) -> set[tuple[str, str]]:
    """Return which outputs of other stacks a stack reads: each stack's name, and the output's."""
    return {
        (read["StackName"], read["OutputName"])
        for part in parts(template)
        if isinstance(part, dict) and (read := part.get("Fn::GetStackOutput"))
    }
