"""Example requests and their responses, for the page of the docs."""

from __future__ import annotations

import json
from html import escape

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

LINE = 88  # characters


def examples(method: str, path: str, parameters: list[dict[str, Any]], request: Any, response: Any) -> str:
    """Return each example of an operation as HTML.

    Parameters
    ----------
    method, path : str
        The operation's; the path with its parameters in braces.
    parameters : list of dict
        The operation's, without references.
    request, response : dict
        OpenAPI's media types: of the body, empty where there is none, and of the response.
    """
    shown = []
    for name, answer in response.get("examples", {}).items():
        sent = request.get("examples", {}).get(name)
        line = _line(method, path, parameters, name) if parameters else ""
        parts = [_code(line) if line else "", _code(sent["value"]) if sent else ""]
        title = escape(answer.get("summary", name))
        if not any(parts):
            shown.append(_code(answer["value"]))
            continue
        shown.append(
            f"<details><summary>{title}</summary>{''.join(parts)}"
            f"<p>is answered with</p>{_code(answer['value'])}</details>"
        )
    return "".join(shown)


def _line(method: str, path: str, parameters: list[dict[str, Any]], example: str) -> str:
    """Return an example's method, path and query, as they are sent."""
    from urllib.parse import quote  # noqa: PLC0415 - only this page writes URLs

    query = []
    for parameter in parameters:
        name, named = parameter["name"], parameter.get("examples", {})
        value = named[example]["value"] if example in named else parameter.get("example")
        if value is None:
            continue
        text = quote(value if isinstance(value, str) else json.dumps(value), safe="")
        if parameter["in"] == "path":
            path = path.replace(f"{{{name}}}", text)
        else:
            query.append(f"{name}={text}")
    return f"{method} {path}{'?' if query else ''}{'&'.join(query)}"


def _code(value: Any) -> str:
    text = value if isinstance(value, str) else _laid_out(value)
    # tabindex: what scrolls must be reachable by keyboard.
    return f'<pre tabindex="0"><code>{escape(text, quote=False)}</code></pre>'


def _laid_out(value: Any, indent: str = "") -> str:
    """Return JSON text in which what fits into a line is in one."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) <= LINE or not isinstance(value, dict | list):
        return line
    inner = indent + "  "
    if isinstance(value, dict):
        parts = [f"{json.dumps(name)}: {_laid_out(part, inner)}" for name, part in value.items()]
    else:
        parts = [_laid_out(part, inner) for part in value]
    first, last = "{}" if isinstance(value, dict) else "[]"
    return f"{first}\n{inner}" + f",\n{inner}".join(parts) + f"\n{indent}{last}"
