"""Builds a layer: installs what its lock pins, slims it, and keeps it only if it passes every check."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from layer_build.checks import UNZIPPED_LIMIT, check_machine_code, check_total, size_of
from layer_build.errors import LayerError
from layer_build.install import install
from layer_build.packages import check_licences, check_packages
from layer_build.pythons import runs_here
from layer_build.slim import StepResult, slim
from layer_build.targets import Target
from layer_build.tree import normalise, set_modes, tree_hash


def build(
    out: Path,
    target: Target,
    *,
    installer: str = "pip",
    wheelhouse: Path | None = None,
    keep: Sequence[str] = (),
    without: Collection[str] = (),
    in_image: bool = False,
) -> list[StepResult]:
    """Build the layer into ``out/python``, and return what each slimming step did.

    Parameters
    ----------
    out : pathlib.Path
        The folder that is mounted at ``/opt``; the layer's packages go into its ``python``.
    target : Target
        The layer, runtime and architecture to build for; this machine may be another one.
    installer, wheelhouse
        See `layer_build.install.install`.
    keep : sequence of str
        Modules that stay, beyond those of ``keep.toml``.
    without : collection of str
        Names of slimming steps to leave out.
    in_image : bool
        Whether it goes into a container image, for which Lambda's limit on layers doesn't hold.

    Raises
    ------
    LayerError
        If that folder exists, a wheel isn't available, or the result fails a check. No folder is left then.
    """
    root = out / "python"
    if root.exists():
        raise LayerError(f"{root}: exists already; remove it or choose another --out")
    try:
        progress = partial(log, target)
        progress(f"installing the wheels of locks/{target.lock.name}")
        install(root, target, installer=installer, wheelhouse=wheelhouse)
        normalise(root)
        results = []
        # A layer as it was installed has nothing to be compared with.
        if set(target.layer.steps) - set(without):
            with _beneath(target, installer, wheelhouse) as beneath:
                results = slim(root, target, keep=keep, without=without, log=progress, beneath=beneath)
            set_modes(root)  # of what the steps have written
        check(root, target, in_image=in_image)
    except BaseException:  # an interrupt too: half a layer must not be taken for one
        shutil.rmtree(root, ignore_errors=True)
        raise
    progress(f"done, tree sha256 {tree_hash(root)}")
    return results


@contextmanager
def _beneath(target: Target, installer: str, wheelhouse: Path | None) -> Iterator[Path | None]:
    """Install the layer beneath into a temporary folder, so that this one can be run on top of it."""
    with tempfile.TemporaryDirectory() as folder:
        if target.beneath and runs_here(target):
            install(Path(folder), target.beneath, installer=installer, wheelhouse=wheelhouse)
            yield Path(folder)
        else:
            yield None


def check(root: Path, target: Target, *, in_image: bool = False) -> None:
    """Run every check of a built layer, and log the results.

    Raises
    ------
    LayerError
        If a check fails; the first one that does ends the run.
    """
    binaries = check_machine_code(root, target)
    packages = check_packages(root, target)
    check_licences(root)
    size = size_of(root)
    log(
        target,
        f"{packages} packages with their licences, {binaries} binaries that load on {target.system.name}, "
        f"{size / 1e6:.1f} MB",
    )
    if not in_image:
        left = check_total(function_bytes=0, layer_bytes=size)
        log(target, f"{left / 1e6:.1f} MB of {UNZIPPED_LIMIT / 1e6:.1f} MB are left for the function")


def log(target: Target, message: str) -> None:
    """Print a line of progress on stderr: stdout is for results."""
    print(f"{target.layer.title}: {message}", file=sys.stderr, flush=True)
