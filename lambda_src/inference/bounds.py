"""The bounds of intervals, and which of them the caller sent."""

from __future__ import annotations

from http_kit.fields import Number
from http_kit.problems import wrong
from recall.curve import MAXIMUM_INTERVAL, SHORTEST_INTERVAL, SHORTEST_RELEARNING_INTERVAL

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

    from inference.cards import Card

SHORTEST, SHORTEST_AGAIN, LONGEST = "min_interval", "min_relearning_interval", "max_interval"
_INTERVAL = Number(0, int(MAXIMUM_INTERVAL), open_below=True, unit="days")


class Bounds:
    """The bounds of intervals, in days.

    Parameters
    ----------
    body : dict
        May hold ``min_interval``, ``min_relearning_interval`` and ``max_interval``. What it doesn't hold is
        at its default, but never out of order with what it does.

    Attributes
    ----------
    shortest, shortest_again : tuple of (float, str or None)
        Days, and the name of the bound where the caller sent it: of a card that was recalled last, and of one
        that was failed last or never reviewed.
    longest : tuple of (float, str or None)
        Days, and the name where the caller sent it: the longest interval of any card.

    Raises
    ------
    InvalidInputError
        Naming the first bound that is wrong.
    """

    FIELDS = (SHORTEST, SHORTEST_AGAIN, LONGEST)

    __slots__ = ("longest", "shortest", "shortest_again")

    def __init__(self, body: dict[str, Any]) -> None:
        sent = {name: float(_INTERVAL.read(body, name)) for name in self.FIELDS if name in body}
        longest = sent.get(LONGEST, MAXIMUM_INTERVAL)
        shortest = sent.get(SHORTEST, min(max(SHORTEST_INTERVAL, sent.get(SHORTEST_AGAIN, 0.0)), longest))
        if SHORTEST_AGAIN in sent and sent[SHORTEST_AGAIN] > shortest:
            raise wrong(body, SHORTEST_AGAIN, f"must be at most {self._least(sent)}", "")
        if shortest > longest:
            raise wrong(body, LONGEST, f"must be at least {SHORTEST}, {shortest:g}", "")
        again = sent.get(SHORTEST_AGAIN, min(SHORTEST_RELEARNING_INTERVAL, shortest))
        self.shortest = shortest, _name(sent, SHORTEST, shortest, longest)
        self.shortest_again = again, _name(sent, SHORTEST_AGAIN, again, longest)
        self.longest = longest, LONGEST if LONGEST in sent else None

    def of_card(self, card: Card) -> tuple[float, str | None]:
        """Return the shortest interval of a card, and the name of the bound where the caller sent it."""
        return self.shortest_again if card.failed_last else self.shortest

    def choose(self, card: Card, days: float, *, reachable: bool) -> tuple[float, str | None]:
        """Return a card's interval, and the name of the bound of the caller's that made it, if one did.

        Parameters
        ----------
        card : card
            Whose interval it is.
        days : float
            When its recall falls to the target.
        reachable : bool
            Whether recall is still at the target after the shortest interval.
        """
        shortest, name = self.of_card(card)
        if not reachable:
            return shortest, name
        if days >= self.longest[0]:
            return self.longest
        # Less only by rounding, or of a model whose recall isn't always falling.
        return max(days, shortest), None

    def within(self, card: Card, days: float) -> float:
        """Return the interval that `choose` makes of `days`, without the reason for it."""
        shortest, longest = self.of_card(card)[0], self.longest[0]
        days = days if days > shortest else shortest
        return days if days < longest else longest

    @staticmethod
    def _least(sent: dict[str, float]) -> str:
        name = SHORTEST if SHORTEST in sent else LONGEST
        return f"{name}, {sent[name]:g}"


def _name(sent: dict[str, float], name: str, days: float, longest: float) -> str | None:
    """Return the bound that the caller sent and that makes the shortest interval, if there is one."""
    if name in sent:
        return name
    return LONGEST if LONGEST in sent and days == longest else None
