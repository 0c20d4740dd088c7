"""What is inside a compressed file, whatever its name: gzip, bzip2, xz, Zstandard, or a zip of one table."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

from model_training.readers.decompress import copy, decompress_zstd
from model_training.readers.packages import RESOURCE_FORKS, SUFFIXES
from recall.errors import ReviewLogError

GZIP, BZIP2, XZ, ZSTANDARD, ZIP = "gzip", "bzip2", "xz", "Zstandard", "zip"
MAGIC = {
    b"\x1f\x8b": GZIP,
    b"BZh": BZIP2,
    b"\xfd7zXZ\x00": XZ,
    b"\x28\xb5\x2f\xfd": ZSTANDARD,
    b"PK\x03\x04": ZIP,
}
OPEN: dict[str, Callable[[Path], IO[bytes] | Any]] = {GZIP: gzip.open, BZIP2: bz2.open, XZ: lzma.open}
DEEPEST = 3  # a zip of a gzip is as deep as anyone has gone
NOT_CONTENT = (RESOURCE_FORKS, ".DS_Store", "Thumbs.db")
WORKBOOKS = ("xl/workbook.xml", "content.xml")  # of Excel, and of LibreOffice


class Content(NamedTuple):
    """A file free of compression: where it is, and what it was compressed with, the outermost first."""

    path: Path
    wrapping: tuple[str, ...]


@contextmanager
def content(path: Path) -> Iterator[Content]:
    """Decompress a file, or keep what a pipe gives, in a temporary folder, which is deleted afterwards.

    Other files are given as they are.

    Raises
    ------
    ReviewLogError
        If the file is damaged, absurdly large, or a zip of several files.
    """
    wrapping: tuple[str, ...] = ()
    inside = path
    with tempfile.TemporaryDirectory(prefix="recall-") as folder:
        if not path.is_file():  # a pipe gives what it holds once
            inside = Path(folder, "piped")
            with path.open("rb") as source:
                copy(path, source, inside)
        while len(wrapping) < DEEPEST and (kind := _compression(path, inside)):
            target = Path(folder, f"content-{len(wrapping)}")
            _decompress(path, inside, kind, target)
            wrapping, inside = (*wrapping, kind), target
        yield Content(inside, wrapping)


def _compression(path: Path, file: Path) -> str | None:
    with file.open("rb") as opened:
        head = opened.read(8)
    kind = next((kind for magic, kind in MAGIC.items() if head.startswith(magic)), None)
    return None if kind == ZIP and _is_of_anki(path, file) else kind


def _is_of_anki(path: Path, file: Path) -> bool:
    """Tell whether a zip is an Anki package, or holds collections or packages."""
    return any(name.lower().endswith(SUFFIXES) for name in _members(path, file))


def _decompress(path: Path, file: Path, kind: str, target: Path) -> None:
    try:
        if kind == ZIP:
            with zipfile.ZipFile(file) as package, package.open(_only_member(path, file)) as source:
                copy(path, source, target)
        elif kind == ZSTANDARD:
            with file.open("rb") as source:
                decompress_zstd(path, source, target)
        else:
            with OPEN[kind](file) as source:
                copy(path, source, target)
    except RuntimeError as error:
        raise ReviewLogError(f"{path}: the {kind} needs a password; unpack it first") from error
    # OSError without a number: what bzip2 and gzip say of damaged data.
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise ReviewLogError(
            f"{path}: the {kind} is damaged or incomplete; export, download or compress it again"
        ) from error


def _only_member(path: Path, file: Path) -> str:
    names = _members(path, file)
    if any(name in WORKBOOKS for name in names):
        raise ReviewLogError(f"{path}: this is a spreadsheet's workbook; save the table as “CSV UTF-8”")
    if len(names) != 1:
        raise ReviewLogError(
            f"{path}: this zip holds no Anki collection, and {len(names)} files instead of one table; unpack "
            "it and name the review logs"
        )
    return names[0]


def _members(path: Path, file: Path) -> list[str]:
    try:
        with zipfile.ZipFile(file) as package:
            names = package.namelist()
    except (zipfile.BadZipFile, ValueError) as error:
        raise ReviewLogError(
            f"{path}: the package is damaged or incomplete; export or download it again"
        ) from error
    return [
        name for name in names if not name.endswith("/") and not any(part in name for part in NOT_CONTENT)
    ]
