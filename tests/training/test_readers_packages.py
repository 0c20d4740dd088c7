"""A collection is found in whatever it was put into, and what only stands in for one is refused."""

import shutil
import zipfile
from datetime import UTC, datetime

import pytest

from model_training.readers import read
from recall.errors import ReviewLogError
from tests.training.collections import (
    NOW,
    Answer,
    add_answers,
    export_apkg,
    export_colpkg,
    open_collection,
    take_member,
    write_collection,
)
from tests.training.read_errors import read_error

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def ada(tmp_path_factory):
    """Write a collection with one review, and its packages."""
    folder = tmp_path_factory.mktemp("ada")
    write_collection(folder / "ada.anki2", [Answer(AT)])
    export_colpkg(folder / "ada.anki2", folder / "ada.colpkg", legacy=False)
    export_apkg(folder / "ada.anki2", folder / "ada.apkg", legacy=True)
    return folder


def pack(path, members):
    """Write a zip of files, by their names inside it."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, file in members.items():
            archive.write(file, name)
    return path


def learners(path):
    return read([path], now=NOW).reviews.groupby("learner").size().to_dict()


@pytest.mark.parametrize("name", ["ada.apkg", "ada.colpkg", "ada.anki2"])
def test_collection_in_a_zip_is_read(ada, tmp_path, name):
    readme = tmp_path / "read me.txt"
    readme.write_text("my reviews")
    inside = {"read me.txt": readme, f"my decks/{name}": ada / name, f"__MACOSX/my decks/._{name}": readme}

    assert learners(pack(tmp_path / "attachment.zip", inside)) == {"attachment": 1}


def test_package_that_was_unpacked_into_a_folder_is_read(ada, tmp_path):
    with zipfile.ZipFile(ada / "ada.colpkg") as package:
        package.extractall(tmp_path / "ada")
    files = {f"ada/{file.name}": file for file in (tmp_path / "ada").iterdir()}
    assert {"ada/collection.anki21b", "ada/collection.anki2"} < set(files)

    assert learners(pack(tmp_path / "again.zip", files)) == {"again": 1}


def test_packages_in_one_zip_are_learners_of_their_own(ada, tmp_path):
    write_collection(tmp_path / "bob.anki2", [Answer(AT)])

    path = pack(
        tmp_path / "course.zip", {"a/ada.apkg": ada / "ada.apkg", "bob.anki2": tmp_path / "bob.anki2"}
    )

    assert learners(path) == {"course/a/ada": 1, "course/bob": 1}


def test_collection_beside_its_backups_in_a_zip_is_one_learner(ada, tmp_path):
    inside = {"collection.anki2": ada / "ada.anki2", "backups/backup.colpkg": ada / "ada.colpkg"}

    log = read([pack(tmp_path / "profile.zip", inside)], now=NOW)

    assert log.reviews["learner"].tolist() == ["profile"]
    assert log.notes == (
        "Anki: one learner, profile, has backup.colpkg, profile.zip: each review counts once",
    )


def test_collection_without_reviews_beside_one_with_them_is_left_out(ada, tmp_path):
    write_collection(tmp_path / "new.anki2", [])

    path = pack(tmp_path / "all.zip", {"new.anki2": tmp_path / "new.anki2", "ada.anki2": ada / "ada.anki2"})

    assert learners(path) == {"all/ada": 1}
    assert read([path], now=NOW).notes == (f"{path}/new.anki2 holds no reviews",)


def test_changes_that_a_collection_keeps_beside_itself_are_read_from_the_zip(tmp_path):
    path = tmp_path / "collection.anki2"
    with open_collection(path) as collection:
        add_answers(collection, [Answer(AT)])
        archive = pack(
            tmp_path / "open.zip", {file.name: file for file in tmp_path.glob("collection.anki2*")}
        )

    assert learners(archive) == {"open": 1}


@pytest.mark.parametrize("form", ["bare.anki2", "stub.apkg"])
def test_collection_that_only_asks_to_update_anki_names_the_package(ada, tmp_path, form):
    path = tmp_path / form
    take_member(ada / "ada.colpkg", "collection.anki2", tmp_path / "bare.anki2")
    pack(tmp_path / "stub.apkg", {"collection.anki2": tmp_path / "bare.anki2"})

    message = read_error(path)

    assert "not the collection, but what stands in for it in a package" in message
    assert "“Please update to the latest Anki version, then import the .colpkg/.apkg file again.”" in message
    assert "give the whole package (.colpkg or .apkg)" in message


def test_collection_with_one_note_of_the_learners_own_is_no_stub(tmp_path):
    with open_collection(tmp_path / "ada.anki2", cards=1):
        pass

    assert "the collection holds no reviews; in Anki choose File, Export" in read_error(
        tmp_path / "ada.anki2"
    )


def test_damaged_package_in_a_zip_is_named(ada, tmp_path):
    broken = tmp_path / "broken.apkg"
    broken.write_bytes((ada / "ada.apkg").read_bytes()[:3_000])
    path = pack(tmp_path / "attachment.zip", {"broken.apkg": broken})

    with pytest.raises(ReviewLogError, match=r"attachment\.zip/broken\.apkg: the package is damaged"):
        read([path], now=NOW)


def test_archive_that_contains_archives_without_end_is_refused(ada, tmp_path):
    inner = ada / "ada.apkg"
    for depth in range(3):
        inner = pack(tmp_path / f"{depth}.apkg", {"inner.apkg": inner})

    with pytest.raises(ReviewLogError, match="an archive inside archives; unpack them"):
        read([inner], now=NOW)


def test_profile_folder_is_read_without_its_media_and_lists(ada, tmp_path):
    profile = tmp_path / "User 1"
    for name, file in {"collection.anki2": "ada.anki2", "backups/backup.colpkg": "ada.colpkg"}.items():
        (profile / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ada / file, profile / name)
    (profile / "deleted.txt").write_text("nid\tmid\n")
    (profile / "collection.media").mkdir()
    (profile / "collection.media" / "words.csv").write_text("a,b\n")

    log = read([profile], now=NOW)

    assert len(log.reviews) == 1
    assert "not read, for their names aren't those of review logs: words.csv, deleted.txt" in log.notes


def test_zip_with_a_password_is_refused(ada, tmp_path):
    path = pack(tmp_path / "secret.zip", {"ada.apkg": ada / "ada.apkg"})
    data = bytearray(path.read_bytes())
    for magic, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.rindex(magic) + flags if magic[2] == 1 else data.index(magic) + flags] |= 1
    path.write_bytes(data)

    assert "can't be unpacked here" in read_error(path)
    assert "password required" in read_error(path)
