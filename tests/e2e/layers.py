"""The layers of a deployment, kept in the user's cache: they take more time than all else of it.

The CDK names each asset by the hash of what decides its bytes, and builds and zips none that is there.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "recall"
ZIPS = ".cache"  # where the CDK keeps what it has zipped, in its output


@contextmanager
def kept_layers(cdk_out: Path, name: str = "layers") -> Iterator[None]:
    """Give a deployment the layers that are in a cache of this name, and keep those that it used.

    While there are none, one deployment at a time, so that two don't build the same.
    """
    cache = CACHE / name
    cache.mkdir(parents=True, exist_ok=True)
    with Path(f"{cache}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        shutil.copytree(cache, cdk_out, dirs_exist_ok=True)
        kept = {path.name for path in cache.iterdir()}
        if kept:
            fcntl.flock(lock, fcntl.LOCK_UN)
        yield
        used = _layers(cdk_out)
        if {path.name for path in used if path.is_dir()} <= kept:
            return
        fcntl.flock(lock, fcntl.LOCK_EX)
        shutil.rmtree(cache)
        for path in used:
            copy = shutil.copytree if path.is_dir() else shutil.copy2
            target = cache / path.relative_to(cdk_out)
            target.parent.mkdir(parents=True, exist_ok=True)
            copy(path, target)


def _layers(cdk_out: Path) -> set[Path]:
    """Return the folders and the zips of the layers that the stacks name, and of no earlier ones."""
    found = set()
    for manifest in cdk_out.glob("*.assets.json"):
        for name, asset in json.loads(manifest.read_text())["files"].items():
            folder = cdk_out / asset["source"]["path"]
            if (folder / "python").is_dir():
                found |= {folder, cdk_out / ZIPS / f"{name}.zip"}
    return found
