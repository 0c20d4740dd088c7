"""The canary's entry: asked by CloudFormation during a deployment, by the daily rule, or by hand."""

from __future__ import annotations

import os
from typing import Any

from canary import cloudformation
from canary.packages import check_packages
from canary.predictions import check_predictions


def handler(event: dict[str, Any], _context: object) -> dict[str, str]:
    """Check the layer; return what was checked.

    CloudFormation is told the outcome where it waits for it: a failure fails the deployment. The failure is
    raised in any case, so that the function's error metric, and with it the alarm, counts it.

    Raises
    ------
    CanaryError
        If the layer isn't what was locked, or doesn't predict what was recorded.
    """
    if "ResponseURL" not in event:
        return check_layer()
    if event["RequestType"] == "Delete":  # nothing to take away, and nothing may keep it from going
        cloudformation.answer(event, problem=None)
        return {}
    try:
        checked = check_layer()
    except Exception as error:
        cloudformation.answer(event, problem=f"{type(error).__name__}: {error}")
        raise
    cloudformation.answer(event, problem=None)
    return checked


def check_layer() -> dict[str, str]:
    """Run every check on the packages that the environment's ``LOCKED`` names.

    Raises
    ------
    CanaryError
        At the first check that fails.
    """
    locked = os.environ["LOCKED"]
    check_packages(locked)
    check_predictions()
    return {"checked": locked}
