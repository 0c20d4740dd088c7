"""What the studio's Plan page says of a log, against the same figures computed in Python by other means."""

import json
from collections import defaultdict
from itertools import pairwise
from math import log

import numpy as np
import pytest
from scipy.stats import binomtest

from recall.artifact import decode
from recall.card_history import CardHistory, retrievability
from recall.curve import interval, recall_probability
from recall.features import AGAIN, GOOD
from recall.history import history_features
from recall.learner import START
from tests.unit.histories import random_reviews, seeded
from tests.web.page import PROJECT, evaluated

MODEL_FILE = PROJECT / "lambda_src" / "inference" / "default_model" / "model.json"
ARTIFACT = decode(MODEL_FILE.read_bytes())
GROUPS = (0, 2, 7, 21, 60, 180)


@pytest.fixture(scope="module")
def cards():
    """Make the reviews of a learner's cards."""
    random = seeded(5)
    return [random_reviews(random) for _ in range(60)]


@pytest.fixture(scope="module")
def analysis(tmp_path_factory, cards):
    """Give what the page shows of them."""
    given = {
        "model": json.loads(MODEL_FILE.read_text()),
        "cards": [
            [dict(zip(("time", "rating", "day", "seconds"), review, strict=True)) for review in card]
            for card in cards
        ],
    }
    return evaluated("plan_analysis.ts", given, tmp_path_factory.mktemp("analysis"))


@pytest.fixture(scope="module")
def outcomes(cards):
    """Compute what was predicted before each review on a later study day; and the state at the end."""
    reviews = sorted((review[0], index, review) for index, card in enumerate(cards) for review in card)
    histories, state, found = {}, START, []
    model = ARTIFACT.history
    for time, index, (_, rating, day, seconds) in reviews:
        history = histories.get(index)
        if history is not None and day > history.day:
            features, days, recalled = history_features(history), time - history.time, rating != AGAIN
            predictions = (
                recall_probability(model.curve(features, state), days),
                recall_probability(model.curve(features), days),
                retrievability(history.memory, day - history.day),
            )
            found.append((days, day, recalled, predictions))
            state = model.learner_after(state, features, days, recalled=recalled)
        if history is None:
            histories[index] = CardHistory(time, rating, day, seconds)
        else:
            history.review(time, rating, day, seconds)
    return found, state


def test_contents_are_counted(cards, analysis):
    reviews = [review for card in cards for review in card]
    days = {day for _, _, day, _ in reviews}
    contents = analysis["contents"]
    assert (contents["reviews"], contents["cards"]) == (len(reviews), 60)
    assert contents["ratings"] == {
        str(rating): sum(each[1] == rating for each in reviews) for rating in range(1, 5)
    }
    assert contents["studyDays"] == len(days)
    assert contents["studyDaysPerWeek"] == pytest.approx(7 * len(days) / (max(days) - min(days) + 1))
    assert contents["first"] == pytest.approx(86_400_000 * min(each[0] for each in reviews))
    minutes = sum(each[3] for each in reviews) / 60 / len(days)
    assert contents["minutesPerStudyDay"] == pytest.approx(minutes)


def test_the_learner_s_state_is_that_of_all_reviews_in_order(outcomes, analysis):
    _, state = outcomes
    np.testing.assert_allclose(analysis["state"]["mean"], state.mean, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(analysis["state"]["covariance"], state.covariance, rtol=1e-9, atol=1e-12)


def test_retention_has_wilson_s_intervals_and_what_was_predicted(outcomes, analysis):
    found, _ = outcomes
    grouped = defaultdict(list)
    for days, _, recalled, (own, _, _) in found:
        grouped[max(start for start in GROUPS if days >= start)].append((recalled, own))
    assert [group["from"] for group in analysis["retention"]] == sorted(grouped)
    for group in analysis["retention"]:
        recalled, own = zip(*grouped[group["from"]], strict=True)
        assert group["outcomes"] == len(recalled)
        assert group["recalled"] == pytest.approx(np.mean(recalled))
        assert group["predicted"] == pytest.approx(np.mean(own))
        low, high = binomtest(sum(recalled), len(recalled)).proportion_ci(method="wilson")
        assert group["interval"] == pytest.approx([low, high], abs=1e-6)


def test_log_losses_are_of_predictions_before_each_outcome_with_intervals_by_study_day(outcomes, analysis):
    found, _ = outcomes
    days = np.array([day for _, day, _, _ in found])
    losses = np.array(
        [[-log(p if recalled else 1 - p) for p in predictions] for _, _, recalled, predictions in found]
    )
    comparison = analysis["comparison"]
    assert comparison["outcomes"] == len(found)
    assert [comparison[way] for way in ("own", "common", "fsrs")] == pytest.approx(losses.mean(axis=0))
    for way, name in ((1, "commonMinusOwn"), (2, "fsrsMinusOwn")):
        differences = losses[:, way] - losses[:, 0]
        sums = [(differences[days == day] - differences.mean()).sum() for day in set(days)]
        error = np.sqrt(np.square(sums).sum() * len(sums) / (len(sums) - 1)) / len(differences)
        expected = differences.mean() + error * np.array([0, -1.959964, 1.959964])
        assert [comparison[name][key] for key in ("mean", "low", "high")] == pytest.approx(expected)


def test_typical_cards_are_due_when_the_default_says_and_show_what_the_state_changes(outcomes, analysis):
    _, state = outcomes
    assert [card["passes"] for card in analysis["typicalCards"]] == [1, 3, 5]
    history = CardHistory(0, GOOD, 0)
    for passes in range(1, 6):
        curves = [ARTIFACT.history.curve(history_features(history), each) for each in (state, START)]
        for card in analysis["typicalCards"]:
            if card["passes"] == passes:
                expected = [interval(curve, 0.9) for curve in curves]
                assert [card["ownDays"], card["commonDays"]] == pytest.approx(expected)
        day = history.day + max(round(interval(curves[1], 0.9)), 1)
        history.review(day, GOOD, day)


def test_habits_are_the_learner_s_own_shares_and_times(cards, analysis):
    later = [
        review[1]
        for card in cards
        for before, review in pairwise(card)
        if review[2] > before[2] and review[1] != AGAIN
    ]
    share = (sum(rating == GOOD for rating in later) + 20 * 0.82) / (len(later) + 20)
    assert analysis["habits"]["recalled"]["3"] == pytest.approx(share)
    goods = [review[3] for card in cards for review in card if review[1] == GOOD and review[3]]
    assert analysis["habits"]["seconds"]["3"] == pytest.approx((sum(goods) + 20 * 8) / (len(goods) + 20))


def test_what_is_proposed_is_within_the_bounds_whatever_the_habits_are(analysis):
    assert analysis["proposed"] == {"1": 1, "2": 5, "3": 9, "4": 300}


def test_progress_begins_at_once(analysis):
    assert analysis["progress"][0] == 0
