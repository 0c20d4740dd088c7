"""What reviews do to a learner and their cards, and how one is undone: pure, on what was loaded."""

from __future__ import annotations

from memory.card import Card, Cursor, RememberedCard, day_of, days_of
from memory.learner import CARDS, NEW, Known, Last
from recall.curve import recall_probability
from recall.features import AGAIN
from recall.learner import START, certainty

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Mapping

    from inference.loaded_model import LoadedModel
    from memory.learner import Learner
    from memory.reviews import Review
    from recall.card_history import CardHistory
    from recall.learner import LearnerState


class Study:
    """Takes reviews of one learner in, one after the other.

    A review that comes late, before others of its card in time, is predicted from the reviews before it, and
    the card's history becomes what the right order would have given. The learner's state learns from it as it
    arrives: what later reviews of the card have taught stays.

    Parameters
    ----------
    learner : Learner
        Whose reviews they are; changed in place.
    model : LoadedModel
        Predicts the answers.

    Attributes
    ----------
    changed : dict of str to Card
        The cards with new reviews, by their ids.
    """

    __slots__ = ("_cursors", "_learner", "_model", "_recounted", "changed")

    def __init__(self, learner: Learner, model: LoadedModel) -> None:
        self._learner = learner
        self._model = model
        self._cursors: dict[str, Cursor] = {}
        self._recounted: set[str] = set()
        self.changed: dict[str, Card] = {}

    def take(self, name: str, card: Card, review: Review) -> Review:
        """Predict a review, learn from it, and put it into its place among the card's reviews.

        Parameters
        ----------
        name : str
            The card's id.
        card : Card
            Changed in place; it has no review of this event id.
        review : Review
            Its `seq` doesn't matter; its `probability`, where the caller has given one, stays.

        Returns
        -------
        Review
            As the card has it now.
        """
        learner, model = self._learner, self._model
        cursor = self._cursors.setdefault(name, Cursor(card))
        late = bool(card.reviews) and review < card.reviews[-1]
        if late and name not in self._recounted:
            # The outcomes behind it may belong to other study days now: all are counted anew, once.
            self._recounted.add(name)
            learner.count(card, -1)
        before = cursor.seek(review)
        state = learner.state(model.artifact)
        predicted, learned = _predict(before, review, state, model)
        probability = predicted if review.probability is None else review.probability
        review = review._replace(probability=probability, seq=learner.seq)
        card.states[review.seq] = (certainty(state), *state.mean)
        learner.last = Last(review.event_id, name, learner.known)
        learner.known = _known_after(learner.known, review, state, learned, model)
        learner.seq += 1
        if name not in self._recounted:
            learner.counts[CARDS] += not card.reviews
            learner.count_one(before, review, 1)
        cursor.insert(review)
        card.model = model.version
        self.changed[name] = card
        return review

    def finish(self) -> None:
        """Give each changed card the history of all of its reviews."""
        for name, cursor in self._cursors.items():
            cursor.finish()
            if name in self._recounted:
                self._learner.count(self.changed[name], 1)


def _predict(
    before: CardHistory | None, review: Review, state: LearnerState, model: LoadedModel
) -> tuple[float | None, LearnerState]:
    """Return the probability of recall before a review, and the learner's state after it."""
    if before is None:
        return None, state
    card = RememberedCard(before, days_of(review), day_of(review))
    artifact = model.artifact
    if artifact is None:
        return model.predict([card.inputs])[0], state
    probability = recall_probability(card.curve(artifact, state), card.inputs[0])
    return probability, card.learner_after(artifact, state, recalled=review.rating > AGAIN)


def _known_after(
    known: Known, review: Review, state: LearnerState, learned: LearnerState, model: LoadedModel
) -> Known:
    newest = review.micros >= known.last_micros
    taught = learned is not state and model.artifact is not None
    return Known(
        learned if taught else known.state,
        model.artifact.fingerprint if taught and model.artifact else known.fingerprint,
        max(review.micros, known.last_micros),
        review.shift if newest else known.shift,
    )


def undo_last(learner: Learner, card: Card, review: Review, last: Last) -> None:
    """Undo the review that arrived last: learner and card are as before it."""
    _drop(learner, card, review)
    learner.known = last.before
    learner.seq = review.seq
    learner.last = None


def undo(learner: Learner, cards: Mapping[str, Card], card: Card, review: Review, model: LoadedModel) -> None:
    """Undo any review: the learner's state is learned anew from all others, in the order of their arrival.

    Parameters
    ----------
    cards : mapping of str to Card
        All of the learner's cards, `card` among them.
    """
    _drop(learner, card, review)
    learner.known = learn_anew(cards, learner.known, model)
    learner.last = None


def _drop(learner: Learner, card: Card, review: Review) -> None:
    learner.count(card, -1)
    card.remove(review)
    learner.count(card, 1)


def learn_anew(cards: Mapping[str, Card], known: Known, model: LoadedModel) -> Known:
    """Return what all reviews of a learner teach, one after the other in the order of their arrival.

    Parameters
    ----------
    cards : mapping of str to Card
        All of the learner's cards.
    known : Known
        What is known so far: a model that only predicts leaves the state as it is.
    """
    reviews = [(review, name) for name, card in cards.items() for review in card.reviews]
    if not reviews:
        return NEW
    newest, _ = max(reviews, key=lambda found: (found[0].micros, found[0].seq))
    if model.artifact is None:
        return known._replace(last_micros=newest.micros, shift=newest.shift)
    state, so_far = START, {name: Cursor(Card([], None)) for name in cards}
    for review, name in sorted(reviews, key=lambda found: found[0].seq):
        before = so_far[name].seek(review)
        _, state = _predict(before, review, state, model)
        so_far[name].insert(review)
    fingerprint = 0 if state is START else model.artifact.fingerprint
    return Known(state, fingerprint, newest.micros, newest.shift)
