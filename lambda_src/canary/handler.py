"""The canary's entry: invoked by CloudFormation during a deployment, by the daily rule, or by hand."""

from __future__ import annotations

import os
from typing import Any

from canary import cloudformation
from canary.checks import check_onnx_predictions, check_packages, check_predictions
from canary.settings import Settings


def handler(event: dict[str, Any], _context: object) -> dict[str, str]:
    """Check the layer; return what was checked.

    A request of CloudFormation's gets the outcome as its response, and a failure fails the deployment. But a
    rollback is let pass before anything is checked: failing it would leave the stack in
    UPDATE_ROLLBACK_FAILED, with a layer that was live until a minute ago. Every failure is raised, too, so
    that the function's error metric, and with it the alarm, counts it.

    Raises
    ------
    CanaryError
        If the layer isn't what was locked, or doesn't predict what was recorded.
    """
    if "ResponseURL" not in event:
        return check_layer()
    if event["RequestType"] == "Delete":  # there is nothing to delete, and nothing may keep it from going
        cloudformation.respond(event, problem=None)
        return {}
    if cloudformation.is_rollback(event):
        cloudformation.respond(event, problem=None)
        return check_layer()
    try:
        checked = check_layer()
    except Exception as error:
        cloudformation.respond(event, problem=f"{type(error).__name__}: {error}")
        raise
    cloudformation.respond(event, problem=None)
    return checked


def check_layer() -> dict[str, str]:
    """Run every check.

    Raises
    ------
    CanaryError
        At the first check that fails.
    """
    locked = Settings(os.environ).locked
    check_packages(locked)
    check_predictions()
    if "onnxruntime==" in locked:
        check_onnx_predictions()
    return {"checked": locked}
