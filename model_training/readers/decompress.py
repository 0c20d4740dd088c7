"""A private copy of what is inside a file: the table in a gzip, or the database in an Anki file.

SQLite writes beside a database that it opens, so a bare collection is copied too: the user's file is never
touched.
"""

from __future__ import annotations

import gzip
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from model_training.readers.formats import Format
from recall.errors import ReviewLogError

# Newest first: a package with a newer one holds an empty `collection.anki2` for old programs to open.
MEMBERS = ("collection.anki21b", "collection.anki21", "collection.anki2")
COMPRESSED_MEMBER = MEMBERS[0]
MAXIMUM_DECOMPRESSED = 2 * 1024**3  # bytes; a lifetime of reviews takes a tenth
CHUNK = 1024 * 1024  # bytes
# What SQLite keeps beside a database: changes not yet in it, or the way back from them.
COMPANIONS = ("", "-wal", "-journal")


@contextmanager
def decompressed(path: Path, kind: Format) -> Iterator[Path]:
    """Copy a collection's database, or a table, into a temporary folder, which is deleted afterwards.

    Parameters
    ----------
    path : Path
        An Anki package or collection, or a gzip.
    kind : Format
        The file's format.

    Yields
    ------
    Path
        The copy, free to be opened and changed.

    Raises
    ------
    ReviewLogError
        If the file is damaged, holds no collection, is absurdly large, or changes while it is copied.
    """
    with tempfile.TemporaryDirectory(prefix="recall-") as folder:
        target = Path(folder, "content")
        if kind is Format.PACKAGE:
            _decompress_zip(path, target)
        elif kind is Format.ZSTD_COLLECTION:
            with path.open("rb") as source:
                _decompress_zstd(path, source, target)
        elif kind is Format.GZIP:
            _decompress_gzip(path, target)
        else:
            _copy_database(path, target)
        yield target


def _decompress_zip(path: Path, target: Path) -> None:
    try:
        with zipfile.ZipFile(path) as package:
            name = next((member for member in MEMBERS if member in package.namelist()), None)
            if name is None:
                raise ReviewLogError(
                    f"{path}: this zip holds no Anki collection; give a .colpkg or .apkg exported by Anki"
                )
            with package.open(name) as source:
                if name == COMPRESSED_MEMBER:
                    _decompress_zstd(path, source, target)
                else:
                    _copy(path, source, target)
    # RuntimeError: encrypted, or compressed in a way that Anki doesn't use. ValueError: names in no encoding.
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as error:
        raise ReviewLogError(
            f"{path}: the package is damaged or incomplete; export or download it again"
        ) from error


def _decompress_gzip(path: Path, target: Path) -> None:
    try:
        with gzip.open(path) as source:
            _copy(path, source, target)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise ReviewLogError(f"{path}: the gzip is damaged or incomplete; download it again") from error


def _decompress_zstd(path: Path, source: IO[bytes], target: Path) -> None:
    import pyarrow as pa  # noqa: PLC0415 - too large for the jobs function's layers

    try:
        with pa.CompressedInputStream(pa.PythonFile(source, "r"), "zstd") as stream:
            _copy(path, stream, target)
    except OSError as error:
        if error.errno is not None:  # a failure of the system, such as a full disk, and not of Arrow
            raise
        raise ReviewLogError(
            f"{path}: the collection inside is damaged or incomplete; export or download it again"
        ) from error


def _copy(path: Path, source: IO[bytes] | gzip.GzipFile, target: Path) -> None:
    size = 0
    with target.open("wb") as copy:
        while chunk := source.read(CHUNK):
            size += len(chunk)
            if size > MAXIMUM_DECOMPRESSED:
                raise ReviewLogError(
                    f"{path}: the content decompresses to more than {MAXIMUM_DECOMPRESSED:,} bytes; "
                    "give a smaller part of it"
                )
            copy.write(chunk)


def _copy_database(path: Path, target: Path) -> None:
    """Copy a database with its companions, at one moment of its life."""
    files = [Path(f"{path.resolve()}{suffix}") for suffix in COMPANIONS]
    before = _states(files)
    for file, suffix in zip(files, COMPANIONS, strict=True):
        if file in before:
            shutil.copyfile(file, f"{target}{suffix}")
    if _states(files) != before:
        raise ReviewLogError(f"{path}: the collection changed while it was read; close Anki and try again")


def _states(files: list[Path]) -> dict[Path, tuple[int, int]]:
    return {file: (s.st_size, s.st_mtime_ns) for file in files if file.exists() for s in [file.stat()]}
