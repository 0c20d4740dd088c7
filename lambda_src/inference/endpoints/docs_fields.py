"""Schemas as tables of fields, for the page of the docs."""

from __future__ import annotations

from html import escape

from http_kit.response import encode

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any


class Fields:
    """Lays out the schemas of a document.

    Parameters
    ----------
    document : dict
        OpenAPI.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document

    def resolve(self, node: dict[str, Any]) -> dict[str, Any]:
        """Return what a reference points to, with what stands beside the reference."""
        if "$ref" not in node:
            return node
        found = self._document
        for name in node["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        return self.resolve(found)

    def tables(self, schema: dict[str, Any]) -> str:
        """Return a table for each form that an object of this schema may have."""
        schema = self.resolve(schema)
        if "oneOf" in schema:
            return "".join(self.tables(form) for form in schema["oneOf"])
        if "properties" not in schema:
            return f"<p>{escape(schema.get('description', ''))}</p>"
        rows = [
            self._row(name, field, required=name in schema.get("required", ()))
            for name, field in schema["properties"].items()
        ]
        title = escape(schema.get("description", ""))
        return (
            f'<div class="table" tabindex="0"><table><caption>{title}</caption><thead><tr>'
            '<th scope="col">Field</th><th scope="col">Type</th><th scope="col">What it is</th></tr></thead>'
            f"<tbody>{''.join(rows)}</tbody></table></div>"
        )

    def _row(self, name: str, field: dict[str, Any], *, required: bool) -> str:
        resolved = self.resolve(field)
        says = _code(resolved.get("description", field.get("description", "")))
        if "default" in resolved:
            default = resolved["default"]
            shown = default if isinstance(default, str) else encode(default)
            says += f" Default: <code>{shown}</code>."
        mark = "" if required else ' <span class="optional">optional</span>'
        kind = escape(self._kind(field))
        return f'<tr><th scope="row"><code>{name}</code>{mark}</th><td>{kind}</td><td>{says}</td></tr>'

    def _kind(self, schema: dict[str, Any]) -> str:
        """Return a schema in words: its type, and what its values are bound to."""
        schema = self.resolve(schema)
        if "allOf" in schema:
            return self._kind(schema["allOf"][0])
        if "oneOf" in schema:
            return " or ".join(self._kind(form) for form in schema["oneOf"])
        if "enum" in schema or "const" in schema:
            return " or ".join(f"“{value}”" for value in schema.get("enum", [schema.get("const")]))
        if schema.get("type") == "array":
            least, most = schema.get("minItems", 0), schema.get("maxItems", "…")
            return f"list of {least} to {most}: {self._kind(schema['items'])}"
        if "properties" in schema:
            return f"object ({', '.join(schema['properties'])})"
        return f"{_type(schema)}{_bounds(schema)}"


def _type(schema: dict[str, Any]) -> str:
    kind = schema.get("type", "any")
    if schema.get("format") == "date-time":
        return "RFC 3339 time"
    words = {"integer": "whole number", "boolean": "true or false", "string": "text"}
    kinds: list[str] = kind if isinstance(kind, list) else [kind]
    return " or ".join(words.get(one, one) for one in kinds)


def _bounds(schema: dict[str, Any]) -> str:
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    if low is None or high is None:
        return ""
    open_low = " (excluded)" if "exclusiveMinimum" in schema else ""
    open_high = " (excluded)" if "exclusiveMaximum" in schema else ""
    return f", {low:,}{open_low} to {high:,}{open_high}"


def _code(text: str) -> str:
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts))
