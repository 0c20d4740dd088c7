"""The page's modules in Node: bundled as Vite bundles them, called once."""

import json
import subprocess
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]


def evaluated(script: str, vectors: dict[str, Any], folder: Path) -> Any:
    """Return what a script of this folder makes of vectors.

    Parameters
    ----------
    script : str
        Name of a TypeScript file that takes the paths of two JSON files, of the vectors and of the results.
    vectors : dict
        What it gets, as JSON values.
    folder : Path
        For the files in between.
    """
    bundle, given, found = folder / "bundle.mjs", folder / "vectors.json", folder / "results.json"
    given.write_text(json.dumps(vectors), encoding="utf-8")
    rolldown = [PROJECT / "node_modules" / ".bin" / "rolldown", Path(__file__).parent / script]
    _run([*rolldown, "--file", bundle, "--platform", "node"])
    _run(["node", bundle, given, found])
    return json.loads(found.read_text(encoding="utf-8"))


def _run(command: list[str | Path]) -> None:
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
