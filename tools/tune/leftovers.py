"""What a run names and tags its copy with, and the copies of runs that were killed before they deleted it."""

import os
import secrets
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from socket import gethostname
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from tools.doctor.cloud import code_of, pages

PREFIX = "recall-tune-"
LONGEST_NAME = 64
OF, RUN, UNTIL = "recall-tune-of", "recall-tune-run", "recall-tune-until"
# A run ends itself after so long; whoever finds its copy later knows that it is over.
LONGEST_RUN = timedelta(hours=3)
BOOT = Path("/proc/sys/kernel/random/boot_id")


class Leftover(NamedTuple):
    """A copy that an earlier run left, or that one uses right now.

    Attributes
    ----------
    name : str
        The copy's name.
    of : str
        The function that it is a copy of.
    over : bool
        Whether its run is certainly over.
    until : str
        When that is certain, as ISO 8601.
    """

    name: str
    of: str
    over: bool
    until: str


def new_name(function: str) -> str:
    """Return a name for a copy, which nothing else has: the beginning is for people."""
    end = f"-{secrets.token_hex(4)}"
    return f"{PREFIX}{function}"[: LONGEST_NAME - len(end)] + end


def new_tags(function: str) -> dict[str, str]:
    """Return the tags by which a later run finds the copy, and sees whether this run is over."""
    until = datetime.now(UTC) + LONGEST_RUN
    return {OF: function, RUN: f"{_machine()}:{os.getpid()}", UNTIL: until.isoformat(timespec="seconds")}


def find_leftovers(client: Any) -> Iterator[Leftover]:
    """Yield every copy that there is.

    Raises
    ------
    botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError
        If AWS refuses or can't be reached.
    """
    for function in pages(client, "list_functions", "Functions"):
        if function["FunctionName"].startswith(PREFIX):
            try:
                tags = client.list_tags(Resource=function["FunctionArn"]).get("Tags", {})
            except ClientError as error:
                if code_of(error) != "ResourceNotFoundException":
                    raise
                continue  # deleted meanwhile, by its own run
            if OF in tags:  # a function that only begins so isn't ours
                yield Leftover(function["FunctionName"], tags[OF], _is_over(tags), tags.get(UNTIL, ""))


def _is_over(tags: Mapping[str, str]) -> bool:
    machine, _, process = tags.get(RUN, "").partition(":")
    if machine == _machine() and process.isdigit() and not _lives(int(process)):
        return True
    try:
        return datetime.fromisoformat(tags[UNTIL]) < datetime.now(UTC)
    except (KeyError, ValueError, TypeError):
        return False  # someone changed the tag: a person must decide


def _machine() -> str:
    """Return what tells this machine from others, without its name."""
    try:
        start = BOOT.read_text(encoding="ascii")
    except OSError:  # not Linux: there `getnode` finds a network card's number, which containers may lack
        start = str(uuid.getnode())
    return sha256(f"{gethostname()} {start}".encode()).hexdigest()[:16]


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # another user's
        return True
    return True
