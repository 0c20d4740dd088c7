"""A review log through the memory's API, beside what `evaluate` predicts of it with the learner's state."""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import log_loss

from benchmarks.errors import BenchmarkError
from benchmarks.memory.decks import LEARNER, call
from inference.wrong_reviews import MAXIMUM_DURATION
from memory.handler import make_service
from model_training.history.predict import predict_with_learner
from model_training.readers import read
from model_training.review_log.features import OUTCOME, scored_features
from recall.artifact import decode
from tests.functional.dynamodb import Tables, memory_environment

BATCH = 100  # reviews in one request
MINUTES_A_DAY = 1440
DAY_STARTS = 240  # minutes after midnight, where a request doesn't say it
MOST_OFFSET = MINUTES_A_DAY - 1  # that a time may have


def replay(path: Path, url: str, model: Path) -> str:
    """Send a log in order of time, and return how its predictions compare with `evaluate`'s.

    Parameters
    ----------
    path : Path
        A file of any format that the readers take.
    url : str
        Of a DynamoDB.
    model : Path
        The artifact that is served.

    Raises
    ------
    BenchmarkError
        If the model has no part for histories, or the API refuses a review.
    """
    history = decode(model.read_bytes()).history
    if history is None:
        raise BenchmarkError(f"{model} has no model of histories")
    reviews = read([path], now=datetime.now(UTC)).reviews
    histories = scored_features(reviews)
    expected = predict_with_learner(history, histories)
    began = time.process_time()
    predicted = _predictions(reviews, url, model)
    spent = time.process_time() - began
    scored = predicted[(reviews.groupby(["learner", "card"])["day"].diff() >= 1).to_numpy()]
    recalled = histories[OUTCOME].to_numpy()
    ours, theirs = log_loss(recalled, scored), log_loss(recalled, expected)
    milliseconds = 1000 * spent / len(reviews)
    return (
        f"{len(reviews):,} reviews, {len(scored):,} of them scored; {milliseconds:.2f} ms of CPU each\n"
        f"log loss {ours:.9f} by the memory, {theirs:.9f} by evaluate: {ours - theirs:+.1e}\n"
        f"largest difference of a prediction {np.abs(scored - expected).max():.1e}"
    )


def _predictions(reviews: pd.DataFrame, url: str, model: Path) -> NDArray[np.float64]:
    table = Tables(url).create()
    service = make_service(memory_environment(table, url, MODEL_FILE=str(model)))
    predicted = np.full(len(reviews), np.nan)
    for learner, rows in reviews.sort_values(["reviewed_at", "card"]).groupby("learner"):
        print(f"{learner}: {len(rows):,} reviews ...", file=sys.stderr, flush=True)
        sent = _events(rows)
        for start in range(0, len(rows), BATCH):
            batch = rows.index[start : start + BATCH]
            body = {"reviews": sent[start : start + BATCH]}
            with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
                answer = service.respond(call("POST", f"{LEARNER}/reviews", str(learner), body))
            results = json.loads(answer["body"]).get("results", [])
            wrong = [result for result in results if result["status"] != "accepted"]
            if wrong or not results:
                raise BenchmarkError(f"{learner}: answers {wrong[0] if wrong else answer}")
            predicted[batch] = [result["recall_probability"] for result in results]
    return predicted


def _events(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a learner's reviews as they are sent: the offset of each time puts it into its study day."""
    events: list[dict[str, Any]] = []
    moments = rows["reviewed_at"].dt.to_pydatetime()
    for row, at, shift in zip(rows.itertuples(), moments, _shifts(rows), strict=True):
        zone = timezone(timedelta(minutes=shift + DAY_STARTS))
        review: dict[str, Any] = {
            "event_id": str(row.Index),
            "card": str(row.card),
            "rating": int(row.rating),
        }
        review["reviewed_at"] = at.astimezone(zone).isoformat()
        if not pd.isna(row.duration_ms):
            # A longer answer says no more: `recall.history` takes all from 52 s on for the same.
            review["duration_ms"] = min(int(row.duration_ms), MAXIMUM_DURATION)
        events.append(review)
    return events


def _shifts(rows: pd.DataFrame) -> list[int]:
    """Return minutes from UTC to a clock whose midnights begin the log's study days: as few as they allow.

    Raises
    ------
    BenchmarkError
        If no offset that a time may have gives a review its study day.
    """
    minutes = (rows["reviewed_at"].astype("datetime64[s, UTC]").astype("int64") // 60).to_numpy()
    least = rows["day"].to_numpy() * MINUTES_A_DAY - minutes  # but for whole days, the same for all
    least = least - round(float(np.median(least)) / MINUTES_A_DAY + 0.5) * MINUTES_A_DAY
    shifts, shift = [], int(np.clip(0, least.max(), least.min() + MINUTES_A_DAY - 1))
    for start in least.tolist():
        shift = min(max(shift, start), start + MINUTES_A_DAY - 1)
        shifts.append(shift)
    if max(abs(shift + DAY_STARTS) for shift in shifts) > MOST_OFFSET:
        raise BenchmarkError("the log's study days are more than a day away from those of any time zone")
    return shifts
