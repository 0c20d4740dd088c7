"""The responses that API Gateway makes on its own, in the same shape as the function's errors."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from aws_cdk import aws_apigateway as apigateway


class GatewayError(NamedTuple):
    """A response of API Gateway's own.

    Attributes
    ----------
    response_type : aws_cdk.aws_apigateway.ResponseType
        The case in which API Gateway makes the response.
    status : str or None
        HTTP status; None for the one that API Gateway chooses.
    code : str
        The error's code in the response's body.
    message : str
        JSON text, or a variable of API Gateway that renders as such.
    field : str or None
        The part of the request that is wrong; None if no single part is.
    retry_after : int or None
        Seconds until it is worth trying again.
    """

    response_type: apigateway.ResponseType
    status: str | None
    code: str
    message: str
    field: str | None = None
    retry_after: int | None = None


EXPOSED_HEADERS = ["X-Request-Id", "Retry-After", "Link"]
_TYPE = apigateway.ResponseType
# The gateway's own text, quoted by the gateway itself.
_GATEWAY_TEXT = "$context.error.messageString"
_EVERYWHERE = {"THROTTLED", "DEFAULT_4XX", "DEFAULT_5XX"}

GATEWAY_ERRORS = (
    GatewayError(
        _TYPE.INVALID_API_KEY,
        "403",
        "forbidden",
        json.dumps("x-api-key must be a valid API key"),
        "x-api-key",
    ),
    GatewayError(
        _TYPE.THROTTLED, "429", "throttled", json.dumps("too many requests; try again later"), None, 1
    ),
    # The web ACL counts over five minutes.
    GatewayError(
        _TYPE.WAF_FILTERED,
        "429",
        "throttled",
        json.dumps("too many requests from this address; try again later"),
        None,
        300,
    ),
    GatewayError(
        _TYPE.QUOTA_EXCEEDED,
        "429",
        "quota_exceeded",
        json.dumps("the API key's quota for today is used up; try again tomorrow"),
        "x-api-key",
        3600,
    ),
    GatewayError(
        _TYPE.REQUEST_TOO_LARGE,
        "413",
        "body_too_large",
        json.dumps("body is too large; send fewer cards or texts per call"),
        "body",
    ),
    GatewayError(
        _TYPE.UNSUPPORTED_MEDIA_TYPE,
        "415",
        "unsupported_media_type",
        json.dumps("Content-Encoding must be gzip, or left out"),
        "Content-Encoding",
    ),
    # API Gateway's response for a path that has no resource at all.
    GatewayError(
        _TYPE.MISSING_AUTHENTICATION_TOKEN, "404", "not_found", json.dumps("path is unknown"), "path"
    ),
    GatewayError(
        _TYPE.INTEGRATION_TIMEOUT, "504", "timeout", json.dumps("the service took too long"), None, 1
    ),
    GatewayError(_TYPE.DEFAULT_4_XX, None, "bad_request", _GATEWAY_TEXT),
    GatewayError(_TYPE.DEFAULT_5_XX, None, "internal_error", json.dumps("something broke here")),
)


# Of an API that lets signed requests through only; AWS says the same of unsigned ones and of unknown paths.
SIGNED_ONLY_ERRORS = (
    GatewayError(
        _TYPE.MISSING_AUTHENTICATION_TOKEN,
        "403",
        "forbidden",
        json.dumps("requests must be signed (Signature Version 4, service execute-api), and the path known"),
    ),
    GatewayError(
        _TYPE.EXPIRED_TOKEN, "403", "session_expired", json.dumps("the session has expired; sign in again")
    ),
    GatewayError(
        _TYPE.INVALID_SIGNATURE,
        "403",
        "forbidden",
        json.dumps("the signature isn't that of these credentials; sign in again, and check the clock"),
    ),
    GatewayError(
        _TYPE.ACCESS_DENIED,
        "403",
        "forbidden",
        json.dumps("who signed this may not call it: IAM must allow execute-api:Invoke on this API"),
    ),
    *(e for e in GATEWAY_ERRORS if e.response_type.response_type in _EVERYWHERE),
)


def add_gateway_errors(api: apigateway.RestApi, errors: Sequence[GatewayError] = GATEWAY_ERRORS) -> None:
    """Give the responses that API Gateway makes itself the service's shape and its CORS headers."""
    for error in errors:
        headers = {
            "Access-Control-Allow-Origin": "'*'",
            "Access-Control-Expose-Headers": f"'{', '.join(EXPOSED_HEADERS)}'",
            "X-Request-Id": "context.requestId",
        }
        if error.retry_after is not None:
            headers["Retry-After"] = f"'{error.retry_after}'"
        api.add_gateway_response(
            f"On{error.response_type.response_type.title().replace('_', '')}",
            type=error.response_type,
            status_code=error.status,
            response_headers=headers,
            templates={"application/json": _template(error)},
        )


def _template(error: GatewayError) -> str:
    body = f'"code":{json.dumps(error.code)},"message":{error.message},"field":{json.dumps(error.field)}'
    return f'{{"error":{{{body}}},"request_id":"$context.requestId"}}'
