"""The alarms of synthesized templates, with their dimensions resolved as a deployment would resolve them."""

import re
from typing import Any

Templates = dict[str, dict[str, Any]]


def definitions(templates: Templates) -> dict[str, dict[str, Any]]:
    """Return the resolved properties of a stage's alarms, under the names that the runbook's pages have."""
    found = {}
    for template in templates.values():
        for logical_id, resource in template["Resources"].items():
            if resource["Type"] == "AWS::CloudWatch::Alarm":
                found[alarm_name(logical_id)] = resolve(resource["Properties"], template, templates)
    return found


def alarm_name(logical_id: str) -> str:
    """Return an alarm's name: its construct's, without its parent's before it and the hash behind it."""
    return re.sub(r"^(Monitoring|Learning)|[0-9A-F]{8}$", "", logical_id)


def resolve(value: Any, template: dict[str, Any], templates: Templates) -> Any:
    """Return a template's value: what is known only once it is deployed becomes its logical id.

    An attribute is ``<logical id>.<attribute>``; what is cut out of such values stays an object, or its text
    in a longer one.
    """
    found = value
    match value:
        case list():
            found = [resolve(item, template, templates) for item in value]
        case {"Ref": logical_id}:
            found = logical_id
        case {"Fn::GetAtt": [logical_id, attribute]}:
            found = f"{logical_id}.{attribute}"
        case {"Fn::Join": [separator, parts]}:
            found = separator.join(map(str, resolve(parts, template, templates)))
        case {"Fn::GetStackOutput": {"OutputName": name}}:
            ((output, home),) = [
                (home["Outputs"][name]["Value"], home)
                for home in templates.values()
                if name in home.get("Outputs", {})
            ]
            found = resolve(output, home, templates)
        case dict():
            found = {key: resolve(item, template, templates) for key, item in value.items()}
    return found
