"""Real Anki collections for tests, written by Anki's own library."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
from anki.collection import Collection, ExportAnkiPackageOptions

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Answer:
    """One row of a collection's review log; `card` counts from 0."""

    at: datetime
    card: int = 0
    ease: int = 3
    duration_ms: int = 5_000
    kind: int = 1


@contextmanager
def open_collection(path: Path, cards: int = 2) -> Iterator[Collection]:
    """Make a collection with some cards, open in Anki until the end of the block."""
    path.parent.mkdir(parents=True, exist_ok=True)
    collection = Collection(str(path))
    for number in range(cards):
        note = collection.new_note(collection.models.by_name("Basic"))
        note["Front"] = f"front {number}"
        collection.add_note(note, 1)
    yield collection
    collection.close()


def add_answers(collection: Collection, answers: Sequence[Answer]) -> list[int]:
    """Write answers into the review log and return the ids of the collection's cards."""
    cards = collection.db.list("select id from cards order by id")
    collection.db.executemany(
        "insert into revlog values (?, ?, -1, ?, 1, 1, 2500, ?, ?)",
        [(round(a.at.timestamp() * 1000), cards[a.card], a.ease, a.duration_ms, a.kind) for a in answers],
    )
    return cards


def write_collection(path: Path, answers: Sequence[Answer]) -> list[int]:
    """Write a closed collection (`.anki2`) and return the ids of its cards."""
    with open_collection(path) as collection:
        return add_answers(collection, answers)


def export_colpkg(collection: Path, target: Path, *, legacy: bool) -> None:
    """Export the whole collection; legacy means for Anki before 2.1.50."""
    opened = Collection(str(collection))
    opened.export_collection_package(str(target), include_media=False, legacy=legacy)


def export_apkg(collection: Path, target: Path, *, legacy: bool, with_scheduling: bool = True) -> None:
    """Export all decks; legacy means for Anki before 2.1.50."""
    opened = Collection(str(collection))
    options = ExportAnkiPackageOptions(with_scheduling=with_scheduling, legacy=legacy)
    opened.export_anki_package(out_path=str(target), options=options, limit=None)
    opened.close()


def take_member(package: Path, member: str, target: Path) -> None:
    """Take a collection out of a package, as it is stored there."""
    with zipfile.ZipFile(package) as opened:
        target.write_bytes(opened.read(member))


def zstd(data: bytes) -> bytes:
    """Compress like Anki does since 2.1.50."""
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()
