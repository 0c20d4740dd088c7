"""When cards are due: of a learner as the memory knows them, by the model that is live now."""

from __future__ import annotations

from collections import namedtuple

from http_kit.timestamps import as_timestamp
from inference.bounds import Bounds
from inference.cards import curves_of
from memory.card import RememberedCard
from memory.reviews import MINUTES_PER_DAY
from recall.features import AGAIN, EASY, GOOD, HARD, SECONDS_PER_DAY

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, NamedTuple

    from inference.cards import Formulas
    from inference.loaded_model import LoadedModel
    from inference.sampled import Sampled
    from recall.card_history import CardHistory
    from recall.learner import LearnerState

    class Schedule(NamedTuple):
        """When a card is due.

        Attributes
        ----------
        interval : float
            Days from the last review until the card is due.
        due : float
            When it is due, in seconds since 1970.
        highest : float
            Recall probability after the shortest interval that the card may have.
        """

        interval: float
        due: float
        highest: float

else:
    Schedule = namedtuple("Schedule", "interval due highest")

RATING_NAMES = {"again": AGAIN, "hard": HARD, "good": GOOD, "easy": EASY}
BOUNDS = Bounds({})


def schedules(curves: Formulas | Sampled, cards: Sequence[RememberedCard], target: float) -> list[Schedule]:
    """Return when each card's recall falls to a target, within the bounds that every interval has.

    Parameters
    ----------
    curves : Formulas or Sampled
        The cards' curves, from `inference.cards.curves_of`.
    cards : sequence of RememberedCard
        Of one learner; their moment doesn't matter.
    target : float
        Recall probability, in (0, 1).
    """
    highest = curves.recall([BOUNDS.of_card(card)[0] for card in cards])
    found = []
    for card, most, (reached,) in zip(cards, highest, curves.intervals([target]), strict=True):
        days, _ = BOUNDS.choose(card, reached, reachable=most >= target)
        found.append(Schedule(days, card.last_review + days * SECONDS_PER_DAY, most))
    return found


def describe(schedule: Schedule, target: float) -> dict[str, Any]:
    """Return a schedule as JSON values."""
    described = {
        "interval_days": schedule.interval,
        "due_at": as_timestamp(schedule.due),
        "target_recall": target,
        "reachable": schedule.highest >= target,
    }
    return described if schedule.highest >= target else described | {"highest_recall": schedule.highest}


def for_each_rating(
    model: LoadedModel, history: CardHistory, state: LearnerState, target: float, at: float, shift: int
) -> dict[str, dict[str, Any]]:
    """Return what each rating would lead to, if it were given at a moment.

    The learner's state learns from each as it would, so a rating leads to what is said of it here.

    Parameters
    ----------
    history : CardHistory
        Of the card, in days since 1970.
    at : float
        The moment, in days since 1970; one before the last review counts as the last review's.
    shift : int
        Minutes from UTC to the clock by which the learner's study days begin at midnight.
    """
    at = max(at, history.time)
    day = max(history.day, int(at * MINUTES_PER_DAY + shift) // MINUTES_PER_DAY)
    card = RememberedCard(history, at, day)
    named = {}
    for name, rating in RATING_NAMES.items():
        learned = state
        if model.artifact is not None:
            learned = card.learner_after(model.artifact, state, recalled=rating > AGAIN)
        answered = RememberedCard(history.after(at, rating, day), at)
        (schedule,) = schedules(curves_of(model, [answered], learned), [answered], target)
        named[name] = {"interval_days": schedule.interval, "due_at": as_timestamp(schedule.due)}
    return named
