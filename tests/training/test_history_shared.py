"""The history model on 14 real learners, where their reviews are on this machine."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import log_loss

from model_training.history.fit import fit_history
from model_training.history.predict import predict_alone, predict_with_learner
from model_training.review_log.features import scored_features
from recall.card_history import first_state, next_state

REVIEWS = Path(
    os.environ.get("RECALL_REVIEWS", Path(__file__).parents[3] / "shared" / "data" / "reviews.parquet")
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not REVIEWS.exists(), reason="the shared review log isn't on this machine"),
]


@pytest.fixture(scope="module")
def reviews():
    return pd.read_parquet(REVIEWS).sort_values(["learner", "card", "reviewed_at"], ignore_index=True)


def test_log_loss_of_the_newest_third_stays_what_was_measured(reviews):
    histories = scored_features(reviews)
    newness = histories.groupby("learner")["reviewed_at"].rank(method="first", pct=True)
    train = (newness <= 2 / 3).to_numpy()
    model = fit_history(histories[train])
    alone, with_learner = (p(model, histories)[~train] for p in (predict_alone, predict_with_learner))

    recalled = histories["recalled"][~train]
    assert log_loss(recalled, alone) <= 0.36551 + 0.0005
    assert log_loss(recalled, with_learner) <= 0.35086 + 0.0005


def test_memory_of_real_cards_is_that_of_py_fsrs(reviews):
    fsrs = pytest.importorskip("fsrs")
    scheduler, worst = fsrs.Scheduler(enable_fuzzing=False), 0.0
    for _, card_reviews in list(reviews.groupby(["learner", "card"]))[::20]:
        card, memory, now = fsrs.Card(), None, datetime(2020, 1, 1, tzinfo=UTC)
        for rating, days in zip(card_reviews["rating"], card_reviews["day"].diff().fillna(0), strict=True):
            now += timedelta(days=days) if days else timedelta(seconds=1)
            card, _ = scheduler.review_card(card, fsrs.Rating(rating), now)
            memory = next_state(memory, rating, int(days)) if memory else first_state(rating)
            worst = max(worst, *np.abs(np.subtract(memory, (card.stability, card.difficulty))))
    assert worst <= 1e-9
