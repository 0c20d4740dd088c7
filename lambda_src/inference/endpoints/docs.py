"""``GET /v1/docs``: the API's document as one page that loads nothing and runs nothing."""

from __future__ import annotations

import base64
import hashlib
from html import escape

from http_kit.response import Response
from inference.endpoints.docs_examples import examples
from inference.endpoints.docs_fields import Fields
from inference.endpoints.docs_style import STYLE
from inference.endpoints.document import document_of

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

    from http_kit.request import Request
    from inference.model_store import ModelStore

# Only the page's own style, told by its hash: whatever got into the page could neither load nor run.
POLICY = (
    "default-src 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def docs(request: Request, _store: ModelStore) -> Response:
    """Answer the page."""
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    return Response(200, page(document_of(request.event)), headers=headers)


def page(document: dict[str, Any]) -> str:
    """Return an OpenAPI document of this service as HTML."""
    info, server = document["info"], document["servers"][0]["url"]
    operations = [
        (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    links = [f'<li><a href="#{o["operationId"]}">{m} {escape(p)}</a></li>' for m, p, o in operations]
    fields = Fields(document)
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        f"<title>{escape(info['title'])}: API</title>",
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>',
        f"<body><header><h1>{escape(info['title'])}</h1><p>{escape(info['summary'])}</p></header>",
        f'<nav aria-label="Endpoints"><ul>{"".join(links)}</ul></nav><main>',
        _prose(info["description"]),
        f"<p>Base URL: <code>{escape(server)}</code></p>" if server != ".." else "",
        *(_operation(fields, method, path, operation) for method, path, operation in operations),
        f"<section><h2>Errors</h2><ul>{_errors(fields, operations)}</ul></section>",
        f"<section><h2>Objects</h2>{fields.objects()}</section></main></body></html>\n",
    ]
    return "".join(parts)


def _operation(fields: Fields, method: str, path: str, operation: dict[str, Any]) -> str:
    key = "Needs no key." if operation.get("security") == [] else "Needs a key in <code>x-api-key</code>."
    parts = [
        f'<section id="{operation["operationId"]}">',
        f'<h2><span class="method">{method}</span> {escape(path).replace("/", "/<wbr>")}</h2>',
        f"<p><strong>{escape(operation['summary'])}</strong> {key}</p>{_prose(operation['description'])}",
    ]
    parameters = [fields.resolve(parameter) for parameter in operation.get("parameters", ())]
    body = operation.get("requestBody")
    success = next(iter(operation["responses"]))  # the document has it first
    ((media, response),) = operation["responses"][success]["content"].items()
    request: dict[str, Any] = body["content"]["application/json"] if body else {}
    if parameters or body:
        parts += ["<h3>Request</h3>", fields.parameters(parameters)]
    if body:
        parts += [_prose(body["description"]), fields.tables(request["schema"])]
    if media != "text/html":
        lines = "<p>JSON lines (<code>application/jsonl</code>).</p>" if media == "application/jsonl" else ""
        parts += ["<h3>Response</h3>", lines, fields.tables(response["schema"])]
        parts.append(examples(method, path, parameters, request, response))
    links = [f'<a href="#{name}">{status}</a>' for name, (status, _) in _errors_of(operation).items()]
    return "".join(parts) + f"<h3>Errors</h3><p>{', '.join(links)}</p></section>"


def _errors(fields: Fields, operations: list[tuple[str, str, dict[str, Any]]]) -> str:
    """Return each error that an operation links to, once."""
    found = {name: error for *_, operation in operations for name, error in _errors_of(operation).items()}
    return "".join(
        f'<li id="{name}"><code>{status}</code> {_inline(fields.resolve(response)["description"])}</li>'
        for name, (status, response) in sorted(found.items(), key=lambda item: item[1][0])
    )


def _errors_of(operation: dict[str, Any]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return the status and the reference of each of an operation's errors, by the name that it refers to."""
    return {
        response["$ref"].rpartition("/")[2]: (status, response)
        for status, response in operation["responses"].items()
        if "$ref" in response
    }


def _prose(text: str) -> str:
    return "".join(f"<p>{_inline(paragraph)}</p>" for paragraph in text.split("\n\n"))


def _inline(text: str) -> str:
    """Return text with its `code` as such."""
    parts = escape(text, quote=False).split("`")
    return "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts))
