"""The page's model is the service's: on 100,000 vectors, TypeScript gives what Python gives."""

import json

import numpy as np
import pytest

from recall.artifact import as_document
from tests.web.expected import KINDS, Expected, lower
from tests.web.page import evaluated
from tests.web.vectors import Draw

pytestmark = pytest.mark.slow

DIFFERS = "web/src/core isn't equal to lambda_src/recall: what changes in one of them changes in the other"
# Which columns of a kind's results are probabilities; the others may be of any size.
PROBABILITIES = {"curve": [0], "history": [0, 1], "three_inputs": [0], "buttons": [0, 3, 6, 9]}


@pytest.fixture(scope="session")
def draw():
    return Draw()


@pytest.fixture(scope="session")
def inputs(draw):
    return {kind: [make(draw) for _ in range(count)] for kind, (count, make) in KINDS.items()}


@pytest.fixture(scope="session")
def found(draw, inputs, tmp_path_factory):
    """Give what the page's model makes of the vectors, by their kinds."""
    models = [as_document(model.artifact) for model in draw.models]
    states = [lower(state) for state in draw.states]
    vectors = {"models": models, "states": states, **inputs}
    return evaluated("core.ts", vectors, tmp_path_factory.mktemp("core"))


@pytest.fixture
def expected(draw, inputs):
    """Give what Python makes of the vectors of a kind."""
    return lambda kind: [getattr(Expected(draw), kind)(*each) for each in inputs[kind]]


@pytest.mark.parametrize("kind", ["curve", "history", "three_inputs", "buttons"])
def test_recall_and_intervals_are_the_same(kind, expected, found):
    ours, theirs = table(expected(kind)), table(found[kind])
    columns = PROBABILITIES[kind]

    np.testing.assert_allclose(theirs[:, columns], ours[:, columns], rtol=0, atol=1e-12, err_msg=DIFFERS)
    np.testing.assert_allclose(theirs, ours, rtol=1e-9, atol=1e-12, err_msg=DIFFERS)


@pytest.mark.parametrize("kind", ["outcome", "learner"])
def test_outcomes_teach_the_same(kind, expected, found):
    ours, theirs = np.array(expected(kind)), np.array(found[kind])
    of_mean, of_covariance = np.split(np.abs(ours), [6], axis=1)
    # What differences of large numbers leave is only as exact as these.
    size = np.hstack(
        [np.full_like(part, 1) * part.max(axis=1, keepdims=True) for part in (of_mean, of_covariance)]
    )

    np.testing.assert_array_less(np.abs(theirs - ours), 1e-9 * (1 + size), err_msg=DIFFERS)


@pytest.mark.parametrize("kind", ["text", "day"])
def test_texts_and_study_days_are_the_same_to_the_last_bit(kind, expected, found):
    assert found[kind] == json.loads(json.dumps(expected(kind))), DIFFERS


def test_fingerprints_are_the_same(draw, found):
    assert found["fingerprints"] == [model.artifact.fingerprint for model in draw.models], DIFFERS


def test_there_are_a_hundred_thousand_vectors(inputs):
    assert sum(map(len, inputs.values())) == 100_000


def table(rows):
    """Return results as an array; rows of a new card, of which the memory says less, are filled up."""
    longest = max(map(len, rows))
    return np.array([[*row, *[0.0] * (longest - len(row))] for row in rows], dtype=float)
