"""``python -m bundle FOLDER``: put the lean functions' compiled modules into one file of the folder."""

from __future__ import annotations

import json
import sys
from importlib.util import cache_from_source
from pathlib import Path

from bundle import FILE

PACKAGES = ("aws_kit", "http_kit", "inference", "memory", "recall")
HEADER_BYTES = 16  # of a .pyc file


def write_bundle(root: Path) -> None:
    """Write `FILE` into a folder that has the functions' code with its .pyc files."""
    modules: dict[str, tuple[str, int, int]] = {}
    parts: list[bytes] = []
    size = 0
    for source in sorted(path for package in PACKAGES for path in (root / package).rglob("*.py")):
        bytecode = Path(cache_from_source(str(source))).read_bytes()[HEADER_BYTES:]
        path = source.relative_to(root)
        name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        modules[name] = (path.as_posix(), size, len(bytecode))
        parts.append(bytecode)
        size += len(bytecode)
    (root / FILE).write_bytes(b"\n".join([json.dumps(modules).encode(), b"".join(parts)]))


if __name__ == "__main__":
    write_bundle(Path(sys.argv[1]))
