"""The loop: what it counts, that an oracle achieves its target, and that all else is equal."""

from dataclasses import replace
from itertools import pairwise

import pytest

from model_training.closed_loop.experiment import (
    CARD_ALONE,
    FSRS_DEFAULT,
    FSRS_FITTED,
    SM2,
    TARGETS,
    TRUTH,
    WITH_LEARNER,
    Plan,
    make_world,
    result_of,
    simulate_learner,
)
from model_training.closed_loop.figures import reviews_at_equal, scheduler_figures
from model_training.closed_loop.fsrs_scheduler import Fsrs, fitted_parameters
from model_training.closed_loop.loop import Course
from model_training.closed_loop.memories import KINDS
from model_training.closed_loop.schedulers import Oracle, Sm2
from model_training.closed_loop.served_scheduler import ServiceScheduler
from model_training.evaluation.fsrs import DEFAULT_PARAMETERS
from model_training.fitting.starting_point import default_model
from recall import learner as learner_state
from recall.card_history import history_of
from recall.curve import interval
from recall.history import history_features

SHORT = Plan(warm_up=60, settling=20, days=60, card_every=2)
AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
kinds = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(scope="module")
def model():
    return default_model().history


def studied(kind, plan=SHORT, number=0):
    """Return a learner's course under SM-2 to the plan's end."""
    course = Course(make_world(kind, 1, number, plan))
    course.study(Sm2(), range(plan.end))
    return course


@kinds
def test_recall_under_sm2_is_realistic(kind):
    plan = Plan()
    recalls = [
        recall for number in range(4) for recall in result_of(studied(kind, plan, number), plan).recalls
    ]
    assert 0.80 < sum(recalls) / len(recalls) < 0.93


@kinds
def test_recall_in_the_log_is_the_true_one_at_each_review(kind):
    course = studied(kind)
    world = course.world
    memories, days = {}, {}
    for review in course.log:
        seen = memories.get(review.card)
        later = review.day > days.get(review.card, review.day)
        assert review.recall == (seen.recall(review.time) if later else None)
        traits = world.learner.traits, world.cards[review.card].traits
        memories.setdefault(review.card, world.make_memory(*traits)).update(review.time, review.rating)
        days[review.card] = review.day


def test_outcomes_follow_the_recall_and_the_cards_own_random_numbers():
    course = studied("fsrs")
    for number, card in enumerate(course.world.cards):
        firsts = [
            r for r in course.log if r.card == number and r.time in course.world.learner.sessions.values()
        ]
        for position, review in enumerate(firsts[1:], start=1):
            assert (review.rating == AGAIN) == (card.outcomes[position] >= review.recall)


def test_failed_cards_are_relearned_once_on_the_day_and_no_card_comes_twice_otherwise():
    course = studied("half_life")
    for card in range(len(course.world.cards)):
        reviews = [review for review in course.log if review.card == card]
        assert reviews[0].recall is None
        for before, after in pairwise(reviews):
            if before.rating == AGAIN:
                assert (after.day, after.rating, after.recall) == (before.day, GOOD, None)
                assert after.time == pytest.approx(before.time + 10 / 1_440)
            else:
                assert after.day > before.day


def test_result_counts_reviews_cards_and_what_is_known():
    course = studied("activation")
    result = result_of(course, SHORT)
    late = [review for review in course.log if review.day >= 60]
    assert result.reviews == len(late)
    assert result.recalls == [r.recall for r in late if r.day >= 80 and r.recall is not None]
    assert result.cards == len({review.card for review in course.log}) == len(course.world.cards)
    assert result.known == pytest.approx(sum(memory.recall(120.0) for memory in course.memories.values()))


def test_due_cards_wait_for_the_next_study_day():
    course = studied("fsrs")
    learner = course.world.learner
    assert {review.day for review in course.log} <= set(learner.study_days)
    scheduler, last = Sm2(), {}
    for review in course.log:
        if review.card in last and review.day > last[review.card].day:
            before = last[review.card]
            due = round(before.time + scheduler.interval(review.card) - learner.hour / 24)
            assert review.day == learner.study_day_from(max(due, before.day + 1))
        scheduler.reviewed(review.card, review.time, review.day, review.rating)
        last[review.card] = review


@kinds
def test_scheduler_that_knows_the_memory_achieves_its_target(kind):
    target = 0.9
    plan = Plan(card_every=2)
    world = make_world(kind, 1, 0, plan)
    sessions = {day: day + 0.5 for day in range(plan.end)}  # every day is a study day
    learner = replace(world.learner, study_days=tuple(sessions), sessions=sessions, hour=12.0)
    course = Course(replace(world, learner=learner))
    course.study(Sm2(), range(plan.warm_up))
    course.study(Oracle(course.memories, target), range(plan.warm_up, plan.end))
    days, recalls = {}, []
    for review in course.log:
        # What would be due within a day still waits for the next one, so it can't come in time.
        in_time = review.day - days.get(review.card, review.day) >= 2
        if in_time and review.day >= plan.warm_up + plan.settling:
            recalls.append(review.recall)
        days[review.card] = review.day
    assert sum(recalls) / len(recalls) == pytest.approx(target, abs=0.01)


