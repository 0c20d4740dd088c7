"""Packs a layer into a zip: the same files give the same bytes, wherever zlib is the same.

CDK zips the folder itself when it deploys. This zip is for publishing a layer by hand, and tells what an
upload weighs; Lambda's limit is on what it unpacks to.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

EARLIEST = (1980, 1, 1, 0, 0, 0)  # that a zip can say
UNIX = 3
LEVEL = 6


def write_zip(folder: Path, archive: Path) -> int:
    """Write the files of a folder, sorted, with one time and mode 0644; return the zip's size in bytes."""
    with zipfile.ZipFile(archive, "w") as file:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                info = zipfile.ZipInfo(path.relative_to(folder).as_posix(), EARLIEST)
                info.create_system = UNIX
                info.external_attr = 0o100644 << 16
                file.writestr(info, path.read_bytes(), zipfile.ZIP_DEFLATED, LEVEL)
    return archive.stat().st_size
