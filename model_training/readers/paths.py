"""The files behind what a user names: files, folders of them, and patterns such as ``logs/*.csv``."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote

from model_training.readers.packages import MEMBERS
from model_training.readers.packages import SUFFIXES as OF_ANKI
from recall.errors import ReviewLogError

# Of files in a folder that may be something else; a file that is named itself is read whatever its name.
SUFFIXES = (
    ".csv", ".tsv", ".tab", ".psv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".pq", ".parq",
    ".apkg", ".colpkg", ".anki2", ".anki21", ".anki21b", ".gz", ".bz2", ".xz", ".zst", ".zip", "",
)  # fmt: skip
# The folder of an Anki profile also has media and lists of its own.
OF_A_PROFILE = MEMBERS[-1]
HIDDEN = (".", "_")  # such as Spark's _SUCCESS
NO_PARTITION = "__HIVE_DEFAULT_PARTITION__"


def files(given: Sequence[Path]) -> tuple[list[Path], tuple[str, ...]]:
    """Find the files, each once and in order, and say which ones in folders aren't read.

    Raises
    ------
    ReviewLogError
        If there is no such file, or nothing in a folder or behind a pattern.
    """
    found: dict[Path, Path] = {}
    left_out: list[Path] = []
    for path in given:
        for file in _files(path, left_out):
            found.setdefault(file.resolve(), file)
    names = ", ".join(path.name for path in left_out[:3])
    more = f" and {len(left_out) - 3:,} more" if len(left_out) > 3 else ""  # noqa: PLR2004 - as many as are named
    return list(found.values()), (
        f"not read, for their names aren't those of review logs: {names}{more}",
    ) * bool(left_out)


def _files(path: Path, left_out: list[Path]) -> Iterator[Path]:
    if path.is_dir():
        yield from _in_folder(path, left_out)
    elif path.exists():
        yield path
    elif glob.has_magic(str(path)):
        # Path.glob takes no absolute pattern.
        matches = sorted(Path(match) for match in glob.glob(str(path), recursive=True))  # noqa: PTH207 - the same
        if not matches:
            raise ReviewLogError(f"{path}: no file matches this pattern; check the path")
        for match in matches:
            yield from _in_folder(match, left_out) if match.is_dir() else [match]
    else:
        raise ReviewLogError(f"{path}: no such file; check the path")


def _in_folder(folder: Path, left_out: list[Path]) -> Iterator[Path]:
    inside = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith(HIDDEN) for part in path.relative_to(folder).parts)
    )
    profiles = {path.parent for path in inside if path.name == OF_A_PROFILE}
    known = [
        path
        for path in inside
        if path.suffix.lower() in (SUFFIXES if profiles.isdisjoint(path.parents) else OF_ANKI)
    ]
    if not known:
        raise ReviewLogError(f"{folder}: there is no review log in this folder; name a file")
    left_out += sorted(set(inside).difference(known))
    yield from known


def partitions(path: Path) -> dict[str, str | None]:
    """Return the columns that a path gives, as in ``user_id=1/data.parquet``."""
    pairs = [part.split("=", 1) for part in path.parts[:-1] if part.count("=") == 1]
    return {name: None if value == NO_PARTITION else unquote(value) for name, value in pairs if name}
