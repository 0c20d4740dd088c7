"""Reviews in a fake lake, as callers sent them: of simulated learners who remember more than the default."""

import json

import pandas as pd

from model_training.review_table import compact
from tests.training.fake_s3 import BEGAN
from tests.training.fsrs_logs import fsrs_log


def retentive(learners=12, factor=2.0):
    """Return a log of learners who remember twice as long as FSRS-6 says, and else much as it says.

    All of them study until the same day.
    """
    log = fsrs_log(range(learners), factor).drop(columns="stability")
    earlier = log["day"].max() - log.groupby("learner")["day"].transform("max")
    return log.assign(
        learner=log["learner"].str.replace("learner ", "simulated-"),
        reviewed_at=log["reviewed_at"] + pd.to_timedelta(earlier, unit="D"),
        day=log["day"] + earlier,
    )


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