def test_branch_goes_on_without_changing_where_it_came_from():
    warm_up = Course(make_world("half_life", 1, 0, SHORT))
    warm_up.study(Sm2(), range(60))
    log, recalls = list(warm_up.log), [memory.recall(60.0) for memory in warm_up.memories.values()]
    branch = warm_up.branch()
    branch.study(Sm2(), range(60, 120))
    assert branch.log[: len(log)] == log == warm_up.log
    assert len(branch.log) > len(log)
    assert [memory.recall(60.0) for memory in warm_up.memories.values()] == recalls
    assert branch.world is warm_up.world


@pytest.fixture(scope="module")
def results(model):
    return simulate_learner("fsrs", 1, 0, model, SHORT)


def test_each_scheduler_runs_with_each_target_and_sm2_once(results):
    asked = {
        (name, t) for name in (FSRS_DEFAULT, FSRS_FITTED, CARD_ALONE, WITH_LEARNER, TRUTH) for t in TARGETS
    }
    assert set(results) == asked | {(SM2, None)}


def test_higher_target_takes_more_reviews_and_gives_more_recall(results):
    for name in (FSRS_DEFAULT, WITH_LEARNER, TRUTH):
        low, high = results[name, 0.8], results[name, 0.95]
        assert low.reviews < high.reviews
        assert sum(low.recalls) / len(low.recalls) < sum(high.recalls) / len(high.recalls)
        assert low.known < high.known


def test_same_seed_gives_the_same_results(results, model):
    assert simulate_learner("fsrs", 1, 0, model, SHORT) == results
    assert simulate_learner("fsrs", 2, 0, model, SHORT) != results


def test_sm2_steps_graduates_grows_and_begins_anew():
    scheduler, day, intervals = Sm2(), 0, []
    for rating in (GOOD, GOOD, GOOD, HARD, EASY, AGAIN, GOOD):
        scheduler.reviewed(0, float(day), day, rating)
        intervals.append(scheduler.interval(0))
        day += round(intervals[-1])
    # Reviewed half a day late, 7.5 days grow as such by Hard; ease goes 2.5, 2.35, 2.5, 2.3.
    assert intervals == pytest.approx([1.0, 3.0, 7.5, 9.0, 9.0 * 2.35 * 1.3, 1.0, 2.3])


def test_fsrs_scheduler_gives_the_published_intervals():
    scheduler = Fsrs(DEFAULT_PARAMETERS.tolist(), 0.9)
    scheduler.reviewed(0, 0.5, 0, GOOD)
    assert scheduler.interval(0) == pytest.approx(2.3065)
    scheduler.reviewed(0, 2.5, 2, GOOD)
    assert scheduler.interval(0) == pytest.approx(10.9643, abs=1e-3)


def test_fit_to_too_few_reviews_keeps_the_published_parameters():
    assert fitted_parameters([]) == pytest.approx(DEFAULT_PARAMETERS)


def test_served_scheduler_uses_the_learner_state_after_the_reviews(model):
    alone, taught = (
        ServiceScheduler(model, 0.9, with_learner=False),
        ServiceScheduler(model, 0.9, with_learner=True),
    )
    for scheduler in (alone, taught):
        scheduler.reviewed(0, 0.5, 0, GOOD)
        scheduler.reviewed(0, 3.5, 3, AGAIN)
        scheduler.reviewed(0, 3.51, 3, GOOD)
    reviews = [(0.5, GOOD, 0, 0.0), (3.5, AGAIN, 3, 0.0), (3.51, GOOD, 3, 0.0)]
    first, features = (history_features(history_of(seen)) for seen in (reviews[:1], reviews))
    state = model.learner_after(learner_state.START, first, 3.0, recalled=False)
    assert alone.interval(0) == interval(model.curve(features), 0.9)
    assert taught.interval(0) == interval(model.curve(features, state), 0.9)


def test_figures_pool_reviews_and_keep_each_learner(results):
    one = results[SM2, None]
    other = one._replace(recalls=[0.5], reviews=100, cards=20, known=10.0)
    figures = scheduler_figures((SM2, None), [one, other])
    own = sum(one.recalls) / len(one.recalls)
    assert figures["per_learner"] == pytest.approx([own, 0.5])
    assert (figures["lowest_learner"], figures["highest_learner"]) == (0.5, pytest.approx(own))
    assert figures["achieved_recall"] == pytest.approx((sum(one.recalls) + 0.5) / (len(one.recalls) + 1))
    assert figures["reviews_per_card"] == pytest.approx((one.reviews + 100) / (one.cards + 20))
    assert figures["known_per_1000_reviews"] == pytest.approx(1_000 * (one.known + 10) / (one.reviews + 100))


def test_reviews_at_equal_recall_are_interpolated_and_never_extrapolated():
    def figures(name, achieved, reviews):
        return [
            {"scheduler": name, "target_recall": asked, "achieved_recall": recall, "reviews": count}
            for asked, recall, count in zip(TARGETS, achieved, reviews, strict=True)
        ]

    ours = figures(WITH_LEARNER, (0.80, 0.90, 0.94), (1_000, 4_000, 9_000))
    fitted = figures(FSRS_FITTED, (0.78, 0.85, 0.94), (900, 2_500, 8_000))
    low, middle, high = reviews_at_equal([*ours, *fitted], "achieved_recall")
    assert low["reviews"] == {WITH_LEARNER: None, FSRS_FITTED: pytest.approx(900)}
    assert middle["achieved_recall"] == 0.85
    assert middle["reviews"] == {WITH_LEARNER: pytest.approx(2_000), FSRS_FITTED: pytest.approx(2_500)}
    assert high["reviews"] == {WITH_LEARNER: pytest.approx(9_000), FSRS_FITTED: pytest.approx(8_000)}
