"""A training run in the lake: one JSON object for each step that is done."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from model_training.registry.lake import Lake
from model_training.registry.stored_model import parse_object
from model_training.retraining import STEPS
from recall.errors import RecallError

RUNS = "reports/runs/"
SAMPLES = "samples/"  # what runs learn from; it goes after a week, and whenever a learner is erased
SAMPLE, OLDER_CELLS, CELLS = "sample", "cells/older", "cells/all"
REPORT = "report.html"
# What sorts by time and is safe in keys, file names and the name of an execution of Step Functions.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")

Output = dict[str, Any]


class RunError(RecallError):
    """A run's name can't be used, or a step can't be done yet: says which must be done first."""


class Run:
    """One run.

    Parameters
    ----------
    lake : Lake
        The lake that holds the reviews, the models and the run.
    name : str
        Up to 80 letters, digits, ``-`` and ``_``.
    automl_seconds : int
        Seconds that the step `train` searches for a challenger of another kind; 0: not at all.
    onnx : bool
        Whether the stage serves ONNX models, so that the search may find one.

    Raises
    ------
    RunError
        If the name has other characters, or is too long or empty.
    """

    def __init__(self, lake: Lake, name: str, automl_seconds: int = 0, *, onnx: bool = False) -> None:
        if not _ID.fullmatch(name):
            raise RunError(f"--run {name!r}: a run's name has 1 to 80 letters, digits, - and _")
        self.lake = lake
        self.name = name
        self.automl_seconds = automl_seconds
        self.onnx = onnx

    def key(self, file: str) -> str:
        """Where a file of this run lies in the lake."""
        return f"{RUNS}{self.name}/{file}"

    def samples(self, what: str) -> str:
        """Where the Parquet files of what this run learns from lie in the lake: the prefix of their keys."""
        return f"{SAMPLES}{self.name}/{what}"

    def do(self, step: str, work: Callable[[], Output]) -> Output:
        """Do a step, unless it is done already; return what it found.

        A step after one that stopped the run isn't done: that one's output is returned.

        Raises
        ------
        RunError
            If a step before it isn't done.
        RecallError
            If the step fails. Nothing is kept then: the step may be done again.
        """
        for earlier in STEPS[: STEPS.index(step)]:
            output = self.needs(earlier)
            if not output["go"]:
                return output
        done = self.output(step)
        return self.keep(step, work()) if done is None else done

    def output(self, step: str) -> Output | None:
        """Return what a step wrote; None while it isn't done."""
        stored = self.lake.read(self.key(f"{step}.json"))
        return None if stored is None else parse_object(stored.body)

    def needs(self, step: str) -> Output:
        """Return what a step wrote.

        Raises
        ------
        RunError
            If the step isn't done.
        """
        output = self.output(step)
        if output is None:
            raise RunError(f"run {self.name}: the step {step} must be done first")
        return output

    def keep(self, step: str, output: Output) -> Output:
        """Write a step's output; of two at once the first one stays, and is returned."""
        body = json.dumps(output, indent=2, sort_keys=True, allow_nan=False).encode() + b"\n"
        if self.lake.replace(self.key(f"{step}.json"), body, None):
            return output
        return self.needs(step)


def stop(why: str) -> Output:
    """Return the end of a step's output that stops its run."""
    return {"go": False, "why": why}
