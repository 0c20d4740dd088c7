"""The docs show the page as it is: `python -m tests.browser.pictures` takes their pictures anew."""

import pytest
from PIL import Image

from tests.browser.pictures import FOLDER, PICTURES, SIZES, TOLERANCE, difference, studio, take
from tests.browser.tour import TOUR

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def opened(tmp_path_factory, browser):
    with studio(tmp_path_factory.mktemp("pictured")) as site:
        yield browser, site


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.file.stem)
def test_picture_is_the_pages(picture, opened, tmp_path_factory):
    taken = take(*opened, picture)
    with Image.open(picture.file) as kept:
        share = difference(kept, taken)
    if share > TOLERANCE:  # for who looks into why
        taken.save(tmp_path_factory.getbasetemp() / picture.file.name, lossless=True)

    assert share <= TOLERANCE


def test_moved_word_is_a_difference():
    with Image.open(PICTURES[0].file) as kept:
        picture = kept.convert("RGB")
    width, height = SIZES[PICTURES[0].size]
    moved = picture.copy()
    moved.paste(picture.crop((0, 80, width, 170)), (0, 90))

    assert picture.size == (width, height)
    assert difference(picture, moved) > TOLERANCE


def test_folder_holds_nothing_else():
    assert {file.name for file in FOLDER.iterdir()} == {TOUR.name, *(each.file.name for each in PICTURES)}


def test_tour_takes_about_a_minute():
    with Image.open(TOUR) as tour:
        seconds = 0.0
        for frame in range(tour.n_frames):
            tour.seek(frame)
            tour.load()
            seconds += tour.info["duration"] / 1_000

    assert 40 <= seconds <= 75
