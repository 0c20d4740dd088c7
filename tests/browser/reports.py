"""A report on the live model, as a real calibration of simulated reviews makes it."""

import json
from datetime import timedelta
from functools import cache

from model_training.calibration import calibrate
from model_training.calibration.run import LATEST
from model_training.retraining.served import THREE_INPUTS, served
from model_training.review_log.features import COUNTS, DAYS, scored_features
from tests.training.fake_s3 import FakeS3
from tests.training.logs import simulated
from tests.training.review_rows import engine

OLDER, NEWER = "20200101T030000Z-0lder000", "20200310T030000Z-newer000"


@cache
def quality_report():
    """Return the report: an older model was shown, which promised too much, then a newer one."""
    s3, scored = FakeS3(), scored_features(simulated(learners=3, days=120))
    newest = scored["reviewed_at"].max()
    with engine(list(_rows(s3, scored, newest - timedelta(days=50)))) as opened:
        calibrate(s3.lake, opened, (newest + timedelta(hours=1)).to_pydatetime())
    return json.loads(s3.objects[LATEST].body)


def _rows(s3, scored, changed):
    predicted = served(s3.lake, None).predictions(scored)[THREE_INPUTS].tolist()
    for recall, review in zip(predicted, scored.to_dict("records"), strict=True):
        older = review["reviewed_at"] < changed
        yield {name: review[name] for name in ("learner", DAYS, *COUNTS)} | {
            "date": review["reviewed_at"].date(),
            "rating": 3 if review["recalled"] else 1,
            "recall_probability": recall**0.2 if older else recall,
            "model_version": OLDER if older else NEWER,
            "scored": True,
        }
