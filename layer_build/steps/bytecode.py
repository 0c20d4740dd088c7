"""Step `bytecode`: modules are compiled once, at the build, not at every cold start.

/opt is read-only on Lambda. The .pyc files stand in the place of their sources: both together would not fit.
They are `unchecked-hash` ones, which no file's time can make stale.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from layer_build.errors import LayerError
from layer_build.pythons import find_python
from layer_build.targets import Target

COMPILER = Path(__file__).parent / "compiler.py"
MOUNTED_AT = "/opt/python"


def compile_sources(root: Path, target: Target) -> str:
    """Compile every module below a folder with a Python of the target's version, and remove its source.

    Returns
    -------
    str
        What was done, or what is missing, for the report.

    Raises
    ------
    LayerError
        If a module can't be compiled.
    """
    python = find_python(target.runtime)
    version = ".".join(map(str, target.python))
    if python is None:
        return (
            f"nothing done: no Python {version} here; each cold start compiles the modules, and takes three "
            f"times as long: `uv python install {version}` and build again"
        )
    # Isolated and without site, so that nothing of this machine is in the process that compiles. Columns
    # would only serve to underline source lines in tracebacks, and there are none.
    command = [python, "-I", "-S", "-B", "-X", "no_debug_ranges", str(COMPILER), str(root), MOUNTED_AT]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"LC_ALL": "C.UTF-8"})
    if done.returncode:
        raise LayerError(f"bytecode: {done.stderr.strip().splitlines()[-1]}; build with --without bytecode")
    return f"{done.stdout.strip()} modules as unchecked-hash .pyc of Python {version}, without their sources"
