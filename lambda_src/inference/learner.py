"""The learner of a request: what the caller knows of them, and what outcomes add to it."""

from __future__ import annotations

from inference.fields import LEARNER_STATE
from recall.learner import START

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from inference.cards import Card
    from inference.loaded_model import LoadedModel


class Learner:
    """The learner of a request.

    Parameters
    ----------
    body : dict
        The request; may hold ``learner_state``.
    model : LoadedModel
        The model that predicts. A user's own knows nothing of learners: their state stays as it was sent.

    Attributes
    ----------
    state : LearnerState
        The state as sent, before any outcome of this request; `recall.learner.START` where none was sent.

    Raises
    ------
    InvalidInputError
        If ``learner_state`` is neither null nor the text of a state.
    """

    __slots__ = ("_artifact", "_given", "_sent", "state")

    def __init__(self, body: dict[str, Any], model: LoadedModel) -> None:
        self._given = LEARNER_STATE in body
        self._sent = body.get(LEARNER_STATE)
        self._artifact = model.artifact
        self.state = START
        if self._sent is not None:
            from recall.learner_text import decode_state  # noqa: PLC0415 - takes 1 ms, and not all know a learner

            self.state = decode_state(self._sent, model.artifact.fingerprint if model.artifact else 0)

    def after(self, cards: Sequence[Card], outcomes: Sequence[bool | None]) -> dict[str, str | None]:
        """Return what the response says of the learner after these outcomes, as its JSON values.

        Parameters
        ----------
        cards : sequence of card
            Of the request, in their order.
        outcomes : sequence of bool or None
            Whether each card was recalled, where that is known; empty where it is of none. They count one
            after the other.

        Returns
        -------
        dict
            The ``learner_state``; empty when the caller sent neither one nor an outcome. As sent when nothing
            was learned.
        """
        if not self._given and not outcomes:
            return {}
        if self._artifact is None:
            return {LEARNER_STATE: self._sent}
        state = self.state
        for card, recalled in zip(cards, outcomes, strict=False):
            if recalled is not None:
                state = card.learner_after(self._artifact, state, recalled=recalled)
        if state is self.state and self._sent is not None:
            return {LEARNER_STATE: self._sent}
        from recall.learner_text import encode_state  # noqa: PLC0415 - as above

        return {LEARNER_STATE: encode_state(state, self._artifact.fingerprint)}
