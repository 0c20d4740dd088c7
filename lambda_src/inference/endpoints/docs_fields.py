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
        self._linked: list[str] = []

    def resolve(self, node: dict[str, Any]) -> dict[str, Any]:
        """Return what a reference points to, with what stands beside the reference."""
        if "$ref" not in node:
            return node
        found = self._document
        for name in node["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        return self.resolve(found)

    def parameters(self, parameters: list[dict[str, Any]]) -> str:
        """Return a table of an operation's parameters in the path, and one of those in the query."""
        tables = []
        for place, title in (("path", "In the path"), ("query", "In the query")):
            there = [parameter for parameter in parameters if parameter["in"] == place]
            fields = {
                parameter["name"]: {
                    **self.resolve(parameter["schema"]),
                    "description": parameter["description"],
                }
                for parameter in there
            }
            required = [parameter["name"] for parameter in there if parameter.get("required")]
            schema = {"properties": fields, "required": required, "description": title}
            tables.append(self.tables(schema) if fields else "")
        return "".join(tables)

    def tables(self, schema: dict[str, Any]) -> str:
        """Return a table for each form that an object, or each object of a list, of this schema may have."""
        schema = self.resolve(schema)
        if "oneOf" in schema:
            return "".join(self.tables(form) for form in schema["oneOf"])
        if "properties" not in schema:
            elements = self.tables(schema["items"]) if schema.get("type") == "array" else ""
            return f"<p>{_code(schema.get('description', ''))}</p>{elements}"
        return self._table(schema, "", _code(schema.get("description", "")))

    def objects(self) -> str:
        """Return a table of each object that a table links to."""
        tables: list[str] = []
        for name in self._linked:  # which becomes longer meanwhile
            schema = self._document["components"]["schemas"][name]
            caption = f"<code>{name}</code> {_code(schema.get('description', ''))}"
            tables.append(self._table(schema, f' id="{name}"', caption))
        return "".join(tables)

    def _table(self, schema: dict[str, Any], mark: str, caption: str) -> str:
        rows = [
            self._row(name, field, required=name in schema.get("required", ()))
            for name, field in schema["properties"].items()
        ]
        return (
            f'<div class="table" tabindex="0"{mark}><table><caption>{caption}</caption><thead><tr>'
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
        return (
            f'<tr><th scope="row"><code>{name}</code>{mark}</th><td>{self._kind(field)}</td>'
            f"<td>{says}</td></tr>"
        )

    def _kind(self, schema: dict[str, Any]) -> str:
        """Return a schema in words: its type, and what its values are bound to; an object by a link."""
        name = schema.get("$ref", "").rpartition("/")[2]
        schema = self.resolve(schema)
        forms = schema.get("oneOf") or schema.get("allOf", ())[:1]
        if forms:
            return " or ".join(self._kind(form) for form in forms)
        if "enum" in schema or "const" in schema:
            values = schema.get("enum") or [schema["const"]]
            return " or ".join(f"“{one}”" if isinstance(one, str) else encode(one) for one in values)
        if schema.get("type") == "array":
            return f"list{_length(schema)}: {self._kind(schema['items'])}"
        if "properties" not in schema:
            return f"{_type(schema)}{_bounds(schema)}"
        if not name:
            return f"object ({', '.join(schema['properties'])})"
        if name not in self._linked:
            self._linked.append(name)
        return f'<a href="#{name}">{name}</a>'


def _length(schema: dict[str, Any]) -> str:
    least, most = schema.get("minItems", 0), schema.get("maxItems")
    if most is None:
        return f" of {least:,} or more" if least else ""
    return f" of {most:,}" if least == most else f" of {least:,} to {most:,}"


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
    parts = escape(text, quote=False).split("`")
    return "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts))
