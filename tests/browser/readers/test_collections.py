"""Anki's collections, written by Anki's own library, give the same reviews in the page as in training."""

import json
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from model_training.readers import revlog
from tests.browser.readers.reading import read_for_training, read_in_page, refusal
from tests.training.collections import (
    NOW,
    Answer,
    add_answers,
    export_apkg,
    export_colpkg,
    open_collection,
    take_member,
    write_collection,
    zstd,
)

pytestmark = pytest.mark.slow

START = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
DAY = timedelta(days=1)
# Of every kind: reviews, a Forget, reschedulings, a preview, a card that is learnt again, impossible ones.
ANSWERS = [
    Answer(START, ease=1, duration_ms=9_000, kind=0),
    Answer(START + DAY, ease=4),
    Answer(START + 2 * DAY, card=1, ease=2, kind=2),
    Answer(START + 3 * DAY, ease=0, kind=4, factor=0),
    Answer(START + 4 * DAY, kind=0),
    Answer(START + 5 * DAY, card=1, kind=3),
    Answer(START + 6 * DAY, card=1, kind=3, factor=0),
    Answer(START + 7 * DAY, card=1, kind=0),
    Answer(START + 8 * DAY, ease=0, kind=5),
    Answer(START + 9 * DAY, ease=0, kind=4),
    Answer(datetime(2005, 12, 31, tzinfo=UTC), card=1),
    Answer(NOW + 2 * DAY),
    Answer(START + 10 * DAY, ease=7),
]
FORMS = (
    "new.colpkg",
    "legacy.colpkg",
    "new.apkg",
    "legacy.apkg",
    "bare.anki2",
    "bare.anki21",
    "bare.anki21b",
)
CHANGES = {
    "offset.anki21": {"localOffset": 300, "rollover": 7},
    "creation.anki21": {"creationOffset": -330},
    "old.anki21": {},
}


@pytest.fixture(scope="module")
def forms(tmp_path_factory) -> Path:
    """Write one collection in every form that Anki has written since 2012, and with other settings."""
    folder = tmp_path_factory.mktemp("forms")
    bare = folder / "bare.anki2"
    write_collection(bare, ANSWERS)
    export_colpkg(bare, folder / "new.colpkg", legacy=False)
    export_colpkg(bare, folder / "legacy.colpkg", legacy=True)
    export_apkg(bare, folder / "new.apkg", legacy=False)
    export_apkg(bare, folder / "legacy.apkg", legacy=True)
    take_member(folder / "legacy.colpkg", "collection.anki21", folder / "bare.anki21")
    take_member(folder / "new.colpkg", "collection.anki21b", folder / "bare.anki21b")
    for name, settings in CHANGES.items():
        with changed(folder / "bare.anki21", folder / name) as database:
            database.execute("update col set conf = ?", [json.dumps(settings)])
    with changed(bare, folder / "types.anki2") as database:
        first, second = [row[0] for row in database.execute("select id from revlog order by id limit 1, 2")]
        database.execute("update revlog set ease = ? where id = ?", [b"\xa1", first])
        database.execute("update revlog set time = ?, type = 9 where id = ?", ["soon", second])
    with zipfile.ZipFile(folder / "attachment.zip", "w") as archive:
        archive.writestr("__MACOSX/._new.colpkg", b"")
        archive.write(folder / "new.colpkg", "my decks/new.colpkg")
    return folder


@contextmanager
def changed(source: Path, target: Path) -> Iterator[sqlite3.Connection]:
    """Copy a database, and change the copy."""
    target.write_bytes(source.read_bytes())
    with closing(sqlite3.connect(target)) as connection:
        yield connection
        connection.commit()


@pytest.fixture(scope="module")
def logs(page, forms):
    """Let the page read all of them at once."""
    names = [*FORMS, *CHANGES, "types.anki2", "attachment.zip"]
    return dict(zip(names, read_in_page(page, *(forms / name for name in names)), strict=True))


@pytest.mark.parametrize("name", [*FORMS, *CHANGES, "types.anki2", "attachment.zip"])
def test_collection_is_read_as_in_training(forms, logs, name):
    assert logs[name] == read_for_training(forms / name)


