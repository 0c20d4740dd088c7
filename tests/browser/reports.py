"""A report on the live model, as a real calibration of simulated reviews makes it."""

import json
from datetime import timedelta
from functools import cache

from intake.inbox import content
from intake.request import Review
from model_training.calibration import calibrate
from model_training.calibration.run import LATEST
from model_training.retraining.served import THREE_INPUTS, served
from model_training.review_log.canonical import REVIEW_KEY
from model_training.review_log.features import scored_features
from model_training.review_table import compact
from tests.training.fake_s3 import FakeS3
from tests.training.logs import simulated

OLDER, NEWER = "20200101T030000Z-0lder000", "20200310T030000Z-newer000"
SHOWN_DAYS = 25


@cache
def quality_report():
    """Return the report: an older model was shown, which promised too much, then a newer one, then none."""
    s3, reviews = FakeS3(), simulated(learners=3, days=120)
    received = reviews["reviewed_at"].max().to_pydatetime() + timedelta(hours=1)
    key, body = content(_sent(s3, reviews), received)
    s3.lake.write(key, body)
    compact(s3.lake, now=received)
    calibrate(s3.lake, received)
    return json.loads(s3.objects[LATEST].body)


def _sent(s3, reviews):
    scored = scored_features(reviews)
    predicted = served(s3.lake, None).predictions(scored)[THREE_INPUTS]
    shown = dict(zip(scored[REVIEW_KEY].itertuples(index=False, name=None), predicted, strict=True))
    changed = reviews["reviewed_at"].max() - timedelta(days=50)
    ended = changed + timedelta(days=SHOWN_DAYS)
    for number, row in enumerate(reviews.itertuples()):
        recall = shown.get((row.learner, row.card, row.reviewed_at)) if row.reviewed_at < ended else None
        version = None if recall is None else OLDER if row.reviewed_at < changed else NEWER
        recall = recall**0.2 if version == OLDER else recall
        yield Review(
            f"e{number}",
            row.learner,
            str(row.card),
            row.reviewed_at.to_pydatetime(),
            row.rating,
            recall,
            version,
        )
