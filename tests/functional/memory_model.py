"""What the memory should do, in plain dictionaries: written from its documentation, apart from its code.

Whatever can be worked out anew is: nothing but reviews, the learner's state and their target is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Any, NamedTuple

from recall.artifact import Artifact
from recall.card_history import CardHistory, history_of
from recall.curve import (
    SHORTEST_INTERVAL,
    SHORTEST_RELEARNING_INTERVAL,
    Curve,
    interval,
    recall_probability,
)
from recall.features import AGAIN
from recall.history import HistoryModel, history_features
from recall.learner import START, LearnerState, widened

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
DAY_START = timedelta(hours=4)  # after midnight, of the study days
NIGHTS = (0, 2, 7, 21, 60, 180, None)  # days between two reviews, as retention is counted

Review = dict[str, Any]  # as it is sent


class Kept(NamedTuple):
    """A review, its study days' shift from UTC, its place in the order of arrival, and what was shown."""

    at: datetime
    event_id: str
    rating: int
    duration_ms: int | None
    shift: timedelta
    number: int
    shown: float | None

    @property
    def day(self) -> int:
        """Number of the study day."""
        return (self.at - EPOCH + self.shift) // DAY


class Taught(NamedTuple):
    """What is known of a learner: state, the teaching model's fingerprint, the latest time and its shift."""

    state: LearnerState = START
    fingerprint: int = 0
    latest: datetime = EPOCH
    shift: timedelta = -DAY_START


class ModelLearner:
    """One learner: reviews by card and event id, what they taught, and the target for all cards."""

    def __init__(self) -> None:
        self.cards: dict[str, dict[str, Kept]] = {}
        self.taught = Taught()
        self.last: tuple[str, str, Taught] | None = (
            None  # card and event id that came last, and what was known
        )
        self.target = 0.9
        self.arrived = 0


