"""Prints which properties replace a resource, by its type, from CloudFormation's schemas in cfn-lint.

In the audit's environment: ``python .ci/audit/create_only.py TYPE... >tests/infrastructure/create_only.json``
"""

import json
import sys

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

REGION = "us-east-1"  # which has every type
# The second are the properties that replace a resource in some cases.
KINDS = ("createOnlyProperties", "conditionalCreateOnlyProperties")


def create_only(resource_type: str) -> list[str]:
    """Return the properties that CloudFormation can't, or can't always, change in place."""
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, resource_type).schema
    return sorted(path.removeprefix("/properties/") for kind in KINDS for path in schema.get(kind, []))


if __name__ == "__main__":
    json.dump({name: create_only(name) for name in sorted(sys.argv[1:])}, sys.stdout, indent=2)
    sys.stdout.write("\n")
