"""The Python that a local cloud runs on: MiniStack runs every function with its own."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from layer_build.digest import digest_of
from layer_build.pythons import find_python, find_uv
from tools.local_cloud import commands
from tools.local_cloud.home import CLOUD_PYTHON, PROJECT, Home, LocalCloudError

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
# What `make` made CLOUD_PYTHON's environment on.
MADE_BY_MAKE = "python3.11"


def stage_runtime(home: Home) -> str:
    """Return the runtime that cdk.json gives the stage that is deployed here, such as ``python3.13``."""
    return commands.output(home, sys.executable, "-m", "tools.local_cloud.print_runtime")


def cloud_python(runtime: str, folder: Path | None = None) -> Path:
    """Return the Python of an environment that has the local cloud, which is made where there is none.

    Parameters
    ----------
    runtime : str
        The functions' Python, by Lambda's name.
    folder : pathlib.Path, optional
        The environment's; by default beside the one that `make` makes.

    Raises
    ------
    LocalCloudError
        If this machine has no such Python, or the environment can't be made.
    """
    if runtime == MADE_BY_MAKE:
        return CLOUD_PYTHON
    folder = folder or PROJECT / f".venv-cloud-{runtime}"
    python, mark = folder / "bin" / "python", folder / "ready"
    made_of = digest_of(REQUIREMENTS.parent, [REQUIREMENTS.name])
    if not mark.exists() or mark.read_text() != made_of:
        base = find_python(runtime)
        if base is None:
            version = runtime.removeprefix("python")
            raise LocalCloudError(
                f"cdk.json gives the stage the runtime {runtime}, and there is no Python {version} on this "
                f"machine to run its functions with: `uv python install {version}`, and run it again"
            )
        print(f"making {folder.name}", file=sys.stderr, flush=True)
        shutil.rmtree(folder, ignore_errors=True)  # half made, or of other packages
        for command in _making(folder, base):
            if subprocess.run(command, check=False).returncode:
                raise LocalCloudError(f"{folder}: {' '.join(command[1:3])} failed, see above; run it again")
        mark.write_text(made_of)
    return python


def _making(folder: Path, base: str) -> Iterator[list[str]]:
    """Yield the commands that make an environment."""
    uv = find_uv() or "uv"
    yield [uv, "venv", "--quiet", "--no-project", f"--python={base}", str(folder)]
    where = f"--python={folder / 'bin' / 'python'}"
    yield [uv, "pip", "sync", "--quiet", "--system-certs", "--require-hashes", where, str(REQUIREMENTS)]
