"""The studio's workload simulation: its rules, and that it agrees with one that knows nothing of it."""

import json
from itertools import pairwise
from math import sqrt
from random import Random
from statistics import fmean, pstdev

import pytest

from model_training.closed_loop.schedulers import Sm2
from recall.artifact import decode
from recall.card_history import CardHistory
from recall.curve import interval, recall_probability
from recall.features import AGAIN, GOOD
from recall.history import history_features
from recall.learner import SIZE, LearnerState
from tests.web.page import PROJECT, bundled, called

pytestmark = pytest.mark.slow

MODEL_FILE = PROJECT / "lambda_src" / "inference" / "default_model" / "model.json"
MODEL = json.loads(MODEL_FILE.read_text())
ARTIFACT = decode(MODEL_FILE.read_bytes())
NO_COVARIANCE = [[0.0] * SIZE for _ in range(SIZE)]
MEAN = [-0.3, -0.2, 0.1, 0.2, 0.05, -0.05]
HABITS = {
    "first": {"1": 0.2, "2": 0.1, "3": 0.6, "4": 0.1},
    "recalled": {"1": 0, "2": 0.1, "3": 0.8, "4": 0.1},
    "seconds": {"1": 15, "2": 11, "3": 8, "4": 5},
    "session": 0.75,
}
DAY = 20_000


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """Give a function that asks the simulation for something."""
    bundle = bundled("simulation.ts", tmp_path_factory.mktemp("simulation"))
    return lambda what, **given: called(bundle, {"what": what, "model": MODEL, **given})


def situation(**changes):
    """Make a learner whom we know for sure, with a new deck."""
    return {
        "state": {"mean": MEAN, "covariance": NO_COVARIANCE},
        "habits": HABITS,
        "studied": [],
        "firstDay": DAY,
        "days": 365,
        "newCardsPerDay": 1,
        "unseen": 10_000,
    } | changes


@pytest.fixture(scope="module")
def course(asked):
    """Give a function that simulates one course of study."""

    def simulate(scheduler="recall", target=0.9, run=0, cards=1000, log=True, **changes):
        wanted = {"scheduler": scheduler, "target": target, "run": run, "cards": cards, "log": log}
        return asked("course", situation=situation(**changes), **wanted)

    return simulate


def by_card(log):
    cards = {}
    for review in log:
        cards.setdefault(review["card"], []).append(review)
    return cards


@pytest.mark.parametrize("scheduler", ["recall", "fsrs", "sm2"])
def test_a_card_is_reviewed_when_it_is_due_and_once_a_day_but_for_the_repeat_of_a_failure(course, scheduler):
    result = course(scheduler, newCardsPerDay=0.5)
    cards = by_card(result["log"])
    assert len(cards) == 182
    for card, reviews in cards.items():
        assert reviews[0]["day"] - DAY == result["firstSeen"][card]
        for before, review in pairwise(reviews):
            if review["day"] == before["day"]:
                assert before["rating"] == AGAIN
                assert review["rating"] == GOOD
            else:
                assert review["day"] - DAY == review["due"] > before["day"] - DAY
    assert sum(result["reviews"]) == len(result["log"])
    assert sum(result["seconds"]) == sum(review["seconds"] for review in result["log"])


def test_what_does_not_fit_into_a_day_waits_with_what_was_due_first_at_the_head(course):
    result = course(secondsPerDay=60, newCardsPerDay=1, days=100)
    longest = HABITS["seconds"]["1"] + HABITS["seconds"]["3"]
    assert max(result["seconds"]) < 60 + longest
    assert sum(result["seconds"]) < 60 * 100 + longest
    days = {}
    for review in result["log"]:
        assert review["due"] <= review["day"] - DAY
        days.setdefault(review["day"], []).append(review["due"])
    assert any(due < day - DAY for day, dues in days.items() for due in dues)
    first_seen = [reviews[0]["day"] for _, reviews in sorted(by_card(result["log"]).items())]
    assert first_seen == sorted(first_seen)


def test_the_same_run_is_the_same_again_and_another_run_is_another(course):
    first = course(run=3, days=60)
    assert course(run=3, days=60) == first
    assert course(run=4, days=60)["log"] != first["log"]


def test_a_simulation_in_python_of_the_same_learner_comes_to_the_same_workload(course):
    reviews, known = zip(*(python_year(seed) for seed in range(12)), strict=True)
    runs = [course(run=run, log=False, newCardsPerDay=0.5) for run in range(4)]
    error = sqrt(pstdev(reviews) ** 2 * (1 / 12 + 1 / 4))
    assert fmean(sum(run["reviews"]) for run in runs) == pytest.approx(fmean(reviews), abs=4 * error)
    error = sqrt(pstdev(known) ** 2 * (1 / 12 + 1 / 4))
    assert fmean(run["known"] for run in runs) == pytest.approx(fmean(known), abs=4 * error)


