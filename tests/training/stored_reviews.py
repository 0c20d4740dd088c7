"""Reviews in a fake lake, as callers sent them: simulated, of learners who forget more than the default's."""

import json

import numpy as np

from model_training.review_table import compact
from tests.training.fake_s3 import BEGAN
from tests.training.logs import simulated


def forgetful(learners=3, days=90, share=0.35, seed=7):
    """Return a simulated log in which a share of the successes of later review days became failures."""
    reviews = simulated(learners, days)
    rng = np.random.default_rng(seed)
    later = reviews.groupby(["learner", "card"])["day"].diff().fillna(0) >= 1
    flipped = later & (reviews["rating"] > 1) & (rng.random(len(reviews)) < share)
    return reviews.assign(rating=reviews["rating"].mask(flipped, 1))


def send(lake, reviews, *, received=BEGAN, prefix="e"):
    """Store a log as one request's object, and merge it into the table."""
    lines = [
        json.dumps(
            {
                "event_id": f"{prefix}{number}",
                "learner": row.learner,
                "card": str(row.card),
                "reviewed_at": row.reviewed_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                "rating": int(row.rating),
                "recall_probability": None,
                "model_version": None,
                "received_at": received.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            }
        )
        for number, row in enumerate(reviews.itertuples())
    ]
    lake.write(f"reviews/inbox/2026-11-01/{prefix}.jsonl", "\n".join(lines).encode() + b"\n")
    return compact(lake, now=received)
