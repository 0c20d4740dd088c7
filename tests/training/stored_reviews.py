"""Reviews in a table like the lake's, as callers sent them, and runs that are prepared from it.

They are of simulated learners who remember more than the default model says.
"""

from datetime import UTC, datetime, timedelta
from itertools import groupby

import pandas as pd
import pyarrow as pa

from lake.rows import Added, rows_of_card
from lake.schema import COLUMNS
from memory.reviews import EPOCH, Review
from model_training.engines.duck import duck
from model_training.retraining.prepare import MOST_REVIEWS, READ, prepare, write_to
from model_training.retraining.run import Run
from tests.training.fsrs_logs import fsrs_log

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ARROW = {
    "string": pa.string(),
    "date": pa.date32(),
    "timestamptz": pa.timestamp("us", "UTC"),
    "int": pa.int32(),
    "boolean": pa.bool_(),
    "double": pa.float64(),
}
STUDY_DAYS_BEGIN = -240  # minutes: at 04:00 UTC
MICROSECOND = timedelta(microseconds=1)


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


class Table:
    """A table with the reviews of a canonical log, as an engine reads it; the serving core made its rows."""

    def __init__(self, log):
        self.rows = []
        events = zip(log["learner"], log["card"], log["reviewed_at"], log["rating"], log.index, strict=True)
        for (learner, card), some in groupby(events, key=lambda event: event[:2]):
            added = [Added(_review(*event[2:]), NOW) for event in some]
            self.rows += rows_of_card(learner, str(card), [], added)

    def batches(self, columns, _row_filter=None):
        """Return columns of the rows."""
        schema = pa.schema([(name, ARROW[COLUMNS[name].type]) for name in columns])
        places = [list(COLUMNS).index(name) for name in columns]
        values = [[row[place] for row in self.rows] for place in places]
        arrays = [pa.array(some, field.type) for some, field in zip(values, schema, strict=True)]
        return pa.Table.from_arrays(arrays, schema=schema).to_reader()


def prepared(run, log, most=MOST_REVIEWS):
    """Prepare a run from a table with the reviews of a log; return what was found."""
    with duck(Table(log), READ) as engine:
        return run.do("prepare", lambda: prepare(run, engine, write_to(run.lake, engine), NOW, most))


def sample(lake, log):
    """Write a sample of a log's reviews into a lake."""
    assert prepared(Run(lake, "sampled"), log)["go"]


def _review(reviewed_at, rating, number):
    micros = (reviewed_at.to_pydatetime() - EPOCH) // MICROSECOND
    return Review(micros, f"e{number}", int(rating), 0, STUDY_DAYS_BEGIN, None, None, number)
