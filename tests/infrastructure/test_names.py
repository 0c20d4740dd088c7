"""What stacks and deployed code both name is named alike.

The CDK app runs with `requirements.txt` alone and without ``lambda_src`` on its path: it can't import
the names of the code that it deploys.
"""

import pytest

from inference.lake_source import POINTER_KEY
from lake import schema
from memory.endpoints import quality as report
from model_training import retraining
from model_training.calibration import run as calibration
from model_training.due import run as due
from model_training.erasure import run as erasure
from model_training.jobs import outcome
from model_training.registry import stored_model
from model_training.reports.retraining import words
from model_training.retraining import run
from operations import moves, reviews, runs
from stacks import data_lake
from stacks.learning import run_states, table


def removal(module):
    """Return after how long the table's storage lets go of what was removed."""
    return module.SNAPSHOT_HOURS, module.UNREFERENCED_DAYS, module.NONCURRENT_DAYS


@pytest.mark.parametrize(
    ("declared", "known"),
    [
        ((table.NAMESPACE, table.TABLE), {(schema.NAMESPACE, schema.TABLE)}),
        ((data_lake.DECKS, data_lake.DUE), {(due.DECKS, due.DUE), (erasure.DECKS, erasure.DUE)}),
        (data_lake.QUERY_RESULTS, {erasure.QUERY_RESULTS}),
        (removal(table), {removal(erasure)}),
        (data_lake.MODELS, {stored_model.PREFIX}),
        (data_lake.POINTER, {POINTER_KEY}),
        (data_lake.QUALITY, {calibration.LATEST, report.KEY}),
        (data_lake.RUNS, {run.RUNS, runs.RUNS}),
        (data_lake.MOVES, {outcome.MOVES, moves.MOVES}),
        (data_lake.COLLECTED, {calibration.COLLECTED, reviews.COLLECTED}),
        (data_lake.SAMPLES, {run.SAMPLES, erasure.SAMPLES}),
        (run_states.STEPS, {retraining.STEPS, runs.STEPS, tuple(words.OUTPUTS)}),
    ],
    ids=["table of reviews", "decks and due lists", "query results", "removal", "models", "pointer",
         "quality", "runs", "moves", "collected", "samples", "steps"],
)  # fmt: skip
def test_place_in_the_lake_is_where_the_code_looks(declared, known):
    assert known == {declared}
