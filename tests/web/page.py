"""The page's modules in Node: bundled as Vite bundles them."""

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
        Name of a TypeScript file that takes the paths of two JSON files, of the vectors and of the results;
        or of a Rolldown configuration (``.mjs``) that has one as its input.
    vectors : dict
        What it gets, as JSON values.
    folder : Path
        For the files in between.
    """
    return called(bundled(script, folder), vectors)


def bundled(script: str, folder: Path) -> Path:
    """Bundle a script of this folder, to call it more than once; return the bundle."""
    bundle = folder / "bundle.mjs"
    path = Path(__file__).parent / script
    what: list[str | Path] = ["--config", path] if path.suffix == ".mjs" else [path, "--platform", "node"]
    _run([PROJECT / "node_modules" / ".bin" / "rolldown", *what, "--file", bundle])
    return bundle


def called(bundle: Path, vectors: dict[str, Any]) -> Any:
    """Return what a bundled script makes of vectors; as of `evaluated`."""
    given, found = bundle.with_name("vectors.json"), bundle.with_name("results.json")
    given.write_text(json.dumps(vectors), encoding="utf-8")
    _run(["node", bundle, given, found])
    return json.loads(found.read_text(encoding="utf-8"))


def _run(command: list[str | Path]) -> None:
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
