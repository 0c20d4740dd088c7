"""Makes an installed layer smaller and faster to start, step by step, and has the result verified."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from layer_build.checks import size_of
from layer_build.errors import LayerError
from layer_build.pythons import find_python
from layer_build.steps.bytecode import compile_sources
from layer_build.steps.defer import defer
from layer_build.steps.prune import prune
from layer_build.steps.strip import strip
from layer_build.steps.trace import trace
from layer_build.steps.weights import halve
from layer_build.targets import Target
from layer_build.verify import Verifier

KEEP_FILE = Path(__file__).parent / "keep.toml"


class StepResult(NamedTuple):
    """The result of a slimming step.

    Attributes
    ----------
    name : str
        The step's name, a key of `STEPS`.
    before, after : int
        The layer's size, in bytes.
    seconds : float
        The step's duration, in seconds.
    note : str
        What the step did, or why it did nothing, for the report.
    verified : bool
        Whether the layer as all steps left it was run here and gave the same results as before them.
    """

    name: str
    before: int
    after: int
    seconds: float
    note: str
    verified: bool


# In this order: each sees what those before it left. None needs another one.
STEPS: dict[str, Callable[[Path, Target, Sequence[str]], str]] = {
    "prune": lambda root, _target, _keep: prune(root),
    "strip": lambda root, _target, _keep: strip(root),
    "weights": lambda root, _target, _keep: halve(root),
    "trace": lambda root, _target, keep: trace(root, keep),
    "defer": lambda root, _target, _keep: defer(root),
    "bytecode": lambda root, target, _keep: compile_sources(root, target),
}


def slim(
    root: Path,
    target: Target,
    *,
    keep: Sequence[str],
    without: Collection[str],
    log: Callable[[str], None],
    beneath: Path | None = None,
) -> list[StepResult]:
    """Run the layer's steps on its ``python`` folder, and verify the result where its Python is installed.

    Parameters
    ----------
    root : Path
        The folder; changed in place.
    target : Target
        The runtime, architecture and layer for which it is built.
    keep : sequence of str
        Modules that stay, beyond those of ``keep.toml``.
    without : collection of str
        Names of steps to leave out.
    log : callable
        A function that prints a line of progress.
    beneath : Path, optional
        The folder of the layer that this one builds on, if there is one.

    Raises
    ------
    LayerError
        If a step or a kept module isn't known, or the result doesn't do what the layer did before.
    """
    unknown = set(without) - STEPS.keys()
    if unknown:
        raise LayerError(f"--without {min(unknown)}: there is no such step; known are {', '.join(STEPS)}")
    keep = [*read_keep(KEEP_FILE), *keep]
    verifier = Verifier.before(root, target, find_python(target.runtime), beneath)
    results = []
    for name, step in STEPS.items():
        if name in target.layer.steps and name not in without:
            before, started = size_of(root), time.perf_counter()
            note = step(root, target, keep)
            seconds = time.perf_counter() - started
            results.append(StepResult(name, before, size_of(root), seconds, note, verified=False))
            saved = (results[-1].before - results[-1].after) / 1e6
            log(f"{name}: {saved:.1f} MB less in {results[-1].seconds:.1f} s: {note}")
    log(verifier.verify(root))
    return [result._replace(verified=verifier.can_run) for result in results]


def read_keep(path: Path) -> list[str]:
    """Return the modules that ``keep.toml`` names.

    Raises
    ------
    LayerError
        If it isn't a list of names.
    """
    try:
        keep = tomllib.loads(path.read_text(encoding="utf-8")).get("keep", [])
    except tomllib.TOMLDecodeError as error:
        raise LayerError(f'{path.name}: {error}; write keep = ["a.module"]') from error
    if not isinstance(keep, list) or not all(isinstance(name, str) for name in keep):
        raise LayerError(f'{path.name}: keep must be a list of module names, such as keep = ["scipy.signal"]')
    return keep
