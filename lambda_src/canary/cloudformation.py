"""A custom resource's requests and their response: CloudFormation waits for a JSON object at a signed URL.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref.html
"""

from __future__ import annotations

import json
import urllib.request
from typing import Any

TIMEOUT_SECONDS = 20
REASON_LENGTH = 1_000  # characters; CloudFormation takes 4,096 bytes for the whole response


def is_rollback(event: dict[str, Any]) -> bool:
    """Tell whether CloudFormation is going back to the properties that the canary passed with before.

    A rollback is a request like any update, with the old properties as the new ones; nothing in it says that
    it is one: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes-update.html.
    But Lambda counts a function's versions upwards, so an update to new code names a higher one than before:
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html. Where a request names no two
    versions it counts as an update, since a layer that nobody checked is worse than a rollback that is stuck.

    Parameters
    ----------
    event : dict
        The request of the custom resource, with the published version among its properties.
    """
    if event["RequestType"] != "Update":
        return False
    new, old = (str(event.get(f"{age}ResourceProperties", {}).get("Version")) for age in ("", "Old"))
    return new.isdecimal() and old.isdecimal() and int(new) <= int(old)


def respond(event: dict[str, Any], *, problem: str | None) -> None:
    """Tell CloudFormation to go on, or to stop and roll back.

    Parameters
    ----------
    event : dict
        The request of the custom resource.
    problem : str or None
        Why it must stop, None to go on.

    Raises
    ------
    OSError
        If the response can't be delivered; CloudFormation gives up after the resource's ServiceTimeout.
    """
    body = {
        "Status": "FAILED" if problem else "SUCCESS",
        "Reason": (problem or "see the canary's log")[:REASON_LENGTH],
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
