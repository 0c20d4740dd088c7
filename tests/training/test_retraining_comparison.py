"""Champion against challenger: what counts as better, and what as the same."""

import numpy as np
import pandas as pd
import pytest

from model_training.retraining.comparison import LEAST, compare_paired, passes
from model_training.retraining.reviews import Scored
from model_training.retraining.served import THREE_INPUTS, ServedModel
from model_training.review_log.features import FEATURE_COLUMNS, OUTCOME

REVIEWS, LEARNERS, RECALLED = 2_000, 20, 0.7


def scored():
    """Return scored reviews of which every learner recalls about the same share."""
    rng = np.random.default_rng(3)
    columns = dict.fromkeys(FEATURE_COLUMNS, 1.0)
    features = pd.DataFrame(columns, index=range(REVIEWS)).assign(
        learner=[f"learner-{number % LEARNERS}" for number in range(REVIEWS)],
        card="card",
        **{OUTCOME: rng.random(REVIEWS) < RECALLED},
    )
    return Scored(features, pd.DataFrame(index=features.index))


def always(probability):
    """Return a model that predicts one probability for every card."""
    return ServedModel("v", None, lambda cards: [probability] * len(cards), None)


def verdict(champion, challenger):
    """Compare two models that always predict the same."""
    return compare_paired(always(champion), always(challenger), scored())[THREE_INPUTS]


@pytest.mark.parametrize(
    ("champion", "challenger", "expected"),
    [(0.9, RECALLED, "better"), (RECALLED, 0.9, "worse"), (RECALLED, RECALLED, "level")],
)
def test_model_nearer_to_the_share_that_is_recalled_is_better(champion, challenger, expected):
    assert verdict(champion, challenger)["verdict"] == expected


def test_difference_too_small_to_matter_is_level_however_certain():
    result = verdict(0.9, 0.8998)
    low, high = result["interval"]

    assert low * high > 0  # certain
    assert 0 < abs(result["difference"]) < LEAST
    assert result["verdict"] == "level"


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [(("better", "level"), True), (("better", "worse"), False), (("level", "level"), False)],
)
def test_challenger_passes_when_it_is_better_in_one_way_and_worse_in_none(verdicts, expected):
    assert passes({str(way): {"verdict": each} for way, each in enumerate(verdicts)}) is expected
