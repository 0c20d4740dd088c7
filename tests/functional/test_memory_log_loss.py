"""A log that is replayed through the memory is predicted as `evaluate` does, from histories and a state."""

from itertools import cycle

import numpy as np
import pytest
from sklearn.metrics import log_loss

from model_training.history.predict import predict_with_learner
from model_training.review_log.features import OUTCOME, scored_features
from recall.artifact import decode
from tests.training.logs import simulated

from .memories import MODEL_FILE

BATCHES = (1, 3, 40, 150)  # reviews in one request, in turn


@pytest.fixture(scope="module")
def log():
    """Give two simulated learners' reviews."""
    return simulated(2, 60)


def replayed(memory, log):
    """Send a log as time did; return what was predicted of each row, NaN where nothing was."""
    predicted = np.full(len(log), np.nan)
    for learner, rows in log.sort_values(["reviewed_at", "card"]).groupby("learner"):
        start, sizes = 0, cycle(BATCHES)
        while start < len(rows):
            batch = rows.iloc[start : start + next(sizes)]
            start += len(batch)
            # The simulation counts UTC's days.
            sent = memory.study(learner, [event(row) for row in batch.itertuples()], day_starts_at="00:00")
            assert sent.status == 200, sent
            results = sent.body["results"]
            assert {result["status"] for result in results} == {"accepted"}
            predicted[batch.index] = [result["recall_probability"] for result in results]
    return predicted


def event(row):
    """Return a row of a log as the API takes it."""
    return {
        "event_id": f"{row.Index}",
        "card": str(row.card),
        "rating": int(row.rating),
        "reviewed_at": row.reviewed_at.isoformat(),
    } | ({} if row.duration_ms is None else {"duration_ms": int(row.duration_ms)})


def test_predictions_are_those_of_evaluate(memory, log):
    predicted = replayed(memory, log)
    histories = scored_features(log)
    model = decode(MODEL_FILE.read_bytes()).history
    expected = predict_with_learner(model, histories)
    scored = log.groupby(["learner", "card"])["day"].diff() >= 1
    ours = predicted[scored.to_numpy()]
    assert np.abs(ours - expected).max() <= 1e-9
    recalled = histories[OUTCOME].to_numpy()
    assert abs(log_loss(recalled, ours) - log_loss(recalled, expected)) <= 1e-6
    first = log.groupby(["learner", "card"]).cumcount() == 0
    assert np.isnan(predicted[first]).all()
