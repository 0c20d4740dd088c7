"""Installs the wheels of a lock, by pip or by uv.

The wheels are pinned by hash and installed for the target's platform, so the machine and the installer don't
matter: every way gives the same tree, once `layer_build.tree` has normalised it.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from layer_build.errors import LayerError
from layer_build.pythons import find_uv
from layer_build.targets import Target

FIX = "check the network and the index; if the lock is out of date, run `python -m layer_build lock`"

INSTALLERS = ("pip", "uv")


def install(root: Path, target: Target, *, installer: str = "pip", wheelhouse: Path | None = None) -> None:
    """Install exactly the wheels of the target's lock into a folder.

    Parameters
    ----------
    root : pathlib.Path
        The folder.
    target : Target
        The target whose lock is installed; this machine may be another one.
    installer : {"pip", "uv"}
        Both give the same files apart from their own traces, see `layer_build.tree`.
    wheelhouse : pathlib.Path, optional
        A folder of wheels, see `download`; by default they come from the package index.

    Raises
    ------
    LayerError
        If a wheel isn't available or isn't the one that was locked.
    """
    run = {"pip": run_pip, "uv": _run_uv}[installer]
    locked = ["--require-hashes", "--no-deps", f"--target={root}", f"--requirement={target.lock}"]
    run("install", target, *locked, *_source(wheelhouse))


def download(out: Path, target: Target) -> None:
    """Fetch the wheels of the target's lock, and those beneath it, into a folder: to build without a network.

    Raises
    ------
    LayerError
        If a wheel isn't available or isn't the one that was locked.
    """
    locks = [each.lock for each in (target, target.beneath) if each]
    requirements = [f"--requirement={lock}" for lock in locks]
    run_pip("download", target, "--require-hashes", "--no-deps", f"--dest={out}", *requirements)


def run_pip(command: str, target: Target, *options: str, fix: str = FIX) -> str:
    """Run pip of this interpreter for a target, and return what it prints.

    Parameters
    ----------
    command : str
        ``install`` or ``download``.
    target : Target
        The platform and the Python to choose wheels for.
    options : str
        Further options of pip.
    fix : str
        What a user can do if pip fails; part of the error's message.

    Raises
    ------
    LayerError
        If pip isn't there or fails.
    """
    major, minor = target.python
    platform = [
        *(f"--platform={tag}" for tag in target.platforms),
        f"--python-version={major}.{minor}",
        "--implementation=cp",
        f"--abi=cp{major}{minor}",
    ]
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check", "--only-binary=:all:"]
    compiling = ["--no-compile"] if command == "install" else []
    pip = [sys.executable, "-m", "pip", command]
    return _run("pip", [*pip, *quiet, *platform, *compiling, *options], fix)


def _run_uv(command: str, target: Target, *options: str) -> str:
    uv = find_uv()
    if uv is None:
        raise LayerError("uv isn't installed: run `python -m pip install uv`, or choose --installer pip")
    platform = [
        f"--python-platform={target.wheel_arch}-{target.system.uv_manylinux}",
        "--python-version={}.{}".format(*target.python),
        f"--python={sys.executable}",
    ]
    # Hard links into uv's cache would pass our edits of files on to every other environment.
    quiet = [
        "--quiet",
        "--no-config",
        "--system-certs",
        "--only-binary=:all:",
        "--link-mode=copy",
        "--no-compile-bytecode",
    ]
    return _run("uv", [uv, "pip", command, *quiet, *platform, *options], FIX)


def _source(wheelhouse: Path | None) -> list[str]:
    if wheelhouse is None:
        return []
    if not wheelhouse.is_dir():
        raise LayerError(f"--wheelhouse {wheelhouse}: no such folder; `layer_build download` makes one")
    return ["--no-index", f"--find-links={wheelhouse.resolve()}"]


def _run(name: str, command: Sequence[str], fix: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = _reason(done.stderr) or f"exit code {done.returncode}"
        raise LayerError(f"{name} failed ({reason}): {fix}")
    return done.stdout


def _reason(output: str) -> str:
    """Return an installer's last error, with the cause that uv adds to it, or its last line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.upper().startswith("ERROR: ")] or lines
    causes = [line for line in lines if line.startswith("cause: ")]
    return " ".join(
        re.sub(r"^(error|cause): ", "", line, flags=re.IGNORECASE) for line in errors[-1:] + causes[:1]
    )