def python_year(seed):
    """Simulate a year of 182 cards, one by one; return the reviews and the expected number known."""
    random = Random(seed)  # noqa: S311 - a simulation, no secret
    state = LearnerState(tuple(MEAN), tuple(tuple(row) for row in NO_COVARIANCE))
    count, known = 0, 0.0
    for number in range(182):
        day, history = 2 * number, None
        while day < 365:
            time = day + 0.75
            if history is None:
                rating = random.choices((1, 2, 3, 4), list(HABITS["first"].values()))[0]
                history = CardHistory(time, rating, day, HABITS["seconds"][str(rating)])
            else:
                recalled = random.random() < recall_probability(curve, time - history.time)  # noqa: F821
                rating = random.choices((2, 3, 4), (0.1, 0.8, 0.1))[0] if recalled else AGAIN
                history.review(time, rating, day, HABITS["seconds"][str(rating)])
            count += 1
            if rating == AGAIN:
                count += 1
                history.review(time + 10 / 1440, GOOD, day, HABITS["seconds"]["3"])
            curve = ARTIFACT.history.curve(history_features(history), state)
            day = max(day + 1, round(history.time + max(interval(curve, 0.9), 1.0) - 0.75))
        known += recall_probability(curve, 365.75 - history.time)
    return count, known


def test_sm2_plans_as_the_one_of_the_closed_loop(asked):
    random = Random(1)  # noqa: S311 - test data are no secrets
    courses = []
    for _ in range(200):
        day = 0
        courses.append([])
        for _ in range(12):
            courses[-1].append({"day": day, "rating": random.choices((1, 2, 3, 4), (2, 2, 6, 2))[0]})
            day += random.choice((0, 1, 1, 3, 8, 40))
    expected = []
    for number, reviews in enumerate(courses):
        sm2, intervals = Sm2(), []
        for review in reviews:
            sm2.reviewed(number, review["day"] + 0.5, review["day"], review["rating"])
            intervals.append(pytest.approx(sm2.interval(number)))
        expected.append(intervals)
    assert asked("sm2", courses=courses) == expected


def test_fsrs_plans_as_its_own_package_at_default_parameters(asked):
    package = str(PROJECT / "node_modules" / "ts-fsrs" / "dist" / "index.cjs")
    reviews = [(0, 3), (2, 3), (6, 4), (30, 1), (0, 3), (1, 2), (5, 3), (14, 3), (40, 3)]
    pairs = asked("fsrs", package=package, reviews=reviews, targets=[0.8, 0.9, 0.95])
    assert len(pairs) == 27
    assert all(abs(ours - theirs) <= 1 for ours, theirs in pairs), pairs


def test_cards_that_stand_for_others_come_to_what_all_cards_do(course):
    everything = [course(run=run, log=False) for run in range(2)]
    sampled = [course(run=run, log=False, cards=50) for run in range(6)]
    assert {run["weight"] for run in sampled} == {7.3}
    totals = [sum(run["reviews"]) for run in sampled]
    error = 4 * pstdev(totals) / sqrt(len(totals))
    assert fmean(totals) == pytest.approx(fmean(sum(run["reviews"]) for run in everything), abs=error)


def test_a_higher_target_costs_more_reviews_and_leaves_more_known(asked):
    result = asked("workloads", situation=situation(newCardsPerDay=0.2, days=200))
    for workloads in (result["recall"], result["fsrs"]):
        low, middle, high = (workloads[place] for place in (0, 8, 15))
        assert low["reviewsPerDay"]["high"] < high["reviewsPerDay"]["low"]
        assert (
            low["minutesPerDay"]["middle"]
            < middle["minutesPerDay"]["middle"]
            < high["minutesPerDay"]["middle"]
        )
        assert low["known"]["middle"] < middle["known"]["middle"] < high["known"]["middle"]
        assert len(middle["periods"]) == 7
    assert result["progress"] == sorted(result["progress"])
    assert result["progress"][-1] == 1


def test_who_is_hardly_known_gets_wider_bands(asked):
    def width(variance):
        covariance = [[variance * (i == j == 0) for j in range(SIZE)] for i in range(SIZE)]
        state = {"mean": MEAN, "covariance": covariance}
        found = asked("workloads", situation=situation(newCardsPerDay=1, days=120, state=state))
        reviews = found["recall"][10]["reviewsPerDay"]
        return reviews["high"] - reviews["low"]

    assert width(1.0) > 2 * width(0.0)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([[1, 1.1, 0.9], [3, 3.1, 2.9], [2, 2.1, 1.9]], {"best": 1, "lowest": 1, "highest": 1}),
        ([[1, 2, 3], [1.4, 1.5, 3.2], [0, 0, 0]], {"best": 1, "lowest": 0, "highest": 1}),
    ],
)
def test_targets_that_cannot_be_told_from_the_best_are_named_with_it(asked, values, expected):
    assert asked("best", values=values) == expected


def test_drawn_learners_are_spread_as_what_is_known_of_them(asked):
    covariance = [[0.5, 0.2, 0, 0, 0, 0], [0.2, 0.3, 0, 0, 0, 0], *([[0] * 6] * 4)]
    drawn = asked("learners", state={"mean": [1, -1, 0, 0, 0, 2], "covariance": covariance}, count=4000)
    first, second = ([each[i] for each in drawn] for i in range(2))
    assert fmean(first) == pytest.approx(1, abs=0.05)
    assert pstdev(first) ** 2 == pytest.approx(0.5, abs=0.05)
    assert fmean((a - 1) * (b + 1) for a, b in zip(first, second, strict=True)) == pytest.approx(
        0.2, abs=0.03
    )
    assert {tuple(each[2:]) for each in drawn} == {(0, 0, 0, 2)}