def test_entries_that_are_no_reviews_are_counted_by_their_kind(logs):
    assert logs["bare.anki2"][1] == {
        revlog.FORGET: 1,
        revlog.NOT_ANSWERED: 2,
        revlog.PREVIEW: 1,
        "time before 2006": 1,
        "time in the future": 1,
        "rating outside 1–4": 1,
    }


def test_collection_without_reviews_says_how_to_export_with_them(page, forms, tmp_path):
    export_apkg(forms / "bare.anki2", tmp_path / "deck.apkg", legacy=False, with_scheduling=False)

    assert refusal(page, tmp_path / "deck.apkg") == {"code": "no_reviews"}


def test_collection_that_only_asks_to_update_anki_is_refused(page, forms, tmp_path):
    take_member(forms / "new.colpkg", "collection.anki2", tmp_path / "bare.anki2")

    assert refusal(page, tmp_path / "bare.anki2") == {"code": "stand_in"}


def test_collection_without_a_review_among_its_entries_is_refused(page, tmp_path):
    write_collection(tmp_path / "ada.anki2", ANSWERS[8:10])

    assert refusal(page, tmp_path / "ada.anki2") == {
        "code": "none_is_a_review",
        "skipped": {"not_answered": 2},
    }


@pytest.mark.parametrize("conf", ["{", '{"creationOffset": "west"}', '{"creationOffset": 1e300}'])
def test_collection_with_settings_that_anki_would_not_write_is_refused(page, forms, tmp_path, conf):
    with changed(forms / "bare.anki21", tmp_path / "ada.anki21") as database:
        database.execute("update col set conf = ?", [conf])

    assert refusal(page, tmp_path / "ada.anki21") == {"code": "damaged", "what": "collection"}


@pytest.mark.parametrize(
    ("form", "what"), [("new.colpkg", "zip"), ("bare.anki2", "collection"), ("bare.anki21b", "zstd")]
)
def test_half_a_file_is_refused(page, forms, tmp_path, form, what):
    data = (forms / form).read_bytes()
    (tmp_path / form).write_bytes(data[: len(data) // 2])

    assert refusal(page, tmp_path / form) == {"code": "damaged", "what": what}


def test_package_with_a_byte_changed_is_refused(page, forms, tmp_path):
    data = bytearray((forms / "legacy.apkg").read_bytes())
    with zipfile.ZipFile(forms / "legacy.apkg") as package:
        data[package.getinfo("collection.anki21").header_offset + 1_000] ^= 0xFF
    (tmp_path / "ada.apkg").write_bytes(data)

    assert refusal(page, tmp_path / "ada.apkg") == {"code": "damaged", "what": "zip"}


def test_database_of_another_program_is_refused(page, tmp_path):
    with closing(sqlite3.connect(tmp_path / "other.anki2")) as connection:
        connection.execute("create table cards (id integer)")

    assert refusal(page, tmp_path / "other.anki2") == {"code": "damaged", "what": "collection"}


def test_several_collections_in_one_zip_are_named(page, forms, tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(forms / "new.apkg", "ada.apkg")
        archive.write(forms / "bare.anki2", "bob.anki2")

    assert refusal(page, tmp_path / "all.zip") == {
        "code": "several_collections",
        "names": ["ada.apkg", "bob.anki2"],
    }


def test_collection_that_was_packed_while_anki_had_it_open_is_refused(page, tmp_path):
    path = tmp_path / "collection.anki2"
    with open_collection(path) as collection:
        add_answers(collection, ANSWERS)
        with zipfile.ZipFile(tmp_path / "open.zip", "w") as archive:
            for file in tmp_path.glob("collection.anki2*"):
                archive.write(file, file.name)

    assert refusal(page, tmp_path / "open.zip") == {"code": "collection_open"}


def test_collection_that_says_how_large_it_is_beyond_the_limit_is_refused_at_once(page, tmp_path):
    with zipfile.ZipFile(tmp_path / "large.colpkg", "w") as archive:
        archive.writestr("collection.anki21b", b"x")
        archive.infolist()[0].file_size = 2**30 + 1

    assert refusal(page, tmp_path / "large.colpkg") == {"code": "too_large", "limit": 2**30}


def test_collection_that_grows_beyond_the_limit_is_stopped_on_the_way(page, tmp_path):
    (tmp_path / "bomb.anki21b").write_bytes(zstd(bytes(2**30 + 1)))

    assert refusal(page, tmp_path / "bomb.anki21b") == {"code": "too_large", "limit": 2**30}
