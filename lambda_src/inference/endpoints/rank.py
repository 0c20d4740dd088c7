"""``POST /v1/rank``: the order in which to review a deck."""

from __future__ import annotations

from json.encoder import encode_basestring_ascii as quote

from http_kit.fields import Number
from http_kit.problems import wrong
from http_kit.response import Response, encode
from inference.cards import as_object, curves_of, inputs_out_of_range, read_cards, read_list, within
from inference.fields import BESIDE, EXAMPLE, LEARNER_STATE
from inference.learner import Learner

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

    from http_kit.request import Request
    from inference.loaded_model import LoadedModel
    from inference.model_store import ModelStore
    from recall.learner import LearnerState

MAXIMUM_DECK = 10_000
BY, LIMIT = "by", "limit"
RECALL, LOSS = "recall", "loss"
FIELDS = (BY, LIMIT, *BESIDE)
_LIMIT = Number(1, MAXIMUM_DECK, whole=True)


class RankRequest:
    """A checked request to rank a deck.

    Parameters
    ----------
    body : JSON value
        The request's body, parsed.

    Attributes
    ----------
    cards : list of card
        The deck, in the order sent.
    outcomes : list of bool or None
        For each card, whether it was recalled, where the caller says so; empty where they say nothing.
    by_loss : bool
        Whether what is lost by tomorrow counts, rather than recall now.
    limit : int
        How many cards to answer at most.

    Raises
    ------
    InvalidInputError
        Naming the first field that is wrong.
    """

    __slots__ = ("by_loss", "cards", "limit", "outcomes")

    def __init__(self, body: Any) -> None:
        body = as_object(body)
        cards = read_list(body, MAXIMUM_DECK, FIELDS)
        by = body.get(BY, RECALL)
        if by not in (RECALL, LOSS):
            raise wrong(body, BY, f'must be "{RECALL}" or "{LOSS}"', "")
        self.by_loss = by == LOSS
        self.limit = _LIMIT.read(body, LIMIT) if LIMIT in body else MAXIMUM_DECK
        self.cards, _, self.outcomes = read_cards(cards, body, ())


def rank(request: Request, store: ModelStore) -> Response:
    """Answer the cards' places in the request, the most urgent first; ties in the order sent."""
    body = request.json(EXAMPLE)
    parsed = RankRequest(body)
    model = store.current()
    learner = Learner(body, model)
    now, losses = _now_and_losses(parsed, model, learner.state)
    if losses:
        order = sorted(range(len(now)), key=losses.__getitem__, reverse=True)
    else:
        order = sorted(range(len(now)), key=now.__getitem__)
    # Put together as text, for speed; repr() of a float is JSON.
    entries = []
    for i in order[: parsed.limit]:
        entry = f'{{"index": {i}, "recall_probability": {now[i]!r}'
        if losses:
            entry += f', "expected_loss": {losses[i]!r}'
        if parsed.cards[i].new:
            entry += ', "new": true'
        elif not within(parsed.cards[i], model.ranges):
            entry += f', "out_of_range": {encode(inputs_out_of_range(parsed.cards[i], model.ranges))}'
        entries.append(entry)
    ending = f'"model_version": {quote(model.version)}'
    learned = learner.after(parsed.cards, parsed.outcomes)
    if learned:
        ending += f', "{LEARNER_STATE}": {encode(learned[LEARNER_STATE])}'
    text = f'{{"ranking": [{"}, ".join(entries)}}}], {ending}}}'
    return Response(200, text, facts={"predictions": len(now), "model_version": model.version})


def _now_and_losses(
    request: RankRequest, model: LoadedModel, state: LearnerState
) -> tuple[list[float], list[float]]:
    """Return recall of each card now, and what it loses by this time tomorrow where that is wanted."""
    curves = curves_of(model, request.cards, state)
    days = [card.inputs[0] if card.inputs else 0.0 for card in request.cards]
    now = curves.recall(days)
    if not request.by_loss:
        return now, []
    tomorrow = curves.recall([day + 1 for day in days])
    # Recall that rises is no loss; and rounding alone could make one of nothing negative.
    return now, [max(0.0, p - later) for p, later in zip(now, tomorrow, strict=True)]
