"""Proves that a slimmed layer does what it did before, in a process that has nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from layer_build.errors import LayerError
from layer_build.pythons import runs_here
from layer_build.targets import Target

HERE = Path(__file__).parent
LEFT_OUT = "was left out of this layer"
# Both ways in which a function may be started.
ENVIRONMENTS: tuple[dict[str, str], ...] = ({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}, {})
FIX = "find the step with --without NAME, or keep the module with --keep"


@dataclass
class Verifier:
    """What a layer does before it is slimmed, and the comparison afterwards.

    Attributes
    ----------
    python : str or None
        A Python of the target's version; None where this machine can't run the target.
    reason : str
        Why it can't, for the report.
    """

    python: str | None
    reason: str = ""
    _probe: str = ""
    _beneath: Path | None = None
    _kept: tempfile.TemporaryDirectory[str] = field(default_factory=tempfile.TemporaryDirectory)
    _expected: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def before(cls, root: Path, target: Target, python: str | None, beneath: Path | None = None) -> Verifier:
        """Record what the layer in a folder does, on top of the one in ``beneath`` where it needs one.

        Raises
        ------
        LayerError
            If it doesn't even run before anything is done to it.
        """
        if not runs_here(target):
            return cls(None, f"this machine doesn't run {target.arch}")
        if python is None:
            return cls(None, f"no {target.runtime} here; `uv python install` it")
        verifier = cls(python, _probe=target.layer.name, _beneath=beneath)
        # Both, for threads add up in another order.
        verifier._expected = [verifier._run(root, environment) for environment in ENVIRONMENTS]
        return verifier

    @property
    def can_run(self) -> bool:
        """Whether the layer can be run here."""
        return self.python is not None

    def verify(self, root: Path) -> str:
        """Run the slimmed layer, and return what was compared, for the report.

        Raises
        ------
        LayerError
            With the first thing that isn't as before.
        """
        if not self.can_run:
            self._kept.cleanup()
            return f"not verified by running it: {self.reason}"
        try:
            found = [self._run(root, environment) for environment in ENVIRONMENTS]
        finally:
            self._kept.cleanup()
        for expected, actual in zip(self._expected, found, strict=True):
            compare(expected, actual)
        imported = sum(not problem for problem in found[0]["imports"].values())
        return (
            f"verified: {imported:,} modules import, {found[0]['libraries']} libraries load, "
            f"{found[0]['proved']} to the last bit as before"
        )

    def _run(self, root: Path, environment: dict[str, str]) -> dict[str, Any]:
        # -S: nothing of this machine's site-packages; -B: nothing is written into the layer.
        done = subprocess.run(
            [
                self.python or "",
                "-S",
                "-B",
                "-W",
                "ignore",
                "-m",
                f"{HERE.name}.probes.{self._probe}",
                str(root.resolve()),
                self._kept.name,
            ],
            cwd=HERE.parent,
            env={
                "PYTHONPATH": os.pathsep.join(str(path.resolve()) for path in (root, self._beneath) if path),
                "LC_ALL": "C.UTF-8",
                "HOME": self._kept.name,
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
            raise LayerError(f"the layer doesn't run ({reason}): {FIX}")
        result: dict[str, Any] = json.loads(done.stdout)
        return result


def compare(expected: dict[str, Any], actual: dict[str, Any]) -> None:
    """Compare what a probe printed before and after.

    Raises
    ------
    LayerError
        With the first module that doesn't import any more, or the first result that differs.
    """
    for name, problem in actual["imports"].items():
        if problem and LEFT_OUT not in problem and problem != expected["imports"].get(name):
            raise LayerError(f"{name} doesn't import any more ({problem}): {FIX}")
    for part, results in expected["parts"].items():
        for name, value in results.items():
            if actual["parts"][part].get(name) != value:
                raise LayerError(f"{part}: {name} isn't what it was: {FIX}")
