"""The resources of a deployment's stacks, with references between them resolved to logical ids."""

from typing import Any

from tests.cloudwatch.definitions import Templates, resolve


class Deployment:
    """All resources of all stacks.

    Parameters
    ----------
    templates : dict of str to dict
        The templates, by stack.

    Attributes
    ----------
    resources : dict of str to dict
        The resources by logical id; a reference is the logical id, an attribute ``<logical id>.<attribute>``.
    """

    def __init__(self, templates: Templates) -> None:
        self.resources: dict[str, dict[str, Any]] = {}
        for template in templates.values():
            for logical_id, resource in template["Resources"].items():
                properties = resolve(resource.get("Properties", {}), template, templates)
                resolved = {"Type": resource["Type"], "Properties": properties}
                # Stacks have a copy each of a layer; any others alike would be taken for each other.
                assert self.resources.setdefault(logical_id, resolved) == resolved, (
                    f"{logical_id} is there twice"
                )

    def of(self, *kinds: str) -> dict[str, dict[str, Any]]:
        """Return the properties of all resources of some types, by logical id."""
        return {
            logical_id: resource["Properties"]
            for logical_id, resource in self.resources.items()
            if resource["Type"] in kinds
        }

    def kind(self, reference: str) -> str:
        """Return the type of the resource that a reference leads to."""
        logical_id = logical_id_of(reference)
        assert logical_id in self.resources, f"{reference} is none of the deployment's resources"
        return str(self.resources[logical_id]["Type"])


def logical_id_of(reference: str) -> str:
    """Return the logical id in a resolved reference, or in one of its attributes."""
    return reference.partition(".")[0]


def some(value: Any) -> list[Any]:
    """Return a policy's value as a list: it may be one, or several in a list."""
    return value if isinstance(value, list) else [value]
