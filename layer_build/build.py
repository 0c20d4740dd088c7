"""Builds the ML layer from its lock file: `python -m layer_build build --out DIR`.

The same file runs on the host and, with its folder mounted, in CDK's bundling container as
`python3.11 build.py --out DIR`. It needs the standard library and pip. Both give the same bytes: the wheels
are pinned by hash, and what an installer leaves of itself is removed.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

if __package__:
    from layer_build.checks import LayerError, check_machine_code, check_size
else:  # run as a file: its own folder is then the import path
    from checks import (  # type: ignore[import-not-found, no-redef] # mypy only knows the package
        LayerError,
        check_machine_code,
        check_size,
    )

LOCK = Path(__file__).parent / "locks" / "python3.11-x86_64.txt"

# pip compares platform tags literally: a wheel tagged 2_17 isn't found under 2_26, so all of them are named.
PLATFORMS = [*(f"manylinux_2_{minor}_x86_64" for minor in range(26, 16, -1)), "manylinux2014_x86_64"]
TARGET_OPTIONS = [
    "--only-binary=:all:",
    *(f"--platform={platform}" for platform in PLATFORMS),
    "--python-version=3.11",
    "--implementation=cp",
    "--abi=cp311",
]

INSTALLER_FILES = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}


def run_pip(command: str, *options: str) -> str:
    """Run pip of this interpreter for the layer's target, and return what it prints.

    Raises
    ------
    LayerError
        If pip isn't there or fails.
    """
    pip = [sys.executable, "-m", "pip", command, "--quiet", "--no-input", "--disable-pip-version-check"]
    done = subprocess.run([*pip, *TARGET_OPTIONS, *options], capture_output=True, text=True, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        reason = next((line for line in lines if line.startswith("ERROR: ")), lines[-1])
        raise LayerError(
            f"pip {command} failed ({reason.removeprefix('ERROR: ')}): check the network and pip's index; "
            "if the lock is out of date, run `python -m layer_build lock`"
        )
    return done.stdout


def install(root: Path) -> None:
    """Unpack exactly the wheels of the lock file into a folder.

    Raises
    ------
    LayerError
        If a wheel can't be had or isn't the one that was locked.
    """
    run_pip(
        "install",
        "--require-hashes",
        "--no-deps",
        "--no-compile",
        f"--target={root}",
        f"--requirement={LOCK}",
    )


def normalise(root: Path) -> None:
    """Remove what depends on the installer, its machine or the time, and set modes 0644 and 0755.

    Licences and the rest of the metadata stay.
    """
    shutil.rmtree(root / "bin", ignore_errors=True)  # scripts that name the installing interpreter
    for path in sorted(root.rglob("*"), reverse=True):  # children come before their folder
        if path.is_dir():
            if any(path.iterdir()):
                path.chmod(0o755)
            else:
                path.rmdir()
        elif _is_left_over(path, root):
            path.unlink()
        else:
            path.chmod(0o644)
    root.chmod(0o755)


def _is_left_over(path: Path, root: Path) -> bool:
    if path.parent.suffix == ".dist-info":
        return path.name in INSTALLER_FILES
    return path.suffix == ".pyc" or path == root / ".lock"


def tree_hash(root: Path) -> str:
    """Return a sha256, in hex, over the names, modes and contents of all files below a folder."""
    digest = hashlib.sha256()
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        line = f"{path.stat().st_mode & 0o777:o} {content} {path.relative_to(root).as_posix()}\n"
        digest.update(line.encode())
    return digest.hexdigest()


def build(out: Path) -> None:
    """Build the layer into ``out/python``.

    Raises
    ------
    LayerError
        If that folder exists, a wheel can't be had, or the result fails a check. Nothing is left then.
    """
    root = out / "python"
    if root.exists():
        raise LayerError(f"{root}: exists already; remove it or choose another --out")
    try:
        _report(f"installing the wheels of {LOCK.name}")
        install(root)
        _report("removing what depends on the installer")
        normalise(root)
        _report("checking size and machine code")
        size = check_size(root)
        binaries = check_machine_code(root)
    except BaseException:  # an interrupt too: half a layer must not be taken for one
        shutil.rmtree(root, ignore_errors=True)
        raise
    _report(f"done: {size / 1e6:.1f} MB, {binaries} binaries, tree sha256 {tree_hash(root)}")


def _report(step: str) -> None:
    print(f"ML layer: {step}", file=sys.stderr, flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return 0, or 2 with one line on stderr."""
    parser = argparse.ArgumentParser(prog="layer_build build", description="Build the ML layer.")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="gets a folder `python`")
    try:
        build(parser.parse_args(arguments).out)
    except (LayerError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
