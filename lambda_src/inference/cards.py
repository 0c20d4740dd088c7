"""A request's cards: how they are read, what each kind offers, and the curves that a model gives them.

API Gateway checks nothing of a body: its errors name neither field nor index, these do. Cards of which the
reviews are known are in `inference.histories`.
"""

from __future__ import annotations

from http_kit.problems import echo, no_object, unknown, wrong, wrong_list
from inference.fields import CARDS, EXAMPLE, OUTCOME, RATING, RECALLED, REVIEWS, THREE_INPUTS, TIMES
from inference.outcomes import read_outcomes
from recall.curve import interval, recall_probability
from recall.errors import InvalidInputError
from recall.features import FEATURE_NAMES, FEATURES

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Protocol

    from inference.loaded_model import LoadedModel
    from inference.sampled import Sampled
    from recall.artifact import Artifact
    from recall.curve import Curve
    from recall.learner import LearnerState

    Ranges = Sequence[tuple[float, float]]

    class Card(Protocol):
        """What every kind of card offers."""

        @property
        def inputs(self) -> tuple[float, float, float] | None:
            """The three inputs; None of a card that was never reviewed."""

        @property
        def last_review(self) -> float | None:
            """When its last review was, in seconds since 1970, if that is known."""

        @property
        def new(self) -> bool:
            """Whether it was never reviewed."""

        @property
        def failed_last(self) -> bool:
            """Whether its last answer is known to have been Again."""

        def model_part(self, artifact: Artifact | None, /) -> str:
            """Return which part of the model answers."""

        def curve(self, artifact: Artifact, state: LearnerState, /) -> Curve:
            """Return the card's forgetting curve, for a learner of this state."""

        def learner_after(
            self, artifact: Artifact, state: LearnerState, /, *, recalled: bool
        ) -> LearnerState:
            """Return the learner's state after an outcome now; the same one when it teaches nothing."""


FEATURE_COUNT = len(FEATURES)
# Days. Three inputs don't tell study days; what is nearer to none than to one teaches nothing of a learner.
HALF_A_DAY = 0.5
MAXIMUM_REVIEWS_OF_ALL = 100_000  # a call has no time for more
_RULES = [(feature.name, feature.minimum, feature.maximum, feature.integer) for feature in FEATURES]


class ThreeInputCard:
    """A card of which three inputs are known.

    Parameters
    ----------
    inputs : tuple of three float
        In the order of `recall.features.FEATURES`.
    last_review : float, optional
        When its last review was, in seconds since 1970.
    """

    __slots__ = ("inputs", "last_review")

    failed_last = new = False  # three inputs don't say how the last review went

    def __init__(self, inputs: tuple[float, float, float], last_review: float | None = None) -> None:
        self.inputs = inputs
        self.last_review = last_review

    def model_part(self, _artifact: Artifact | None) -> str:
        """Return which part of the model answers: ``three_inputs``."""
        return THREE_INPUTS

    def curve(self, artifact: Artifact, state: LearnerState) -> Curve:
        """Return the card's forgetting curve, for a learner of this state."""
        _, review_count, difficulty = self.inputs
        return artifact.three_inputs.curve(review_count, difficulty, state)

    def learner_after(self, artifact: Artifact, state: LearnerState, *, recalled: bool) -> LearnerState:
        """Return the learner's state after an outcome now; the same one when it teaches nothing."""
        if self.inputs[0] < HALF_A_DAY:
            return state
        return artifact.three_inputs.learner_after(state, *self.inputs, recalled=recalled)


def as_object(body: Any) -> dict[str, Any]:
    """Return the body, which must be a JSON object."""
    if type(body) is not dict:
        raise no_object("body", body, EXAMPLE)
    return body


def read_list(body: dict[str, Any], most: int, beside: tuple[str, ...]) -> list[Any]:
    """Return the list of cards, whose elements are still to be checked."""
    for name in body:
        if name != CARDS and name not in beside:
            raise _unknown_beside_cards(body, name)
    cards = body.get(CARDS)
    if type(cards) is not list or not 1 <= len(cards) <= most:
        raise wrong_list(body, CARDS, most, "cards")
    return cards


def read_cards(
    cards: list[Any], body: dict[str, Any], beside: tuple[str, ...]
) -> tuple[list[Card], bool, list[bool | None]]:
    """Check cards of either kind, and what came of their reviews.

    Parameters
    ----------
    cards : list
        JSON values; each still has to be checked.
    body : dict
        Where they come from: with `CARDS`, errors name a card's place in the list.
    beside : tuple of str
        What may stand beside the fields of a single card.

    Returns
    -------
    tuple
        The cards, whether there are some with reviews, and for each card
        whether it was recalled, where the caller says so (empty where none says so).
    """
    optional = (*OUTCOME, *beside)
    try:
        mixed = REVIEWS in cards[0] or (len(cards) > 1 and any(REVIEWS in card for card in cards))
    except TypeError:  # an element that is no object
        mixed = False
    batch = CARDS in body
    read: list[Card]
    if mixed or any(name in body for name in TIMES):
        read = _read_mixed(cards, body, optional)
    elif batch:
        read = [read_three_inputs(card, index, optional) for index, card in enumerate(cards)]
    else:
        read = [read_three_inputs(cards[0], "", optional)]
    # A card of three inputs and nothing beside them has no outcome.
    if (mixed or max(map(len, cards)) > FEATURE_COUNT) and any(
        RECALLED in card or RATING in card for card in cards
    ):
        return read, mixed, read_outcomes(cards, batch=batch)
    return read, mixed, []


