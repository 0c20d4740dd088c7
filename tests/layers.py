"""Real layers for tests, each built at most once on a machine for what decides its bytes."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

from layer_build.digest import digest
from layer_build.targets import ARCHITECTURES, RUNTIMES, Target, find_target

PROJECT = Path(__file__).parents[1]
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "recall" / "built"
TARGETS = tuple(find_target(runtime, arch) for runtime in RUNTIMES for arch in ARCHITECTURES)


def layer_build(*arguments: object, **environment: str) -> str:
    """Run ``python -m layer_build`` as a user does, and return its stderr."""
    done = subprocess.run(
        [sys.executable, "-B", "-m", "layer_build", *map(str, arguments)],
        cwd=PROJECT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def named(target: Target) -> list[str]:
    """Return the options that name a target."""
    return [f"--runtime={target.runtime}", f"--arch={target.arch}", f"--layer={target.layer.name}"]


def built_layer(target: Target, *, without: Collection[str] = ()) -> Path:
    """Return what ``build --out`` was given for a layer, with the record of its steps beside it.

    Parameters
    ----------
    target : Target
        What to build.
    without : collection of str
        Names of slimming steps to leave out.
    """
    name = "-without-".join([target.layer.name + target.runtime + target.arch, *without])
    folder = CACHE / name / digest(target)
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests may run beside each other
        if not folder.exists():
            shutil.rmtree(folder.parent, ignore_errors=True)  # built from earlier sources, or half built
            new = folder.with_name("new")
            steps = [f"--without={step}" for step in without]
            layer_build("build", *named(target), "--installer=uv", "--out", new / "opt", *steps)
            new.rename(folder)
    return folder / "opt"
