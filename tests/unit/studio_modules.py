"""The studio's pure TypeScript modules, compiled and run by Node."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]
MODEL_FILE = PROJECT / "lambda_src" / "inference" / "default_model" / "model.json"
# For Node, which runs no modules whose imports have no suffix. Types are checked with the rest of the page.
OPTIONS = "--module commonjs --moduleResolution node10 --target es2022 --noCheck"


def compiled(folder: Path, *entries: str) -> Path:
    """Compile modules of web/src, with all that they import, into a folder; return it."""
    source = PROJECT / "web" / "src"
    command = [
        PROJECT / "node_modules" / ".bin" / "tsc",
        *OPTIONS.split(),
        "--rootDir",
        source,
        "--outDir",
        folder,
    ]
    subprocess.run([*command, *(source / entry for entry in entries)], cwd=PROJECT / "web", check=True)
    return folder


def run(folder: Path, script: str, given: Any = None) -> Any:
    """Run a script that has ``given``, and calls ``answer`` with a JSON value; return that."""
    program = (
        'const given = JSON.parse(require("node:fs").readFileSync(0, "utf8"));'
        "const answer = (value) => process.stdout.write(JSON.stringify(value));" + script
    )
    node = ["node", "-e", program]
    done = subprocess.run(
        node, cwd=folder, input=json.dumps(given), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
