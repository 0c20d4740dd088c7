"""Reviews come out of every form of a real Anki collection as they were written, and nothing else changes."""

import sqlite3
import tempfile
import zipfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from model_training.readers import decompress, packages, read
from model_training.readers.revlog import NOT_ANSWERED
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
from tests.training.read_errors import read_error

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANSWERS = [
    Answer(START, ease=1, duration_ms=9_000, kind=0),
    Answer(START + timedelta(days=1), ease=4, kind=1),
    Answer(START + timedelta(days=2), card=1, ease=2, kind=2),
    Answer(START + timedelta(days=3), card=1, ease=3, kind=3),
    Answer(START + timedelta(days=4), ease=0, kind=4),
    Answer(START + timedelta(days=5), ease=0, kind=5),
]
FORMS = [
    "new.colpkg",
    "legacy.colpkg",
    "new.apkg",
    "legacy.apkg",
    "bare.anki2",
    "bare.anki21",
    "bare.anki21b",
]


@pytest.fixture(scope="module")
def forms(tmp_path_factory):
    """One collection in every form that Anki has written since 2012, and the ids of its two cards."""
    folder = tmp_path_factory.mktemp("forms")
    bare = folder / "bare.anki2"
    cards = write_collection(bare, ANSWERS)
    export_colpkg(bare, folder / "new.colpkg", legacy=False)
    export_colpkg(bare, folder / "legacy.colpkg", legacy=True)
    export_apkg(bare, folder / "new.apkg", legacy=False)
    export_apkg(bare, folder / "legacy.apkg", legacy=True)
    take_member(folder / "legacy.colpkg", "collection.anki21", folder / "bare.anki21")
    take_member(folder / "new.colpkg", "collection.anki21b", folder / "bare.anki21b")
    return folder, cards