class MemoryModel:
    """Learners, and a model that predicts.

    Attributes
    ----------
    learners : dict of str to ModelLearner
        All that aren't erased.
    artifact : Artifact
        The model that is served now; may be replaced at any time.
    """

    def __init__(self, artifact: Artifact) -> None:
        self.learners: dict[str, ModelLearner] = {}
        self.artifact = artifact

    def __deepcopy__(self, memo: dict[int, Any]) -> MemoryModel:
        copied = MemoryModel(self.artifact)
        copied.learners = deepcopy(self.learners, memo)
        return copied

    @property
    def model(self) -> HistoryModel:
        """The part that predicts from histories."""
        assert self.artifact.history is not None
        return self.artifact.history

    def study(
        self,
        name: str,
        reviews: list[Review],
        target: float | None = None,
        zone: tzinfo | None = None,
        day_start: timedelta = DAY_START,
    ) -> list[tuple[str, float | None]]:
        """Take reviews in; return each one's status and the recall probability that is shown, in their order.

        Study days begin so long after midnight, in the zone, or else by each review's own offset.
        """
        learner = self.learners.setdefault(name, ModelLearner())
        learner.target = learner.target if target is None else target
        found: dict[int, tuple[str, float | None]] = {}
        for number in sorted(range(len(reviews)), key=lambda n: (moment(reviews[n]), reviews[n]["event_id"])):
            review = reviews[number]
            known = learner.cards.get(review["card"], {}).get(review["event_id"])
            if known:
                found[number] = "repeated", known.shown
            else:
                local = moment(review).astimezone(zone) if zone else moment(review)
                shift = (local.utcoffset() or timedelta()) - day_start
                found[number] = "accepted", self._take(learner, review, shift)
        return [found[number] for number in range(len(reviews))]

    def _take(self, learner: ModelLearner, review: Review, shift: timedelta) -> float | None:
        at, card = moment(review), learner.cards.setdefault(review["card"], {})
        kept = Kept(
            at,
            review["event_id"],
            review["rating"],
            review.get("duration_ms"),
            shift,
            learner.arrived,
            None,
        )
        before = learner.taught
        state = self.state(learner)
        shown, learned = self._outcome(state, card.values(), kept)
        now = (
            before
            if learned is state
            else before._replace(state=learned, fingerprint=self.artifact.fingerprint)
        )
        learner.taught = now._replace(latest=at, shift=kept.shift) if at >= now.latest else now
        learner.last = review["card"], kept.event_id, before
        card[kept.event_id] = kept._replace(shown=shown)
        learner.arrived += 1
        return shown

    def state(self, learner: ModelLearner) -> LearnerState:
        """Return the learner's state as the model that is served now uses it."""
        state, fingerprint, _, _ = learner.taught
        foreign = state != START and fingerprint != self.artifact.fingerprint
        return widened(state) if foreign else state

    def _outcome(
        self, state: LearnerState, others: Iterable[Kept], review: Kept
    ) -> tuple[float | None, LearnerState]:
        """Return what is predicted before a review, from the card's earlier ones, and the state after it."""
        earlier = [each for each in in_order(others) if place(each) < place(review)]
        if not earlier:
            return None, state
        history = replay(earlier)
        features, days = history_features(history), (review.at - earlier[-1].at) / DAY
        shown = recall_probability(self.model.curve(features, state), days)
        if begins_a_day(history, review):
            state = self.model.learner_after(state, features, days, recalled=review.rating > AGAIN)
        return shown, state

    def undo(self, name: str, event_id: str) -> str | None:
        """Take a review back; return its card, None if there is no such review."""
        learner = self.learners.get(name, ModelLearner())
        names = [card for card, reviews in sorted(learner.cards.items()) if event_id in reviews]
        if not names:
            return None
        latest = learner.last if learner.last and learner.last[1] == event_id else None
        card = latest[0] if latest else names[0]
        gone = learner.cards[card].pop(event_id)
        if not learner.cards[card]:
            del learner.cards[card]
        if latest:
            learner.taught, learner.arrived = latest[2], gone.number
        else:
            learner.taught = self._taught_anew(learner)
        learner.last = None
        return card

    def _taught_anew(self, learner: ModelLearner) -> Taught:
        """Return what the learner's reviews teach in the order in which they arrived."""
        arrivals = sorted(
            ((review, card) for card, reviews in learner.cards.items() for review in reviews.values()),
            key=lambda arrival: arrival[0].number,
        )
        if not arrivals:
            return Taught()
        state, seen = START, dict[str, list[Kept]]()
        for review, card in arrivals:
            _, state = self._outcome(state, seen.setdefault(card, []), review)
            seen[card].append(review)
        newest = max((review for review, _ in arrivals), key=lambda review: (review.at, review.number))
        return Taught(state, self.artifact.fingerprint, newest.at, newest.shift)

    def delete_card(self, name: str, card: str) -> int | None:
        """Delete a card; return how many reviews it had, None if there is none. What it taught stays."""
        learner = self.learners.get(name, ModelLearner())
        if learner.last and learner.last[0] == card:
            learner.last = None
        gone = learner.cards.pop(card, None)
        return None if gone is None else len(gone)

    def erase(self, name: str) -> int:
        """Erase a learner; return how many cards they had."""
        return len(self.learners.pop(name, ModelLearner()).cards)

    def curve(self, name: str, card: str) -> Curve:
        """Return a card's forgetting curve now."""
        learner = self.learners[name]
        features = history_features(replay(in_order(learner.cards[card].values())))
        return self.model.curve(features, self.state(learner))

    def recall(self, name: str, card: str, now: datetime, days: float = 0.0) -> float:
        """Return a card's recall probability so many days from now; a review ahead of now counts as now."""
        last = in_order(self.learners[name].cards[card].values())[-1]
        return recall_probability(self.curve(name, card), max((now - last.at) / DAY, 0.0) + days)

    def interval(self, name: str, card: str) -> float:
        """Return the days from a card's last review until it is due."""
        learner, curve = self.learners[name], self.curve(name, card)
        last = in_order(learner.cards[card].values())[-1]
        shortest = SHORTEST_RELEARNING_INTERVAL if last.rating == AGAIN else SHORTEST_INTERVAL
        return max(interval(curve, learner.target), shortest)

    def due_at(self, name: str, card: str) -> datetime:
        """Return when a card is due."""
        last = in_order(self.learners[name].cards[card].values())[-1]
        return last.at + self.interval(name, card) * DAY

    def exported(self, name: str) -> list[Review]:
        """Return the learner's reviews as the export has them, but for the text of their times."""
        learner = self.learners.get(name, ModelLearner())
        return [
            {"event_id": review.event_id, "card": card, "rating": review.rating, "reviewed_at": review.at}
            | ({} if review.duration_ms is None else {"duration_ms": review.duration_ms})
            for card in sorted(learner.cards)
            for review in in_order(learner.cards[card].values())
        ]

    def forecast(self, name: str, now: datetime) -> list[int]:
        """Return how many cards become due on each of the next 60 study days, overdue ones today."""
        learner = self.learners[name]
        today, counts = (now - EPOCH + learner.taught.shift) // DAY, [0] * 60
        for card in learner.cards:
            day = max((self.due_at(name, card) - EPOCH + learner.taught.shift) // DAY - today, 0)
            if day < len(counts):
                counts[day] += 1
        return counts

    def statistics(self, name: str) -> dict[str, Any]:
        """Return counts, and outcomes on a new study day by the days since the card's review before."""
        learner = self.learners[name]
        kept = [review for reviews in learner.cards.values() for review in reviews.values()]
        outcomes = []
        for reviews in learner.cards.values():
            line = in_order(reviews.values())
            for number, review in enumerate(line[1:], start=1):
                if begins_a_day(replay(line[:number]), review):
                    outcomes.append(((review.at - line[number - 1].at) / DAY, review.rating > AGAIN))
        retention = []
        for start, end in pairwise(NIGHTS):
            inside = [passed for days, passed in outcomes if start <= days and (end is None or days < end)]
            row = {"from_days": start, "to_days": end, "reviews": len(inside), "recalled": sum(inside)}
            retention.append(row)
        return {
            "cards": len(learner.cards),
            "reviews": len(kept),
            "failures": sum(review.rating == AGAIN for review in kept),
            "retention": retention,
        }


def moment(review: Review) -> datetime:
    """Return when a review was."""
    return datetime.fromisoformat(review["reviewed_at"])


def place(review: Kept) -> tuple[datetime, str]:
    """Return where a review stands among those of its card."""
    return review.at, review.event_id


def in_order(reviews: Iterable[Kept]) -> list[Kept]:
    """Return a card's reviews by time; those of one moment by their event ids."""
    return sorted(reviews, key=place)


def begins_a_day(history: CardHistory, review: Kept) -> bool:
    """Return whether a review is an outcome: the card's first one on a new study day."""
    return review.day > history.day


def replay(reviews: list[Kept]) -> CardHistory:
    """Return the history that reviews in their order leave behind."""
    rows, highest = [], reviews[0].day
    for review in reviews:
        highest = max(highest, review.day)  # a flight to the west doesn't bring a day back
        seconds = (review.duration_ms or 0) / 1000
        rows.append(((review.at - EPOCH) / DAY, review.rating, highest, seconds))
    return history_of(rows)
