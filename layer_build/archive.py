"""Compresses a layer into a zip file: the same files give the same bytes, wherever zlib is the same.

CDK zips the folder itself when it deploys. This file is for publishing a layer by hand, and shows how large
an upload is; Lambda's limit is on the size of what is in it.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

EARLIEST = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file can hold
UNIX = 3  # the system whose file modes the entries have
LEVEL = 6  # of compression, zlib's default


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
