"""Tables give the same reviews in the page as in training, down to days, durations and skipped rows."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from model_training.readers import revlog
from model_training.review_log.canonical import REPEATED
from model_training.review_log.study_days import StudyDays
from tests.browser.readers.reading import asked, read_for_training, read_in_page
from tests.browser.readers.samples import AT, FILES, TABLE, parquet
from tests.training.collections import Answer, write_collection

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tables(page, tmp_path_factory):
    """Write all tables, and let the page read them at once; give their folder and the logs by name."""
    folder = tmp_path_factory.mktemp("tables")
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    logs = read_in_page(page, *(folder / name for name in FILES))
    return folder, dict(zip(FILES, logs, strict=True))


@pytest.mark.parametrize("name", FILES)
def test_table_is_read_as_in_training(tables, name):
    folder, logs = tables

    assert logs[name] == read_for_training(folder / name)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/St_Johns", "Asia/Kolkata"])
def test_study_days_begin_where_the_user_says_also_when_the_clock_changes(page, tmp_path, zone):
    hours = pd.date_range("2025-10-20", "2025-11-05", freq="37min", tz="UTC")
    path = tmp_path / "hours.csv"
    path.write_text(
        "card,reviewed_at,rating\n" + "".join(f"{each.day},{each.isoformat()},3\n" for each in hours)
    )

    [seen] = read_in_page(page, path, zone=zone)

    assert seen == read_for_training(path, study_days=StudyDays(ZoneInfo(zone)))


def test_repeats_are_counted_over_the_parts_of_a_large_table(page, tmp_path):
    path = tmp_path / "large.csv"
    rows = [f"{number % 9000},{1_600_000_000 + 780 * number},{1 + number % 4}" for number in range(140_000)]
    path.write_text("\n".join(["card,reviewed_at,rating", *rows, *rows[:5]]))

    counts = asked(page, "countsOf", path)

    assert (counts["reviews"], counts["cards"]) == (140_000, 9_000)
    assert counts["skipped"] == {"repeated": 5}


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_table_of_anki_is_read_as_in_training(page, tmp_path, form):
    path, copy = tmp_path / "ada.anki2", tmp_path / f"ada.{form}"
    write_collection(
        path, [Answer(AT + timedelta(days=day, minutes=card), card) for day in range(9) for card in (0, 1)]
    )
    with closing(sqlite3.connect(path)) as connection:
        change = (
            "update revlog set ease = ?, factor = ?, type = ? where rowid = (select min(id) from revlog) + ?"
        )
        for day, entry in ((2, (0, 0, 4)), (4, (3, 0, 3)), (6, (0, 2500, 4)), (8, (3, 2500, 0))):
            connection.execute(change, [*entry, day * 86_400_000])
        table = pd.read_sql("select * from revlog", connection)
    both = pd.concat([table.assign(user="ada"), table.assign(user="bob"), table.assign(user="bob").head(1)])
    {"csv": lambda: both.to_csv(copy, index=False), "json": lambda: both.to_json(copy, orient="records"),
     "parquet": lambda: both.to_parquet(copy)}[form]()  # fmt: skip

    [seen] = read_in_page(page, copy)

    assert seen == read_for_training(copy)
    assert set(seen[1]) == {revlog.FORGET, revlog.PREVIEW, revlog.NOT_ANSWERED, REPEATED}


def test_cards_that_are_structs_with_whole_numbers_are_named_by_their_json(page, tmp_path):
    (tmp_path / "log.parquet").write_bytes(parquet(card=[{"id": 2**53 + 1}, {"id": 2}, {"id": 2}]))

    [log] = asked(page, "reviewsOf", tmp_path / "log.parquet")

    assert log["cardNames"] == ['{"id":"2"}', f'{{"id":"{2**53 + 1}"}}']


def test_reading_can_be_stopped(page, tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(TABLE)

    assert asked(page, "stoppedRead", path) == {"error": "AbortError"}
