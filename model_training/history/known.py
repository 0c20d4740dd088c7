"""Known reviews, and what a new history model predicts in them: recorded, to be compared at promotion."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from model_training.history.predict import predict_alone, predict_with_learner
from model_training.review_log.features import scored_features
from recall.history import HistoryModel

# Cards of one learner, which meet every feature: name, days since the first review of all, rating, and the
# answer's time in milliseconds (0: not known). Eighths of a day are exact.
REVIEWS: list[tuple[str, float, int, int]] = [
    ("falling", 0.0, 3, 2_000),
    ("falling", 1.0, 3, 9_000),
    ("falling", 4.25, 3, 0),
    ("falling", 15.5, 1, 60_000),
    ("falling", 16.625, 3, 4_000),
    ("hard", 0.25, 1, 12_000),
    ("hard", 0.375, 1, 8_000),
    ("hard", 0.5, 2, 8_000),
    ("hard", 2.0, 1, 0),
    ("hard", 5.75, 2, 500),
    *(("easy", days, rating, 1_500) for days, rating in ((0.125, 4), (9.5, 3), (60.75, 4), (420.0, 3))),
    *(("slow", days, rating, 30_000) for days, rating in ((1.5, 2), (6.0, 3), (13.0, 3))),
    *(("leech", days, rating, 0) for days, rating in ((3.0, 1), (4.0, 1), (5.0, 3), (5.125, 1), (8.5, 1))),
]


def recorded_histories(model: HistoryModel) -> dict[str, Any]:
    """Return the known reviews, and what the model gives each scored one: alone, and with its learner."""
    frame = pd.DataFrame(REVIEWS, columns=["card", "after", "rating", "duration_ms"])
    start = pd.Timestamp("2026-01-01T12:00:00Z")
    log = frame.assign(
        learner="known",
        reviewed_at=start + pd.to_timedelta(frame["after"], unit="D"),
        day=np.floor(frame["after"]).astype(int),
    ).sort_values(["card", "after"], ignore_index=True)
    histories = scored_features(log)
    after = (histories["reviewed_at"] - start) / pd.Timedelta(days=1)
    heads = (predict(model, histories) for predict in (predict_alone, predict_with_learner))
    columns = [column.tolist() for column in (histories["card"], after, *heads)]
    return {
        "reviews": [list(review) for review in REVIEWS],
        "predicted": [list(row) for row in zip(*columns, strict=True)],
    }
