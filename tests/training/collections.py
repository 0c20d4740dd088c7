"""Real Anki collections for tests, written by Anki's own library."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
from anki.collection import Collection, DeckIdLimit, ExportAnkiPackageOptions

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Answer:
    """One row of a collection's review log; `card` counts from 0."""

    at: datetime
    card: int = 0
    ease: int = 3
    duration_ms: int = 5_000
    kind: int = 1
    factor: int = 2_500


def milliseconds(time: datetime) -> int:
    """Return a time as Anki's ids give it."""
    return round(time.timestamp() * 1000)


@contextmanager
def open_collection(path: Path, cards: int = 2) -> Iterator[Collection]:
    """Make a collection with some cards, open in Anki until the end of the block."""
    path.parent.mkdir(parents=True, exist_ok=True)
    collection = Collection(str(path))
    for number in range(cards):
        add_card(collection, f"front {number}")
    yield collection
    collection.close()


def add_card(collection: Collection, front: str, deck: str = "Default", note_type: str = "Basic") -> None:
    """Add a note with one card."""
    note = collection.new_note(collection.models.by_name(note_type))
    note.fields[0] = front
    collection.add_note(note, collection.decks.id(deck))


def add_answers(collection: Collection, answers: Sequence[Answer]) -> list[int]:
    """Write answers into the review log and return the ids of the collection's cards."""
    cards = collection.db.list("select id from cards order by id")
    collection.db.executemany(
        "insert into revlog values (?, ?, -1, ?, 1, 1, ?, ?, ?)",
        [(milliseconds(a.at), cards[a.card], a.ease, a.factor, a.duration_ms, a.kind) for a in answers],
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


def export_apkg(
    collection: Path, target: Path, *, legacy: bool, with_scheduling: bool = True, deck: str | None = None
) -> None:
    """Export all decks, or one; legacy means for Anki before 2.1.50."""
    opened = Collection(str(collection))
    options = ExportAnkiPackageOptions(with_scheduling=with_scheduling, legacy=legacy)
    limit = None if deck is None else DeckIdLimit(opened.decks.id(deck))
    opened.export_anki_package(out_path=str(target), options=options, limit=limit)
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
