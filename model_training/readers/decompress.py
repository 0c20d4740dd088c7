"""What compressed files hold, up to a size."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from recall.errors import ReviewLogError

MAXIMUM_DECOMPRESSED = 2 * 1024**3  # bytes; a lifetime of reviews takes a tenth
CHUNK = 1024 * 1024  # bytes


def decompress_zstd(path: Path, source: IO[bytes], target: Path) -> None:
    """Decompress Zstandard, which Anki's collections are in since 2.1.50.

    Parameters
    ----------
    path : Path
        The file's name for people.
    source : binary file
        Where to read.
    target : Path
        The file to write.

    Raises
    ------
    ReviewLogError
        If the source is damaged, or absurdly large.
    """
    import pyarrow as pa  # noqa: PLC0415 - too large for the jobs function's layers

    try:
        with pa.CompressedInputStream(pa.PythonFile(source, "r"), "zstd") as stream:
            copy(path, stream, target)
    except OSError as error:
        if error.errno is not None:  # a failure of the system, such as a full disk, and not of Arrow
            raise
        raise ReviewLogError(
            f"{path}: the Zstandard in it is damaged or incomplete; export or download it again"
        ) from error


def copy(path: Path, source: IO[bytes], target: Path) -> None:
    """Copy a file that grew on the way, up to `MAXIMUM_DECOMPRESSED`."""
    size = 0
    with target.open("wb") as opened:
        while chunk := source.read(CHUNK):
            size += len(chunk)
            if size > MAXIMUM_DECOMPRESSED:
                raise ReviewLogError(
                    f"{path}: the content decompresses to more than {MAXIMUM_DECOMPRESSED:,} bytes; "
                    "give a smaller part of it"
                )
            opened.write(chunk)
