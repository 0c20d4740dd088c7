"""The folders that the functions run from, as in Lambda: Python, /var/runtime, /opt, /var/task."""

from __future__ import annotations

import hashlib
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.errors import BenchmarkError
from layer_build.layers import ML, Layer
from layer_build.pythons import find_python
from layer_build.targets import find_target
from tests.layers import built_layer

HERE = Path(__file__).parent
CACHE = HERE / ".cache"
LAMBDA_SOURCE = HERE.parent / "lambda_src"
DEFAULT_RUNTIME = "python3.11"
# Newer ones, on which onnxruntime loads.
ONNX_RUNTIMES = ("python3.13", "python3.12")
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


def runtime(python: str = sys.executable) -> Path:
    """/var/runtime of a Python: the runtime client and boto3, with their .pyc files."""
    return _installed(HERE / "runtime.txt", compiled=True, python=python)


def reference_layer() -> Path:
    """/opt/python of the reference, without .pyc files, as its recipe leaves it."""
    return _installed(HERE / "reference" / "recipe.txt", compiled=False)


def layer(name: Layer = ML, on: str = DEFAULT_RUNTIME) -> Path:
    """/opt/python of the service: one of its layers, built as it is deployed."""
    return built_layer(find_target(on, "x86_64", name)) / "python"


def newer_python() -> tuple[str, str] | None:
    """Return name and path of a Python that onnxruntime loads on, or None if this machine has none."""
    found = ((name, find_python(name)) for name in ONNX_RUNTIMES)
    return next(((name, path) for name, path in found if path is not None), None)


def interpreter(folder: Path, python: str = sys.executable) -> str:
    """Return a Python whose site-packages is empty: no .pth file of a developer's environment slows it."""
    run([python, "-m", "venv", "--without-pip", "--symlinks", str(folder)], "the interpreter can't be made")
    return str(folder / "bin" / "python")


def recall_code(folder: Path, python: str) -> Path:
    """/var/task of the service, with a Python's .pyc files of the kind that its asset has."""
    shutil.copytree(LAMBDA_SOURCE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    command = [python, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", str(folder)]
    run(command, "the code can't be compiled")
    run([python, "-B", "-m", "bundle", str(folder)], "the code can't be bundled", {"PYTHONPATH": str(folder)})
    return folder


def _installed(recipe: Path, *, compiled: bool, python: str = sys.executable) -> Path:
    """Install a recipe into a cached folder, whose name changes with the recipe and with this code."""
    version = run([python, "-c", "import platform; print(platform.python_version())"], "no Python").strip()
    key = hashlib.sha256(recipe.read_bytes() + Path(__file__).read_bytes())
    key.update(f"{version} {platform.machine()}".encode())
    name = f"{recipe.parent.name}-{recipe.stem}-{version}"
    folder = CACHE / f"{name}-{key.hexdigest()[:16]}"
    if folder.exists():
        return folder
    for stale in CACHE.glob(f"{name}-*"):
        shutil.rmtree(stale)
    print(f"installing {recipe.relative_to(HERE.parent)} ...", flush=True)
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        target = Path(scratch) / "packages"
        _install(recipe, target, python, compiled=compiled)
        if not compiled:
            _strip(target)
        target.rename(folder)
    return folder


def _install(recipe: Path, target: Path, python: str, *, compiled: bool) -> None:
    # Copies, since hard links into uv's cache would be damaged there by what is edited here.
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--system-certs"]
    command += ["--python", python]
    command += ["--link-mode", "copy", "--no-deps"]
    command += ["--only-binary", ":all:", "--target", str(target), "--requirements", str(recipe)]
    run([*command, "--compile-bytecode"] if compiled else command, f"{recipe.name} can't be installed")


def _strip(folder: Path) -> None:
    for pattern in STRIPPED:
        for path in list(folder.rglob(pattern)):
            if path.is_dir():
                shutil.rmtree(path)
