"""What older snapshots of the table still hold: erased rows, until the snapshots and their files are gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyiceberg.io import FileIO
from pyiceberg.table import Table
from pyiceberg.table.snapshots import Snapshot

READERS = 8  # S3 answers many at once
MILLISECONDS = 1_000


class Held(NamedTuple):
    """What is left of learners in the files that the newest snapshot has no more.

    Attributes
    ----------
    rows : int
        Their rows.
    newest : datetime or None
        When the newest snapshot with such a row was made; None if no file has one.
    """

    rows: int
    newest: datetime | None


def held_before(table: Table, learners: Sequence[str]) -> Held:
    """Look for learners in every data file that a kept snapshot has and the newest one has no more."""
    files = _older_files(table)
    wanted = pa.array(sorted(learners), pa.string())
    with ThreadPoolExecutor(READERS) as pool:
        rows = dict(zip(files, pool.map(lambda path: _rows(table.io, path, wanted), files), strict=True))
    made = [files[path] for path, count in rows.items() if count]
    newest = datetime.fromtimestamp(max(made) / MILLISECONDS, UTC) if made else None
    return Held(sum(rows.values()), newest)


def _older_files(table: Table) -> dict[str, int]:
    """Return these files, and when the newest snapshot with each was made, in ms since 1970."""
    known: dict[str, list[str]] = {}
    made = {
        path: snapshot.timestamp_ms
        for snapshot in sorted(table.snapshots(), key=lambda each: each.timestamp_ms)
        for path in _of_snapshot(table.io, snapshot, known)
    }
    current = table.current_snapshot()
    newest = set() if current is None else set(_of_snapshot(table.io, current, known))
    return {path: at for path, at in made.items() if path not in newest}


def _of_snapshot(io: FileIO, snapshot: Snapshot, known: dict[str, list[str]]) -> Iterator[str]:
    """Yield a snapshot's data files; `known` are those of manifests, which snapshots share."""
    for manifest in snapshot.manifests(io):
        if manifest.manifest_path not in known:
            entries = manifest.fetch_manifest_entry(io)
            known[manifest.manifest_path] = [entry.data_file.file_path for entry in entries]
        yield from known[manifest.manifest_path]


def _rows(io: FileIO, path: str, learners: pa.Array) -> int:
    try:
        with io.new_input(path).open() as file:
            found = pq.read_table(file, columns=["learner"])["learner"]
    except FileNotFoundError:  # removed since its snapshot was read
        return 0
    return int(pc.sum(pc.is_in(found, learners)).as_py() or 0)
