"""The loop: learners review what the scheduler says is due, and the scheduler sees the outcomes.

A card is due on the day whose session is nearest to its due moment, a day after its last review at the
earliest, and reviewed on the first study day from then on. What was failed is seen once more ten minutes
later and rated Good; apart from that, a card is reviewed at most once a day.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import NamedTuple, Self

from model_training.closed_loop.learners import DrawnCard, Person, Traits
from model_training.closed_loop.memories import Memory
from model_training.closed_loop.schedulers import Scheduler
from recall.features import AGAIN, GOOD

RELEARNED_AFTER = 10.0 / 1_440.0  # days
HOURS_PER_DAY = 24.0


class LoggedReview(NamedTuple):
    """One review.

    Parameters
    ----------
    card : int
        The card's number.
    time : float
        Time of the review, in days since day 0 began.
    day : int
        The study day.
    rating : int
        1 (Again) to 4 (Easy).
    recall : float or None
        True probability of recall just before it; None for a new card, and for a repeat on the same day.
    """

    card: int
    time: float
    day: int
    rating: int
    recall: float | None


@dataclass(frozen=True)
class World:
    """What is the same under each scheduler.

    Parameters
    ----------
    learner : Person
        The learner who studies.
    cards : list of DrawnCard
        The learner's cards, by number.
    new_cards : dict of int to list of int
        The numbers of the cards that are first seen on a study day.
    make_memory : callable
        Makes the memory of an unseen card from the traits of the learner and of the card.
    """

    learner: Person
    cards: list[DrawnCard]
    new_cards: dict[int, list[int]]
    make_memory: Callable[[Traits, Traits], Memory]


class Course:
    """One learner's studies under a scheduler.

    Parameters
    ----------
    world : World
        The learner and the cards.

    Attributes
    ----------
    memories : dict of int to Memory
        Memories of the cards that were seen, by card number.
    log : list of LoggedReview
        All reviews so far, in order of time.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.memories: dict[int, Memory] = {}
        self.log: list[LoggedReview] = []
        self._days_reviewed: Counter[int] = Counter()

    def branch(self) -> Self:
        """Return a copy that goes on from here without changing this one."""
        return deepcopy(self, {id(self.world): self.world})

    def study(self, scheduler: Scheduler, days: range) -> None:
        """Study over some days, all after those of the log.

        Parameters
        ----------
        scheduler : Scheduler
            A scheduler that hasn't seen a review yet: it is shown the log, and plans all cards anew.
        days : range of int
            Days to study on; those that aren't the learner's study days are left out.
        """
        learner = self.world.learner
        agenda = self._agenda(scheduler, days.start)
        for day in learner.study_days:
            if day not in days:
                continue
            for card in sorted(agenda.pop(day, [])) + self.world.new_cards.get(day, []):
                self._review(scheduler, card, day)
                due = self._due_day(scheduler, card, self.log[-1])
                agenda[due].append(card)

    def _agenda(self, scheduler: Scheduler, first_day: int) -> defaultdict[int | None, list[int]]:
        """Return the seen cards by the study day on which they are due; None for none that is left."""
        last: dict[int, LoggedReview] = {}
        for review in self.log:
            scheduler.reviewed(review.card, review.time, review.day, review.rating)
            last[review.card] = review
        agenda: defaultdict[int | None, list[int]] = defaultdict(list)
        for card, review in last.items():
            agenda[self._due_day(scheduler, card, review, first_day)].append(card)
        return agenda

    def _due_day(self, scheduler: Scheduler, card: int, last: LoggedReview, first_day: int = 0) -> int | None:
        learner = self.world.learner
        nearest = round(last.time + scheduler.interval(card) - learner.hour / HOURS_PER_DAY)
        return learner.study_day_from(max(nearest, last.day + 1, first_day))

    def _review(self, scheduler: Scheduler, card: int, day: int) -> None:
        learner, drawn, time = self.world.learner, self.world.cards[card], self.world.learner.sessions[day]
        memory = self.memories.get(card)
        recall = None if memory is None else memory.recall(time)
        if memory is None:
            memory = self.memories[card] = self.world.make_memory(learner.traits, drawn.traits)
        probability = learner.first_sight(drawn) if recall is None else recall
        number = self._days_reviewed[card]
        self._days_reviewed[card] += 1
        rating = learner.grade(probability, drawn.outcomes[number], drawn.grades[number])
        reviews = [LoggedReview(card, time, day, rating, recall)]
        if rating == AGAIN:
            reviews.append(LoggedReview(card, time + RELEARNED_AFTER, day, GOOD, None))
        for review in reviews:
            memory.update(review.time, review.rating)
            scheduler.reviewed(card, review.time, day, review.rating)
            self.log.append(review)
