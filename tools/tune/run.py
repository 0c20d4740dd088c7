"""A run: a copy is made and measured, and deleted in any case."""

from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tools.doctor.cloud import Cloud
from tools.tune.copy import Say, TemporaryCopy, delete_log_group
from tools.tune.errors import TuneError
from tools.tune.estimate import Plan
from tools.tune.interruption import Interruption
from tools.tune.leftovers import find_leftovers
from tools.tune.lifetime import with_copy
from tools.tune.measure import Run, Step, Tuned
from tools.tune.source import read_source

CONTROL = Config(connect_timeout=5, read_timeout=60, retries={"total_max_attempts": 5, "mode": "standard"})


def tune(cloud: Cloud, function: str, plan: Plan, step: Step, say: Say) -> Tuned:
    """Measure a function at several memory sizes, on a copy that is deleted at the end.

    Parameters
    ----------
    cloud : Cloud
        Where the function is.
    function : str
        Its name or ARN.
    plan : Plan
        What to measure.
    step : callable
        Announces a step by its name; returns a context manager.
    say : callable
        Tells the user something at once.

    Raises
    ------
    TuneError
        If it can't be done, or was interrupted.
    """
    copy = None
    try:
        with Interruption() as interruption:
            client, logs = cloud.client("lambda", config=CONTROL), cloud.client("logs", config=CONTROL)
            with step("looking at the function"):
                source = read_source(cloud, client, function)
                delete_leftovers(client, logs, say)
            copy = TemporaryCopy(client, logs, source, say)
            run = Run(cloud, copy, source, plan, step, say)
            return with_copy(copy, interruption, run.measure)
    except KeyboardInterrupt as error:
        left = "no copy was made" if copy is None else f"its copy {copy.name} is deleted, nothing is left"
        raise TuneError(f"interrupted ({error}): {left}") from error


def delete_leftovers(client: Any, logs: Any, say: Say) -> None:
    """Delete the copies that killed runs left, and name those that a run may be using."""
    try:
        for found in find_leftovers(client):
            if found.over:
                client.delete_function(FunctionName=found.name)
                delete_log_group(logs, found.name, say)
                say(f"note: deleted {found.name}, which a run that was killed left of {found.of}")
            else:
                say(
                    f"note: {found.name} is a copy of {found.of} by a run elsewhere; if that was killed, run "
                    f"`aws lambda delete-function --function-name {found.name}`, or tune after {found.until}"
                )
    except (BotoCoreError, ClientError) as error:
        say(f"note: copies that killed runs left can't be looked for or deleted: {error}")