@pytest.fixture
def temporary_folder(tmp_path, monkeypatch):
    """Where temporary files go during the test."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.parametrize("form", FORMS)
def test_collection_in_any_form_gives_its_answers(forms, form):
    folder, cards = forms

    log = read([folder / form], now=NOW)

    first, second = cards
    assert log.reviews.drop(columns=["day"]).to_numpy().tolist() == [
        [Path(form).stem, first, START, 1, 9_000, 0],
        [Path(form).stem, first, START + timedelta(days=1), 4, 5_000, 1],
        [Path(form).stem, second, START + timedelta(days=2), 2, 5_000, 2],
        [Path(form).stem, second, START + timedelta(days=3), 3, 5_000, 3],
    ]
    assert log.reviews["day"].diff().tolist()[1:] == [1, 1, 1]
    assert log.skipped == {NOT_ANSWERED: 2}


def test_card_answered_in_anki_gives_the_button_and_the_card(tmp_path):
    path = tmp_path / "ada.anki2"
    with open_collection(path) as collection:
        card = collection.sched.getCard()
        card.start_timer()
        collection.sched.answerCard(card, 2)
        answered_at = collection.db.scalar("select id from revlog")

    reviews = read([path], now=datetime.now(UTC)).reviews

    assert reviews[["card", "rating", "kind"]].to_numpy().tolist() == [[card.id, 2, 0]]
    assert reviews["reviewed_at"][0].timestamp() * 1000 == pytest.approx(answered_at, abs=0.5)


def test_collection_open_in_anki_is_read_and_left_alone(tmp_path, temporary_folder):
    folder = tmp_path / "profile"
    with open_collection(folder / "collection.anki2") as collection:
        add_answers(collection, ANSWERS)
        before = {file: file.read_bytes() for file in folder.iterdir() if file.is_file()}
        assert folder / "collection.anki2-wal" in before

        log = read([folder / "collection.anki2"], now=NOW)

        assert len(log.reviews) == 4
        assert {file: file.read_bytes() for file in folder.iterdir() if file.is_file()} == before
    assert list(temporary_folder.iterdir()) == []


def test_collection_that_changes_while_it_is_copied_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "collection.anki2"
    write_collection(path, ANSWERS)
    copyfile = packages.shutil.copyfile

    def copy_while_anki_writes(source, target):
        copyfile(source, target)
        with path.open("ab") as file:
            file.write(b"more")

    monkeypatch.setattr(packages.shutil, "copyfile", copy_while_anki_writes)

    assert "changed while it was read; close Anki" in read_error(path)


def test_package_without_scheduling_says_how_to_export_with_it(forms, tmp_path):
    folder, _ = forms
    path = tmp_path / "deck.apkg"
    export_apkg(folder / "bare.anki2", path, legacy=False, with_scheduling=False)

    message = read_error(path)

    assert "holds no reviews" in message
    assert "“Include scheduling information”" in message


def test_rows_of_manual_rescheduling_do_not_count_as_bad_rows(tmp_path):
    path = tmp_path / "ada.anki2"
    write_collection(path, ANSWERS[3:])

    log = read([path], now=NOW)

    assert log.reviews["rating"].tolist() == [3]
    assert log.skipped == {NOT_ANSWERED: 2}


def test_impossible_times_and_ratings_are_counted(tmp_path):
    path = tmp_path / "ada.anki2"
    wrong = [
        Answer(datetime(2005, 12, 31, tzinfo=UTC)),
        Answer(NOW + timedelta(days=2)),
        Answer(START + timedelta(hours=1), ease=7),
    ]
    write_collection(path, [*ANSWERS[:4], *wrong])

    log = read([path], now=NOW)

    assert log.skipped == {"time before 2006": 1, "time in the future": 1, "rating outside 1–4": 1}


def test_answers_of_the_wrong_type_are_counted(tmp_path):
    path = tmp_path / "ada.anki2"
    write_collection(path, ANSWERS[:4])
    with closing(sqlite3.connect(path)) as connection:
        first, second = [row[0] for row in connection.execute("select id from revlog limit 2")]
        connection.execute("update revlog set ease = ? where id = ?", [b"\xa1", first])
        connection.execute("update revlog set time = ?, type = 9 where id = ?", ["soon", second])
        connection.commit()

    log = read([path], now=NOW)

    assert log.skipped == {"rating outside 1–4": 1}
    assert log.reviews["duration_ms"].isna().tolist() == [True, False, False]
    assert log.reviews["kind"].tolist() == [-1, 2, 3]


@pytest.mark.parametrize("form", ["new.colpkg", "bare.anki2", "bare.anki21b"])
def test_half_a_file_is_refused_and_leaves_nothing_behind(forms, tmp_path, temporary_folder, form):
    folder, _ = forms
    data = (folder / form).read_bytes()
    path = tmp_path / form
    path.write_bytes(data[: len(data) // 2])

    message = read_error(path)

    assert "damaged" in message
    assert "export" in message
    assert list(temporary_folder.iterdir()) == []


def flip_a_byte(source, path):
    """Copy a package with one byte of its collection changed."""
    data = bytearray(source.read_bytes())
    with zipfile.ZipFile(source) as package:
        data[package.getinfo("collection.anki21").header_offset + 1_000] ^= 0xFF
    path.write_bytes(data)


def halve_the_collection(source, path):
    """Write a package that holds the first half of a compressed collection."""
    data = source.read_bytes()
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("collection.anki21b", data[: len(data) // 2])


@pytest.mark.parametrize(
    ("form", "damage", "problem"),
    [
        ("legacy.apkg", flip_a_byte, "the package is damaged"),
        ("bare.anki21b", halve_the_collection, "the Zstandard in it is damaged"),
    ],
)
def test_package_with_a_damaged_collection_is_refused(forms, tmp_path, form, damage, problem):
    damage(forms[0] / form, tmp_path / "ada.colpkg")

    assert problem in read_error(tmp_path / "ada.colpkg")


def test_zip_without_a_collection_is_refused(tmp_path):
    path = tmp_path / "table.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("xl/workbook.xml", "<workbook/>")

    assert "this is a spreadsheet's workbook; save the table as “CSV UTF-8”" in read_error(path)


@pytest.mark.parametrize("conf", ["{", '{"creationOffset": "west"}', '{"creationOffset": 1e300}'])
def test_collection_with_settings_that_anki_would_not_write_is_refused(forms, tmp_path, conf):
    folder, _ = forms
    path = tmp_path / "ada.anki21"
    path.write_bytes((folder / "bare.anki21").read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("update col set conf = ?", [conf])
        connection.commit()

    assert "damaged" in read_error(path)


@pytest.mark.parametrize("suffix", [".colpkg", ".anki2", ".anki21b"])
def test_text_named_like_a_collection_is_refused(tmp_path, suffix):
    path = tmp_path / f"notes{suffix}"
    path.write_text("learner,card\n")

    assert f"the content isn't what {suffix} promises" in read_error(path)


def test_renamed_package_is_recognised_by_its_content(forms, tmp_path):
    folder, _ = forms
    path = tmp_path / "download"
    path.write_bytes((folder / "new.colpkg").read_bytes())

    assert read([path], now=NOW).reviews["learner"].unique().tolist() == ["download"]


@pytest.mark.parametrize("form", ["bomb.colpkg", "bomb.anki21b"])
def test_collection_larger_than_the_limit_is_refused(tmp_path, temporary_folder, monkeypatch, form):
    monkeypatch.setattr(decompress, "MAXIMUM_DECOMPRESSED", 10_000_000)
    data = zstd(bytes(10_000_001))
    path = tmp_path / form
    if form.endswith("colpkg"):
        with zipfile.ZipFile(path, "w") as package:
            package.writestr("collection.anki21b", data)
    else:
        path.write_bytes(data)

    assert "decompresses to more than 10,000,000 bytes" in read_error(path)
    assert list(temporary_folder.iterdir()) == []
