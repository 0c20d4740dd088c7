"""What API Gateway has to know of the API's document: its paths, which need a key, and what bodies are."""

import json
from pathlib import Path
from typing import Any, NamedTuple

DOCUMENT = Path(__file__).parent.parent / "lambda_src" / "inference" / "openapi.json"


class Body(NamedTuple):
    """A request's body.

    Attributes
    ----------
    name, description : str
        The name and the description of the body's schema.
    type : str
        The JSON type that all forms of it have, such as ``object``.
    """

    name: str
    description: str
    type: str


class Operation(NamedTuple):
    """A method of a path.

    Attributes
    ----------
    path : str
        The path, with a slash at its beginning.
    method : str
        The HTTP method, in capitals.
    keyed : bool
        Whether it needs an API key.
    body : Body or None
        The request's body, if it has one.
    """

    path: str
    method: str
    keyed: bool
    body: Body | None


def read_operations() -> list[Operation]:
    """Return the document's operations, in its order."""
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    schemas = document["components"]["schemas"]
    return [
        Operation(path, method.upper(), operation.get("security") != [], _body(operation, schemas))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def _body(operation: dict[str, Any], schemas: dict[str, Any]) -> Body | None:
    if "requestBody" not in operation:
        return None
    reference = operation["requestBody"]["content"]["application/json"]["schema"]
    name = reference["$ref"].rpartition("/")[2]
    (kind,) = _types(reference, schemas)
    return Body(name, schemas[name]["description"], kind)


def _types(schema: dict[str, Any], schemas: dict[str, Any]) -> set[str]:
    """Return the JSON types that a schema allows, in any of its forms."""
    if "$ref" in schema:
        return _types(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "oneOf" in schema:
        return {kind for form in schema["oneOf"] for kind in _types(form, schemas)}
    return {schema["type"]}
