"""A file as the page reads it and as the training does, made comparable."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from model_training.readers import anki_table, csv_table, fsrs_family, read, revlog, rows
from model_training.review_log.canonical import REPEATED, ReviewLog
from tests.training.collections import NOW

SKIPPED = {
    "learner_missing": "learner missing",
    "card_missing": "card missing",
    "learner_inexact": rows.ROUNDED.format("learner"),
    "card_inexact": rows.ROUNDED.format("card"),
    "time_missing": "time missing",
    "time_other_unit": "time in another unit than most",
    "time_unreadable": "time unreadable",
    "time_before_1980": "time before 1980",
    "time_before_2006": "time before 2006",
    "time_in_future": "time in the future",
    "rating_missing": "rating missing",
    "rating_unknown": "rating outside 1–4",
    "recalled_missing": "recalled missing",
    "recalled_unknown": "recalled is neither 0 nor 1",
    "repeated": REPEATED,
    "too_many_fields": csv_table.TOO_MANY,
    "forget": revlog.FORGET,
    "not_answered": revlog.NOT_ANSWERED,
    "preview": revlog.PREVIEW,
    "moved_by_hand": fsrs_family.MANUAL,
    "id_inexact": anki_table.SHORTENED,
}
Log = tuple[list[tuple[Any, ...]], dict[str, int]]


def asked(page: Any, question: str, paths: Path | Sequence[Path], **options: Any) -> Any:
    """Give files to the page, and ask it something of them."""
    page.set_input_files("input", paths)
    return page.evaluate(f"(options) => {question}(options)", {"now": NOW.timestamp() * 1000} | options)


def read_in_page(page: Any, *paths: Path, **options: Any) -> list[Log]:
    """Return each file's reviews, and how many of its rows were skipped for which reason."""
    return [_comparable(log) for log in asked(page, "reviewsOf", paths, **options)]


def _comparable(log: dict[str, Any]) -> Log:
    assert "error" not in log, log["words"]
    assert all(log["words"])
    found = [log["reviews"][name] for name in ("card", "time", "day", "rating", "seconds")]
    reviews = [
        (
            log["learners"][log["learnerOfCard"][card]],
            log["cardNames"][card],
            round(time * 1000),
            day,
            rating,
            None if seconds is None else round(seconds * 1000),
        )
        for card, time, day, rating, seconds in zip(*found, strict=True)
    ]
    assert log["counts"]["reviews"] == len(reviews)
    skipped = {SKIPPED[reason]: count for reason, count in log["counts"]["skipped"].items()}
    return sorted(reviews, key=str), skipped


def read_for_training(path: Path, **how: Any) -> Log:
    """Return the same of the training's reader."""
    log: ReviewLog = read([path], now=NOW, **how)
    reviews = log.reviews
    durations = [None if pd.isna(each) else int(each) for each in reviews["duration_ms"]]
    micros = reviews["reviewed_at"].astype("int64")
    columns = (
        reviews["learner"],
        reviews["card"].astype(str),
        micros,
        reviews["day"],
        reviews["rating"],
        durations,
    )
    # In which order cards come doesn't matter.
    return sorted(zip(*columns, strict=True), key=str), log.skipped


def refusal(page: Any, path: Path) -> dict[str, Any]:
    """Return the code and the values by which the page refuses a file, which it can say in each language."""
    [found] = asked(page, "reviewsOf", path)
    assert {"error", "values", "words"} == set(found), found.keys()
    assert not any(word in " ".join(found["words"]) for word in ("undefined", "NaN", "[object"))
    return {"code": found["error"]} | found["values"]
