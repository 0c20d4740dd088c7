"""The entry of the jobs function: an event names a command of ``recall``, and it runs here.

An event is ``{"command": ["models"]}``: the command and its arguments, without the lake and the table, which
are the deployment's. The response is what the command returns for programs, or null; its ``metrics`` go to
CloudWatch, too. A command that fails raises a `JobError` with the line that people would see; whoever started
the job gets it.

``"outcome": "reports/moves/…"`` beside the command names an object that gets the outcome. Then it is no
failure when the owner's rules refuse a model: that is an outcome.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any

import click

from model_training import cli
from model_training.jobs.outcome import DONE, FAILED, MOVES, REFUSED, Outcome
from model_training.jobs.settings import Settings
from model_training.jobs.telemetry import JobLog
from model_training.registry.refusal import RefusalError
from recall.errors import RecallError

CRASHED = "it broke; the log of the training jobs function says why"


class JobError(Exception):
    """A job's command failed, or the event names none; the message is one line."""


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any] | None:
    """Run the event's command.

    Returns
    -------
    dict or None
        What the command returns; Lambda turns it into JSON.

    Raises
    ------
    JobError
        If the command fails.
    KeyError
        If a variable of `Settings` is missing in the environment.
    """
    settings = Settings(os.environ)
    log = JobLog(settings.metrics_namespace, settings.stage)
    words = command_of(event)
    outcome = outcome_of(event, settings)
    started = time.monotonic()
    try:
        # Behind the command's name: after a `--` in its arguments they would be among these.
        result = run([words[0], *settings.words(options_of(words[0])), *words[1:]])
    except (JobError, RecallError, OSError) as error:
        reason = cli.one_line(error)
        if outcome is not None and isinstance(error, RefusalError):
            log.finished(words, time.monotonic() - started)
            outcome.keep(REFUSED, {"why": error.why})
            return None
        log.finished(words, time.monotonic() - started, failure=reason)
        if outcome is not None:
            outcome.keep(FAILED, {"why": reason})
        raise JobError(reason) from error
    except BaseException as error:  # counted too, and then somebody has to look at its traceback
        log.finished(words, time.monotonic() - started, failure=f"{type(error).__name__}: {error}")
        if outcome is not None:
            outcome.keep(FAILED, {"why": CRASHED})
        raise
    if outcome is not None:
        outcome.keep(DONE, result or {})
    log.measured(words[0], (result or {}).get("metrics", {}))
    log.finished(words, time.monotonic() - started)
    return result


def command_of(event: Mapping[str, Any]) -> list[str]:
    """Return the command that an event names, with its arguments.

    Raises
    ------
    JobError
        If it isn't a list of words.
    """
    words = event.get("command") if isinstance(event, Mapping) else None
    if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
        raise JobError('the event must be {"command": ["models"]}: a command of model_training, in words')
    return words


def outcome_of(event: Mapping[str, Any], settings: Settings) -> Outcome | None:
    """Return where an event wants the outcome kept; None where it doesn't say.

    Raises
    ------
    JobError
        If it isn't a place for outcomes.
    """
    key = event.get("outcome")
    if key is None:
        return None
    if not isinstance(key, str) or not key.startswith(MOVES):
        raise JobError(f"outcome must be the key of an object under {MOVES}")
    return Outcome(settings.bucket, key)


def options_of(command: str) -> list[str]:
    """Return a command's options; none of one that doesn't exist."""
    known = cli.recall.commands.get(command)
    return [] if known is None else [option for each in known.params for option in each.opts]


def run(words: list[str]) -> dict[str, Any] | None:
    """Run a command and return what it found for programs; None where it only prints a help text.

    Raises
    ------
    JobError
        If there is no such command, or its options are wrong.
    """
    try:
        finished = cli.invoke(words)
    except click.ClickException as error:
        raise JobError(cli.one_line(error)) from error
    return None if finished is None else finished.output.data