def read_three_inputs(card: Any, place: str | int, optional: tuple[str, ...] = ()) -> ThreeInputCard:
    """Check a card of three inputs; `place` is its index in the list, or text."""
    if type(card) is not dict:
        raise no_object(place, card, EXAMPLE)
    values = []
    for name, minimum, maximum, integer in _RULES:
        value: Any = card.get(name)
        # type() rather than isinstance(): true and false are no numbers here. NaN fails the comparison.
        kind = type(value)
        if (
            (kind is not int and kind is not float)
            or not minimum <= value <= maximum
            or (integer and kind is float and not value.is_integer())
        ):
            raise _wrong_feature(card, name, place)
        values.append(value)
    if len(card) != FEATURE_COUNT:
        for name in card:
            if name not in optional and name not in FEATURE_NAMES:
                raise unknown(name, (*FEATURE_NAMES, *optional), place)
    return ThreeInputCard((values[0], values[1], values[2]))


def _wrong_feature(card: dict[str, Any], name: str, place: str | int) -> InvalidInputError:
    feature = FEATURES[FEATURE_NAMES.index(name)]
    kind = "a whole number" if feature.integer else "a number"
    allowed = f"must be {kind} from {feature.minimum} to {feature.maximum} ({feature.unit})"
    return wrong(card, name, allowed, place)


def _unknown_beside_cards(body: dict[str, Any], name: str) -> InvalidInputError:
    if CARDS in body:
        return InvalidInputError(echo(name), 'is unknown beside "cards"; put it into a card')
    return InvalidInputError(echo(name), 'is unknown here; put cards into the list "cards"')


def _read_mixed(cards: list[Any], body: dict[str, Any], optional: tuple[str, ...]) -> list[Card]:
    """Check cards, some of which may have reviews; parameters as of `read_cards`."""
    # `datetime` and `re` take 3 ms, and three inputs need neither.
    from inference.histories import Moment, read_history  # noqa: PLC0415

    moment = Moment(body)
    read: list[Card] = []
    for index, card in enumerate(cards):
        place = index if CARDS in body else ""
        if type(card) is dict and REVIEWS in card:
            read.append(read_history(card, moment, place, optional))
        else:
            read.append(read_three_inputs(card, place, optional))
    check_total(cards)
    return read


def check_total(cards: list[dict[str, Any]]) -> None:
    """Refuse more reviews than a call has time for."""
    if sum(len(card[REVIEWS]) for card in cards if REVIEWS in card) > MAXIMUM_REVIEWS_OF_ALL:
        problem = f"must have at most {MAXIMUM_REVIEWS_OF_ALL} reviews in all; send fewer cards per call"
        raise InvalidInputError(CARDS, problem)


def curves_of(model: LoadedModel, cards: Sequence[Card], state: LearnerState) -> Formulas | Sampled:
    """Return the forgetting curves of cards.

    Parameters
    ----------
    model : LoadedModel
        With an artifact, or with predictions only.
    cards : sequence of card
        The cards; their days since the last review don't matter.
    state : LearnerState
        What is known of the learner; a model that only predicts ignores it.
    """
    if model.artifact is None:
        from inference.sampled import Sampled  # noqa: PLC0415 - takes 1 ms, and only an owner's own model needs it

        return Sampled(model.predict, [card.inputs for card in cards])
    return Formulas(model.artifact, cards, state)


class Formulas:
    """The curves that an artifact gives.

    Parameters
    ----------
    artifact : Artifact
        Gives each card its curve.
    cards : sequence of card
        One or more cards of one learner.
    state : LearnerState
        What is known of the learner; `recall.learner.START` of a new one.
    """

    def __init__(self, artifact: Artifact, cards: Sequence[Card], state: LearnerState) -> None:
        self._curves = [card.curve(artifact, state) for card in cards]

    def recall(self, days: Sequence[float]) -> list[float]:
        """Return each card's recall probability, so many days after its last review."""
        return list(map(recall_probability, self._curves, days))

    def along(self, days: Sequence[float]) -> list[float]:
        """Return the first card's recall probability at each of these days."""
        curve = self._curves[0]
        return [recall_probability(curve, t) for t in days]

    def intervals(self, targets: Sequence[float]) -> list[list[float]]:
        """Return for each card the days until its recall falls to each target."""
        return [[interval(curve, target) for target in targets] for curve in self._curves]


def within(card: Card, ranges: Ranges) -> bool:
    """Return whether all three inputs of a card are within these ranges; a new card has none."""
    if card.inputs is None:
        return True
    days, review_count, difficulty = card.inputs
    (low_days, high_days), (low_count, high_count), (low_difficulty, high_difficulty) = ranges
    return (
        low_days <= days <= high_days
        and low_count <= review_count <= high_count
        and low_difficulty <= difficulty <= high_difficulty
    )


def inputs_out_of_range(card: Card, ranges: Ranges) -> list[str]:
    """Return the names of a card's inputs that aren't within these ranges."""
    if card.inputs is None:
        return []
    bounded = zip(FEATURE_NAMES, card.inputs, ranges, strict=True)
    return [name for name, value, (lowest, highest) in bounded if not lowest <= value <= highest]


def fixed_inputs_out_of_range(card: Card, ranges: Ranges) -> list[str]:
    """Return the names without the days since the last review: a curve or an interval is of all delays."""
    return [name for name in inputs_out_of_range(card, ranges) if name != FEATURE_NAMES[0]]
