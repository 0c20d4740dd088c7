"""The forgetting curves of a model that only predicts, such as an estimator of the owner's own."""

from __future__ import annotations

from recall.curve import MAXIMUM_INTERVAL

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Inputs = tuple[float, float, float]

# Days at which a curve without a formula is looked at: 0, then 64 from 100 seconds to the longest interval.
SAMPLES = (0.0, *(MAXIMUM_INTERVAL * 10 ** (-7.5 * (1 - step / 63)) for step in range(64)))
HALVINGS = 40


class Sampled:
    """The curves of a model that only predicts: seen at `SAMPLES`, and by bisection between two of them.

    Parameters
    ----------
    predict : callable
        A list of three inputs in, a list of recall probabilities out.
    cards : list of tuple of three float, or of None
        Each gets a curve; None stands for a card that was never reviewed, of which recall is 0.
    """

    def __init__(
        self, predict: Callable[[list[Inputs]], list[float]], cards: Sequence[Inputs | None]
    ) -> None:
        self._predict = predict
        self._cards = cards

    def recall(self, days: Sequence[float]) -> list[float]:
        """Return each card's recall probability, so many days after its last review."""
        return self._recall(list(zip(days, self._cards, strict=True)))

    def along(self, days: Sequence[float]) -> list[float]:
        """Return the first card's recall probability at each of these days."""
        return self._recall([(t, self._cards[0]) for t in days])

    def intervals(self, targets: Sequence[float]) -> list[list[float]]:
        """Return for each card the first of the sampled days at which recall is at or below each target.

        Bisection then narrows the step before that day; where recall rises again in between, what comes
        first may be missed.
        """
        size = len(SAMPLES)
        seen = self._recall([(t, card) for card in self._cards for t in SAMPLES])
        courses = [seen[start : start + size] for start in range(0, len(seen), size)]
        ends = [_first_at_most(target, course) for course in courses for target in targets]
        return self._narrowed(ends, targets)

    def _narrowed(self, ends: list[int], targets: Sequence[float]) -> list[list[float]]:
        width = len(targets)
        high = [SAMPLES[end] for end in ends]
        low = [SAMPLES[max(end - 1, 0)] for end in ends]
        for _ in range(HALVINGS):
            middle = [(a + b) / 2 for a, b in zip(low, high, strict=True)]
            for i, p in enumerate(self._recall([(t, self._cards[i // width]) for i, t in enumerate(middle)])):
                if p <= targets[i % width]:
                    high[i] = middle[i]
                else:
                    low[i] = middle[i]
        return [high[i : i + width] for i in range(0, len(high), width)]

    def _recall(self, delayed: list[tuple[float, Inputs | None]]) -> list[float]:
        """Return the recall probability of each card after so many days."""
        known = [(t, card[1], card[2]) for t, card in delayed if card is not None]
        predicted = iter(self._predict(known) if known else ())
        return [0.0 if card is None else next(predicted) for _, card in delayed]


def _first_at_most(target: float, course: list[float]) -> int:
    """Return the index of the first sample at or below a target; that of the last where none is."""
    return next((index for index, p in enumerate(course) if p <= target), len(course) - 1)
