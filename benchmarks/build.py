"""The folders that the functions run from, as in Lambda: Python, /var/runtime, /opt, /var/task."""

from __future__ import annotations

import hashlib
import platform
import py_compile
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from benchmarks.errors import BenchmarkError
from layer_build.digest import digest
from layer_build.targets import find_target

HERE = Path(__file__).parent
CACHE = HERE / ".cache"
LAMBDA_SOURCE = HERE.parent / "lambda_src"
LAYER = find_target("python3.11", "x86_64")  # the builder's defaults
# What the reference strips from its layer.
STRIPPED = ("*.dist-info", "tests", "docs", "benchmarks", "bin", "__pycache__")


def run(
    command: list[str],
    problem: str,
    environment: dict[str, str] | None = None,
    entered: str = "",
    folder: Path | None = None,
) -> str:
    """Run a command in a folder and return what it wrote to stdout.

    Raises
    ------
    BenchmarkError
        With the problem's name and the command's own words, if it fails or isn't there.
    """
    try:
        return subprocess.run(
            command, env=environment, input=entered, cwd=folder, capture_output=True, text=True, check=True
        ).stdout
    except FileNotFoundError as error:
        raise BenchmarkError(f"{problem}: there is no command {command[0]}") from error
    except subprocess.CalledProcessError as error:
        raise BenchmarkError(f"{problem}: {error.stderr.strip()}") from error


def runtime() -> Path:
    """/var/runtime: the runtime client and boto3, with their .pyc files."""
    return _installed(HERE / "runtime.txt", compiled=True)


def reference_layer() -> Path:
    """/opt/python of the reference, without .pyc files, as its recipe leaves it."""
    return _installed(HERE / "reference" / "recipe.txt", compiled=False)


def ml_layer() -> Path:
    """/opt/python of the service: its ML layer, slimmed, built anew when its lock or its builder changes."""
    folder = CACHE / f"ml-layer-{digest(LAYER)[:16]}"
    if not folder.exists():
        for stale in CACHE.glob("ml-layer-*"):
            shutil.rmtree(stale)
        print("building the ML layer ...", flush=True)
        command = [sys.executable, "-m", "layer_build", "build", "--installer", "uv", "--out", str(folder)]
        run(command, "the ML layer can't be built")
    return folder / "python"


def interpreter(folder: Path) -> str:
    """Return a Python whose site-packages is empty: no .pth file of a developer's environment slows it."""
    venv.create(folder, symlinks=True)
    return str(folder / "bin" / "python")


def recall_code(folder: Path) -> Path:
    """/var/task of the service, with .pyc files of the kind that its asset has."""
    shutil.copytree(LAMBDA_SOURCE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for module in folder.rglob("*.py"):
        py_compile.compile(str(module), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    return folder


def _installed(recipe: Path, *, compiled: bool) -> Path:
    """Install a recipe into a cached folder, whose name changes with the recipe and with this code."""
    key = hashlib.sha256(recipe.read_bytes() + Path(__file__).read_bytes())
    key.update(f"{platform.python_version()} {platform.machine()}".encode())
    name = f"{recipe.parent.name}-{recipe.stem}"
    folder = CACHE / f"{name}-{key.hexdigest()[:16]}"
    if folder.exists():
        return folder
    for stale in CACHE.glob(f"{name}-*"):
        shutil.rmtree(stale)
    print(f"installing {recipe.relative_to(HERE.parent)} ...", flush=True)
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        target = Path(scratch) / "packages"
        _install(recipe, target, compiled=compiled)
        if not compiled:
            _strip(target)
        target.rename(folder)
    return folder


def _install(recipe: Path, target: Path, *, compiled: bool) -> None:
    # Copies, since hard links into uv's cache would be damaged there by what is edited here.
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--system-certs"]
    command += ["--link-mode", "copy", "--no-deps"]
    command += ["--only-binary", ":all:", "--target", str(target), "--requirements", str(recipe)]
    run([*command, "--compile-bytecode"] if compiled else command, f"{recipe.name} can't be installed")


def _strip(folder: Path) -> None:
    for pattern in STRIPPED:
        for path in list(folder.rglob(pattern)):
            if path.is_dir():
                shutil.rmtree(path)
