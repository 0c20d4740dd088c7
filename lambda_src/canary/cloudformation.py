"""The response to a custom resource's request: CloudFormation waits for a JSON object at a signed URL.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref.html
"""

from __future__ import annotations

import json
import urllib.request
from typing import Any

TIMEOUT_SECONDS = 20
REASON_LENGTH = 1_000  # characters; CloudFormation takes 4,096 bytes for the whole response


def respond(event: dict[str, Any], *, problem: str | None) -> None:
    """Send the outcome of the checks to CloudFormation.

    Parameters
    ----------
    event : dict
        The request of the custom resource.
    problem : str or None
        Why a check failed, None if all passed.

    Raises
    ------
    OSError
        If the response can't be delivered; CloudFormation gives up after the resource's ServiceTimeout.
    """
    body = {
        "Status": "FAILED" if problem else "SUCCESS",
        "Reason": (problem or "the layer is what was locked")[:REASON_LENGTH],
        # Always the same: another id would make CloudFormation delete the "old" resource.
        "PhysicalResourceId": "canary",
        **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
    }
    request = urllib.request.Request(  # noqa: S310 - CloudFormation's own URL
        event["ResponseURL"],
        data=json.dumps(body).encode(),
        method="PUT",
        headers={"Content-Type": ""},  # the URL is signed for no type
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):  # noqa: S310 - as above
        pass
