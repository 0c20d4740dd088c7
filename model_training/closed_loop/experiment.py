"""The experiment: each learner's warm-up under SM-2, then each scheduler from that same starting point."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

from model_training.closed_loop.fsrs_scheduler import Fsrs, fitted_parameters
from model_training.closed_loop.learners import draw_card, draw_person
from model_training.closed_loop.loop import Course, World
from model_training.closed_loop.memories import KINDS
from model_training.closed_loop.schedulers import Oracle, Scheduler, Sm2
from model_training.closed_loop.served_scheduler import ServiceScheduler
from model_training.evaluation.fsrs import DEFAULT_PARAMETERS
from recall.history import HistoryModel

TARGETS = (0.80, 0.90, 0.95)
SM2, FSRS_DEFAULT, FSRS_FITTED = "sm2", "fsrs6_default", "fsrs6_per_learner"
CARD_ALONE, WITH_LEARNER, TRUTH = "recall_history", "recall_history_learner", "true_memory"
TITLES = {
    SM2: "SM-2",
    FSRS_DEFAULT: "FSRS-6, default",
    FSRS_FITTED: "FSRS-6, fitted",
    CARD_ALONE: "Recall, card alone",
    WITH_LEARNER: "Recall, learner state",
    TRUTH: "True memory",
}


class Plan(NamedTuple):
    """How long the experiment lasts, in days.

    Parameters
    ----------
    warm_up : int
        Days under SM-2, the same for all schedulers.
    settling : int
        First days of each scheduler's time, whose recall isn't counted yet.
    days : int
        Days of each scheduler's time.
    card_every : int
        Days from one new card to the next.
    """

    warm_up: int = 120
    settling: int = 60
    days: int = 300
    card_every: int = 1

    @property
    def end(self) -> int:
        """The first day that isn't part of it."""
        return self.warm_up + self.days


class Result(NamedTuple):
    """The results of one learner under one scheduler.

    Parameters
    ----------
    recalls : list of float
        True probability of recall at each review a day or more after the card's last, after the settling.
    reviews : int
        All of the scheduler's time, repeats on the same day included.
    cards : int
        Seen at the end, those of the warm-up included.
    known : float
        Expected number of cards that are recalled at the end.
    """

    recalls: list[float]
    reviews: int
    cards: int
    known: float


# What is compared: a scheduler's name, and the recall it aims at, in (0, 1); None for SM-2, which takes none.
Contender = tuple[str, float | None]


def simulate_learner(
    kind: str, seed: int, number: int, model: HistoryModel, plan: Plan
) -> dict[Contender, Result]:
    """Let one learner study under all schedulers.

    Parameters
    ----------
    kind : str
        The kind of memory, a key of `model_training.closed_loop.memories.KINDS`.
    seed, number : int
        The learner's seed and number: a pair draws the same person, cards and random numbers for each kind.
    model : HistoryModel
        The served model.
    plan : Plan
        The experiment's length.
    """
    warm_up = Course(make_world(kind, seed, number, plan))
    warm_up.study(Sm2(), range(plan.warm_up))
    results = {}
    for contender, make_scheduler in _schedulers(warm_up, model).items():
        course = warm_up.branch()
        course.study(make_scheduler(course), range(plan.warm_up, plan.end))
        results[contender] = result_of(course, plan)
    return results


def make_world(kind: str, seed: int, number: int, plan: Plan) -> World:
    """Draw a learner and their cards; parameters as in `simulate_learner`."""
    learner = draw_person(seed, number, plan.end)
    new_cards = defaultdict(list)
    for card, day in enumerate(range(0, plan.end, plan.card_every)):
        first = learner.study_day_from(day)
        if first is not None:
            new_cards[first].append(card)
    cards = [draw_card(seed, number, card, plan.end) for card in range(sum(map(len, new_cards.values())))]
    return World(learner, cards, dict(new_cards), KINDS[kind])


def result_of(course: Course, plan: Plan) -> Result:
    """Take the figures of a course that has come to the end of the plan."""
    log = [review for review in course.log if review.day >= plan.warm_up]
    settled = plan.warm_up + plan.settling
    return Result(
        recalls=[each.recall for each in log if each.recall is not None and each.day >= settled],
        reviews=len(log),
        cards=len(course.memories),
        known=sum(memory.recall(float(plan.end)) for memory in course.memories.values()),
    )


def _schedulers(warm_up: Course, model: HistoryModel) -> dict[Contender, Callable[[Course], Scheduler]]:
    """Return what makes each scheduler, for the course that it is to plan."""
    default, fitted = DEFAULT_PARAMETERS.tolist(), fitted_parameters(warm_up.log)
    makers: dict[Contender, Callable[[Course], Scheduler]] = {(SM2, None): lambda _: Sm2()}
    for target in TARGETS:
        makers |= _at_target(target, default, fitted, model)
    return makers


def _at_target(
    target: float, default: list[float], fitted: list[float], model: HistoryModel
) -> dict[Contender, Callable[[Course], Scheduler]]:
    return {
        (FSRS_DEFAULT, target): lambda _: Fsrs(default, target),
        (FSRS_FITTED, target): lambda _: Fsrs(fitted, target),
        (CARD_ALONE, target): lambda _: ServiceScheduler(model, target, with_learner=False),
        (WITH_LEARNER, target): lambda _: ServiceScheduler(model, target, with_learner=True),
        (TRUTH, target): lambda course: Oracle(course.memories, target),
    }
