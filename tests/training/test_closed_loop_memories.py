"""The closed loop's learners and memories: recall falls with time, success strengthens, traits matter."""

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_training.closed_loop.learners import DrawnCard, Traits, draw_card, draw_person
from model_training.closed_loop.memories import KINDS, ActivationMemory, FsrsMemory, HalfLifeMemory
from recall.card_history import first_state, next_state, retrievability

AVERAGE = Traits(0.0, 0.0, 0.0, 0.0)
AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
kinds = pytest.mark.parametrize("kind", KINDS)
deviations = st.floats(-2.5, 2.5)
traits = st.builds(Traits, deviations, deviations, deviations, deviations)


def memory_after(kind, *reviews, learner=AVERAGE, card=AVERAGE):
    """Return a memory after reviews of (time in days, rating)."""
    memory = KINDS[kind](learner, card)
    for time, rating in reviews:
        memory.update(time, rating)
    return memory


@kinds
@given(traits, traits, st.lists(st.tuples(st.floats(0.5, 60), st.integers(1, 4)), max_size=12))
def test_recall_is_a_probability_that_falls_with_time(kind, learner, card, later):
    time, reviews = 0.0, [(0.0, GOOD)]
    for days, rating in later:
        time += days
        reviews.append((time, rating))
    memory = memory_after(kind, *reviews, learner=learner, card=card)
    recalls = [memory.recall(time + days) for days in (0.01, 1, 5, 30, 365, 3_650)]
    assert all(0.0 <= recall <= 1.0 for recall in recalls)
    assert recalls == sorted(recalls, reverse=True)


@kinds
def test_success_strengthens_and_more_than_a_failure(kind):
    before = memory_after(kind, (0.0, GOOD), (2.0, GOOD))
    passed, failed = deepcopy(before), deepcopy(before)
    passed.update(8.0, GOOD)
    failed.update(8.0, AGAIN)
    assert passed.recall(18.0) > failed.recall(18.0)
    assert passed.recall(18.0) > before.recall(12.0)


@kinds
def test_spaced_reviews_are_remembered_longer_than_massed_ones(kind):
    massed = memory_after(kind, (10.0, GOOD), (10.01, GOOD), (10.02, GOOD))
    spaced = memory_after(kind, (0.0, GOOD), (3.0, GOOD), (10.02, GOOD))
    assert spaced.recall(40.0) > massed.recall(40.0)


@kinds
@pytest.mark.parametrize(("who", "trait"), [("learner", "growth"), ("card", "strength")])
def test_stronger_learners_and_cards_are_recalled_better(kind, who, trait):
    reviews = ((0.0, GOOD), (1.0, GOOD), (5.0, GOOD))
    average = memory_after(kind, *reviews).recall(25.0)
    strong = memory_after(kind, *reviews, **{who: AVERAGE._replace(**{trait: 1.0})}).recall(25.0)
    assert strong > average


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 4)), max_size=8))
def test_average_fsrs_memory_is_the_published_recurrence(later):
    memory, state, time = FsrsMemory(AVERAGE, AVERAGE), first_state(GOOD), 0
    memory.update(0.0, GOOD)
    for days, rating in later:
        time += days
        memory.update(float(time), rating)
        state = next_state(state, rating, days)
    assert memory.recall(time + 7.0) == pytest.approx(retrievability(state, 7.0))


def test_activation_equals_the_value_worked_by_hand():
    memory = ActivationMemory(AVERAGE, AVERAGE)
    memory.update(0.0, GOOD)  # decay a = 0.18, as nothing was active
    first = 3.0**-0.18
    memory.update(2.0, GOOD)  # decay 0.25 · activation + 0.18
    activation = 8.0**-0.18 + 6.0 ** -(0.25 * first + 0.18)
    assert memory.recall(7.0) == pytest.approx(1.0 / (1.0 + (0.6 / activation) ** (1.0 / 0.3)))


def test_half_life_equals_the_value_worked_by_hand():
    memory = HalfLifeMemory(AVERAGE, AVERAGE)
    memory.update(0.0, GOOD)
    assert memory.recall(12.0) == pytest.approx(0.5)
    memory.update(12.0, GOOD)
    longer = 12.0 * (1.0 + 4.0 * 0.5**0.5)
    assert memory.recall(12.0 + longer) == pytest.approx(0.5)
    memory.update(20.0, AGAIN)
    assert memory.recall(20.0 + 12.0 * (longer / 12.0) ** 0.4) == pytest.approx(0.5)


def test_same_seed_draws_the_same_learner_and_cards():
    assert draw_person(3, 1, 90) == draw_person(3, 1, 90) != draw_person(4, 1, 90)
    assert draw_card(3, 1, 7, 90) == draw_card(3, 1, 7, 90) != draw_card(3, 1, 8, 90)


def test_sessions_lie_within_their_study_days():
    learner = draw_person(3, 1, 90)
    assert all(day <= learner.sessions[day] < day + 1 for day in learner.study_days)
    missed = sorted(set(range(90)) - set(learner.study_days))
    assert learner.study_day_from(learner.study_days[-1] + 1) is None
    assert all(learner.study_day_from(day) > day for day in missed if day < learner.study_days[-1])


def test_grades_follow_what_is_recalled_and_how_surely():
    learner = draw_person(3, 1, 30)
    grades = [
        learner.grade(0.8, outcome / 100, grade / 100) for outcome in range(100) for grade in range(100)
    ]
    assert grades.count(AGAIN) == 2_000
    hard, easy = (grades.count(grade) / 8_000 for grade in (HARD, EASY))
    assert hard == pytest.approx(0.2 * learner.hesitation, abs=0.011)
    assert easy == pytest.approx(0.8 * learner.ease, abs=0.011)


def test_familiar_cards_are_the_ones_that_are_kept_well():
    learner = draw_person(3, 1, 30)
    weak, strong = (DrawnCard(AVERAGE._replace(strength=z), [], []) for z in (-1.0, 1.0))
    assert learner.first_sight(weak) < learner.first_sight(strong)
