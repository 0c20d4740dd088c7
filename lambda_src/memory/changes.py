"""Changes of learners and cards: read, decide, write; and once more when somebody else came in between."""

from __future__ import annotations

import time

from aws_kit.connection import random_share
from http_kit.errors import MemoryUnavailableError, RecordNotFoundError
from memory.errors import ConflictError, TooLargeError
from memory.learner import Learner
from memory.study import undo, undo_last
from memory.table import EVERYTHING, LEARNER_ITEM, MOST_CARDS, MOST_ITEMS, card_name, read_card, read_learner
from memory.taking import in_time, take_in

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import TypeVar

    from inference.loaded_model import LoadedModel
    from memory.card import Card
    from memory.table import Table
    from memory.taking import Sent, Taken

    Result = TypeVar("Result")

MAXIMUM_TRIES = 12
FIRST_PAUSE, LONGEST_PAUSE = 0.01, 0.2  # seconds, at most
RETRY_AFTER = 1  # seconds


class Changes:
    """Changes what the table holds.

    Parameters
    ----------
    table : Table
        The memory's table.
    clock : callable
        Returns the time, in seconds since 1970.

    Every method raises `http_kit.errors.MemoryUnavailableError` while DynamoDB is down, or while so many
    others change the same learner that there is no getting through.
    """

    def __init__(self, table: Table, clock: Callable[[], float]) -> None:
        self._table = table
        self._clock = clock

    def study(
        self, name: str, sent: Sequence[Sent], model: LoadedModel, target: float | None = None
    ) -> tuple[Learner, dict[int, Taken]]:
        """Take in reviews of one learner, in the order of time, each event id of a card once.

        Parameters
        ----------
        name : str
            The learner's id.
        sent : sequence of Sent
            At least one.
        model : LoadedModel
            Predicts them, and teaches the learner's state.
        target : float, optional
            The recall probability at which the learner wants cards to come back, from now on.

        Returns
        -------
        tuple
            The learner after all of them, and what became of each review, by its place.
        """
        taken: dict[int, Taken] = {}
        learner = Learner()
        cards: dict[str, Card] = {}
        for part in _parts(in_time(sent)):
            learner, changed = self._study_part(name, part, model, target, taken)
            cards |= changed
        # A card may have been in several parts.
        by_place = {each.place: each.card for each in sent}
        return learner, {place: each._replace(card=cards[by_place[place]]) for place, each in taken.items()}

    def _study_part(
        self,
        name: str,
        part: list[Sent],
        model: LoadedModel,
        target: float | None,
        taken: dict[int, Taken],
    ) -> tuple[Learner, dict[str, Card]]:
        def attempt() -> tuple[Learner, dict[str, Card]]:
            found, cards = self._table.load(name, dict.fromkeys(each.card for each in part))
            learner = found or Learner()
            changed = take_in(learner, cards, part, model, taken)
            new_target = target is not None and target != learner.target
            if target is not None:
                learner.target = target
            if changed or (new_target and found):
                self._table.commit(name, learner, changed, self._clock())
            return learner, cards

        try:
            return self._until_alone(attempt)
        except TooLargeError:
            half = len(part) // 2
            _, first = self._study_part(name, part[:half], model, target, taken)
            learner, second = self._study_part(name, part[half:], model, target, taken)
            return learner, first | second

    def study_many(self, by_learner: Mapping[str, Sequence[Sent]], model: LoadedModel) -> dict[int, Taken]:
        """Take in reviews of any learners; return what became of each, by its place.

        Learners whose cards fit into one transaction together are read and written in two round trips; where
        somebody else changes one of them meanwhile, one after the other.

        Parameters
        ----------
        by_learner : mapping of str to sequence of Sent
            The reviews of each learner.
        model : LoadedModel
            As of `study`.
        """
        taken: dict[int, Taken] = {}
        for group in _groups(by_learner):
            try:
                taken |= self._study_together(group, model)
            except (ConflictError, TooLargeError):
                for name, sent in group.items():
                    taken |= self.study(name, sent, model)[1]
        return taken

    def _study_together(self, group: Mapping[str, Sequence[Sent]], model: LoadedModel) -> dict[int, Taken]:
        if len(group) == 1:
            ((name, sent),) = group.items()
            return self.study(name, sent, model)[1]
        loaded = self._table.load_many(
            {name: dict.fromkeys(each.card for each in sent) for name, sent in group.items()}
        )
        taken: dict[int, Taken] = {}
        changes: dict[str, tuple[Learner, dict[str, Card]]] = {}
        for name, (found, cards) in loaded.items():
            learner = found or Learner()
            changed = take_in(learner, cards, in_time(group[name]), model, taken)
            if changed:
                changes[name] = learner, changed
        if changes:
            self._table.commit_many(changes, self._clock())
        return taken

    def undo(self, name: str, event_id: str, model: LoadedModel) -> tuple[str, Card]:
        """Undo a review; return its card's id and the card.

        Raises
        ------
        RecordNotFoundError
            If the learner has no such review.
        """

        def attempt() -> tuple[str, Card]:
            learner, _ = self._table.load(name)
            if learner is None:
                raise unknown_learner()
            if learner.last is not None and learner.last.event_id == event_id:
                found = self._undo_last(name, learner.last.card, event_id)
                if found is not None:
                    return found
            return self._undo_any(name, event_id, model)

        return self._until_alone(attempt)

    def _undo_last(self, name: str, card_id: str, event_id: str) -> tuple[str, Card] | None:
        learner, cards = self._table.load(name, [card_id])
        card = cards.get(card_id)
        review = card.find(event_id) if card else None
        if learner is None or card is None or review is None or learner.last is None:
            return None
        if (learner.last.event_id, learner.last.card) != (event_id, card_id):
            return None
        undo_last(learner, card, review, learner.last)
        self._table.commit(name, learner, {card_id: card}, self._clock())
        return card_id, card

    def _undo_any(self, name: str, event_id: str, model: LoadedModel) -> tuple[str, Card]:
        learner, cards = self._load_all(name)
        for card_id, card in cards.items():
            review = card.find(event_id)
            if review is not None and learner is not None:
                undo(learner, cards, card, review, model)
                self._table.commit(name, learner, {card_id: card}, self._clock())
                return card_id, card
        raise RecordNotFoundError("event_id", "is of no review of this learner")

    def _load_all(self, name: str) -> tuple[Learner | None, dict[str, Card]]:
        """Return a learner with all their cards.

        The learner comes with the first page: if their version is still the same when they are written, no
        card has changed since either.
        """
        learner, cards = None, {}
        for page in self._table.pages(name, EVERYTHING):
            for item in page:
                if item["item"]["S"] == LEARNER_ITEM:
                    learner = read_learner(item)
                else:
                    cards[card_name(item)] = read_card(item)
        return learner, cards

    def delete_card(self, name: str, card_id: str) -> int:
        """Delete a card with its reviews; return how many they were.

        What the learner's state has learned from them stays.

        Raises
        ------
        RecordNotFoundError
            If the learner has no such card.
        """

        def attempt() -> int:
            learner, cards = self._table.load(name, [card_id])
            if learner is None:
                raise unknown_learner()
            if card_id not in cards:
                raise unknown_card()
            card = cards[card_id]
            deleted = len(card.reviews)
            learner.count(card, -1)
            card.reviews, card.history = [], None
            if learner.last is not None and learner.last.card == card_id:
                learner.last = None
            self._table.commit(name, learner, {card_id: card}, self._clock())
            return deleted

        return self._until_alone(attempt)

    def _until_alone(self, attempt: Callable[[], Result]) -> Result:
        """Return what an attempt returns that nobody came in between."""
        for tries in range(MAXIMUM_TRIES):
            try:
                return attempt()
            except ConflictError:
                time.sleep(random_share() * min(LONGEST_PAUSE, FIRST_PAUSE * 2**tries))
        raise MemoryUnavailableError(
            "too many others change this learner at the moment; send the request again", RETRY_AFTER
        )


def unknown_learner() -> RecordNotFoundError:
    """Say that nothing is known of a learner."""
    return RecordNotFoundError("learner", "is unknown: none of their reviews is kept")


def unknown_card() -> RecordNotFoundError:
    """Say that a learner has no such card."""
    return RecordNotFoundError("card", "is no card of this learner")


def _parts(sent: Sequence[Sent]) -> Iterator[list[Sent]]:
    """Yield reviews in their order, in parts of as many cards as a transaction can have."""
    part: list[Sent] = []
    cards: set[str] = set()
    for each in sent:
        if each.card not in cards and len(cards) == MOST_CARDS:
            yield part
            part, cards = [], set()
        part.append(each)
        cards.add(each.card)
    yield part


def _groups(by_learner: Mapping[str, Sequence[Sent]]) -> Iterator[dict[str, Sequence[Sent]]]:
    """Yield learners in groups whose items fit into a transaction; one with more cards than that alone."""
    group: dict[str, Sequence[Sent]] = {}
    items = 0
    for name, sent in by_learner.items():
        more = 1 + len({each.card for each in sent})
        if group and items + more > MOST_ITEMS:
            yield group
            group, items = {}, 0
        group[name] = sent
        items += more
    yield group
