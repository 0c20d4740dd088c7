"""The training function's entry: an API Gateway REST proxy event in, its response out."""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from typing import Any

import boto3
from botocore.config import Config

from http_kit.request import Request
from http_kit.response import error_response, unexpected_error_response
from http_kit.service import for_gateway
from recall.errors import RecallError
from training_api.routes import answer
from training_api.runs import Runs

# Within the function's own timeout.
CLIENTS = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 3, "mode": "standard"})


def respond(event: dict[str, Any], runs: Runs) -> dict[str, Any]:
    """Answer a request; every outcome is an answer, and is logged once with who asked."""
    started = time.perf_counter()
    context = event.get("requestContext") or {}
    request_id = context.get("requestId") or ""
    trouble = {}
    try:
        found = answer(event, runs)
    except RecallError as error:
        found = error_response(error, request_id)
    except Exception:  # noqa: BLE001 - the caller gets an answer without a trace, the log gets the trace
        trouble = {"traceback": traceback.format_exc()}
        found = unexpected_error_response(request_id)
    line = {
        "level": "ERROR" if trouble else "INFO",
        "message": "request",
        "request_id": request_id,
        "method": event.get("httpMethod"),
        "path": (event.get("path") or "")[:200],
        "caller": (context.get("identity") or {}).get("userArn"),
        "status": found.status,
        "latency_ms": round((time.perf_counter() - started) * 1000, 3),
    }
    sys.stdout.write(json.dumps(line | trouble) + "\n")
    return for_gateway(Request(event), found)


_runs: Runs | None = None


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one invocation with the clients that this environment keeps."""
    global _runs  # noqa: PLW0603 - Lambda's own way to keep something between calls
    if _runs is None:
        states, s3 = boto3.client("stepfunctions", config=CLIENTS), boto3.client("s3", config=CLIENTS)
        _runs = Runs(states, s3, os.environ["STATE_MACHINE"], os.environ["LAKE_BUCKET"])
    return respond(event, _runs)
