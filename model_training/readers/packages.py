"""Private copies of the databases in Anki's packages, in archives of packages, or of a bare collection.

SQLite writes beside a database that it opens, so a bare collection is copied too: the user's file is never
touched.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from model_training.readers.decompress import copy, decompress_zstd
from recall.errors import ReviewLogError

# Newest first: a package with a newer one holds an empty `collection.anki2` for old programs to open.
MEMBERS = ("collection.anki21b", "collection.anki21", "collection.anki2")
SUFFIXES = (".colpkg", ".apkg", ".anki2", ".anki21", ".anki21b")
ZIP, ZSTANDARD = b"PK", b"\x28\xb5\x2f\xfd"
DEEPEST = 3  # a package in an archive of archives
# What SQLite keeps beside a database: changes not yet in it, or the way back from them.
COMPANIONS = ("-wal", "-journal")
# Which macOS puts beside the real files.
RESOURCE_FORKS = "__MACOSX"


@contextmanager
def databases(file: Path, name: Path) -> Iterator[dict[str, Path]]:
    """Copy the databases of collections into a temporary folder, which is deleted afterwards.

    Parameters
    ----------
    file : Path
        An Anki package, an archive of such or of collections, or a collection.
    name : Path
        Its name for people.

    Yields
    ------
    dict of str to Path
        The copies, free to be opened and changed, by their path inside the archive: empty for the file's own.

    Raises
    ------
    ReviewLogError
        If the file is damaged, holds no collection, is absurdly large, or changes while it is copied.
    """
    with tempfile.TemporaryDirectory(prefix="recall-") as folder:
        if _head(file).startswith((ZIP, ZSTANDARD)):
            yield _inside(file, name, Path(folder))
        else:
            yield {"": _copy_database(file, name, Path(folder, "database"))}


def _head(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(len(ZSTANDARD))


def _inside(file: Path, name: Path, folder: Path, depth: int = 0) -> dict[str, Path]:
    """Find the databases in a file that may be changed, by their paths inside it."""
    head = _head(file)
    if head == ZSTANDARD:
        with file.open("rb") as source:
            decompress_zstd(name, source, folder / "database")
        return {"": folder / "database"}
    if not head.startswith(ZIP):
        return {"": file}
    if depth == DEEPEST:
        raise ReviewLogError(f"{name}: an archive inside archives; unpack them and give the package itself")
    found = {}
    for number, (member, copied) in enumerate(_extract(file, name, folder).items()):
        shown, prefix = (name, "") if member in MEMBERS else (name / member, member)
        below = folder / f"inside-{number}"
        below.mkdir()
        for path, database in _inside(copied, shown, below, depth + 1).items():
            found[str(PurePosixPath(prefix, path)) if prefix or path else ""] = database
    return found


def _extract(file: Path, name: Path, folder: Path) -> dict[str, Path]:
    """Extract the collections and packages of an archive, with the companions of databases beside them."""
    found = {}
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            for number, member in enumerate(_wanted(names)):
                found[member] = folder / str(number)
                for suffix in ("", *COMPANIONS):
                    if f"{member}{suffix}" in names:
                        with archive.open(f"{member}{suffix}") as source:
                            copy(name, source, folder / f"{number}{suffix}")
    # ValueError: names in no encoding.
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError) as error:
        raise ReviewLogError(
            f"{name}: the package is damaged or incomplete; export or download it again"
        ) from error
    except RuntimeError as error:  # encrypted, or compressed in a way that isn't built in
        raise ReviewLogError(f"{name}: can't be unpacked here ({error}); unpack it first") from error
    if not found:
        raise ReviewLogError(
            f"{name}: this zip holds no Anki collection; give a .colpkg or .apkg exported by Anki"
        )
    return found


def _wanted(names: list[str]) -> list[str]:
    """Choose the collections and packages in an archive: of a collection's several forms the newest."""
    inside = [PurePosixPath(name) for name in names if not name.startswith(RESOURCE_FORKS)]
    older = {
        path.with_name(form)
        for path in inside
        if path.name in MEMBERS
        for form in MEMBERS[MEMBERS.index(path.name) + 1 :]
    }
    return [str(path) for path in inside if path.suffix.lower() in SUFFIXES and path not in older]


def _copy_database(file: Path, name: Path, target: Path) -> Path:
    """Copy a database with its companions, at one moment of its life."""
    files = [Path(f"{file.resolve()}{suffix}") for suffix in ("", *COMPANIONS)]
    before = _states(files)
    for each, suffix in zip(files, ("", *COMPANIONS), strict=True):
        if each in before:
            shutil.copyfile(each, f"{target}{suffix}")
    if _states(files) != before:
        raise ReviewLogError(f"{name}: the collection changed while it was read; close Anki and try again")
    return target


def _states(files: list[Path]) -> dict[Path, tuple[int, int]]:
    return {file: (s.st_size, s.st_mtime_ns) for file in files if file.exists() for s in [file.stat()]}
