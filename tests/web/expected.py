"""What Python gives for the vectors of `vectors.Draw`, as `core.ts` writes what the page gives."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from inference.bounds import Bounds
from inference.histories import Moment
from memory.card import MICROS_PER_DAY, RememberedCard
from memory.learner import Learner
from memory.reviews import MINUTES_PER_DAY, Review, study_day
from memory.schedule import for_each_rating
from memory.taking import Sent, in_time, take_in
from recall.card_history import CardHistory, history_of, retrievability
from recall.curve import Curve, interval, recall_probability
from recall.features import RATINGS
from recall.history import history_features
from recall.learner import LearnerState, updated
from recall.learner_text import decode_state, encode_state
from tests.web.vectors import Draw


def lower(state: LearnerState) -> list[float]:
    """Return a state's means and the lower triangle of its covariance, row by row."""
    return [*state.mean, *(a for i, row in enumerate(state.covariance) for a in row[: i + 1])]


class Expected:
    """Evaluates the vectors: a method for each kind."""

    def __init__(self, draw: Draw) -> None:
        self._artifacts = [model.artifact for model in draw.models]
        self._models, self._states = draw.models, draw.states

    def curve(self, numbers: Any, days: float, target: float) -> list[float]:
        """Return recall after these days, and the days until it falls to the target."""
        curve = Curve(*numbers)
        return [recall_probability(curve, days), interval(curve, target)]

    def history(self, model: int, reviews: Any, state: int, days: float, target: float) -> list[float]:
        """Return ours and FSRS-6's recall after these days, the interval, and what the history left."""
        history = history_of(reviews)
        curve = RememberedCard(history, 0.0).curve(self._artifacts[model], self._states[state])
        recall = [recall_probability(curve, days), retrievability(history.memory, days)]
        return [*recall, interval(curve, target), *history.memory, *curve, *history_features(history)]

    def three_inputs(
        self, model: int, reviews: int, difficulty: float, state: int, days: float, target: float
    ) -> list[float]:
        """Return recall after these days, the interval, and the curve."""
        curve = self._artifacts[model].three_inputs.curve(reviews, difficulty, self._states[state])
        return [recall_probability(curve, days), interval(curve, target), *curve]

    def outcome(
        self, state: int, numbers: Any, first: bool, f: float, days: float, recalled: bool
    ) -> list[float]:
        """Return the learner's state after the outcome."""
        along = (1.0, 1.0, 0.0, 0.0, f, 0.0) if first else (1.0, 0.0, 0.0, 0.0, 0.0, f)
        return lower(updated(self._states[state], Curve(*numbers), along, days, recalled=recalled)[1])

    def buttons(
        self, model: int, reviews: Any, now: Any, target: float, state: int, bounds: Any
    ) -> list[float]:
        """Return what each answer leads to in a request, and, unless the card is new, in the memory."""
        history, learner = history_of(reviews) if reviews else None, self._states[state]
        limits, found = Bounds(bounds), []
        for rating in RATINGS:
            card = RememberedCard(_answered(history, *now, rating), now[0])
            curve = card.curve(self._artifacts[model], learner)
            most = recall_probability(curve, limits.of_card(card)[0])
            days, _ = limits.choose(card, interval(curve, target), reachable=most >= target)
            found += [most, days, most >= target]
        if history is None:
            return found
        at = max(now[0], history.time)
        shift = (now[1] - int(at)) * MINUTES_PER_DAY
        named = for_each_rating(self._models[model], history, learner, target, at, shift)
        return [*found, *(answer["interval_days"] for answer in named.values())]

    def text(self, state: int, taught_by: int, model: int) -> list[Any]:
        """Return the state as text, and what is read from it again."""
        text = encode_state(self._states[state], taught_by)
        return [text, lower(decode_state(text, model))]

    def day(self, at: float, zone: str, starts_at: int) -> list[int]:
        """Return the zone's offset from UTC in minutes, and the study day."""
        when = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)
        start = f"{starts_at // 60:02}:{starts_at % 60:02}"
        moment = Moment({"time_zone": zone, "day_starts_at": start})
        shift = moment.shift_of(when)
        day = study_day(int(at * 1000), shift)
        assert day == moment.day_of(when) - datetime(1970, 1, 1, tzinfo=UTC).toordinal()
        return [shift + starts_at, day]

    def learner(self, model: int, cards: Any) -> list[float]:
        """Return the state that the memory has learned once all reviews have arrived in the order of time."""
        learner, places = Learner(), count()
        sent = [
            Sent(next(places), f"{name:03}", _review(f"{name:03}-{place:03}", *review))
            for name, card in enumerate(cards)
            for place, review in enumerate(card)
        ]
        take_in(learner, {}, in_time(sent), self._models[model], {})
        return lower(learner.known.state)


def _answered(history: CardHistory | None, time: float, day: int, rating: int) -> CardHistory:
    if history is None:
        return CardHistory(time, rating, day)
    return history.after(max(time, history.time), rating, max(day, history.day))


def _review(event_id: str, time: float, rating: int, day: int, seconds: float) -> Review:
    """Return a review as the memory gets it, whose study day comes of its time and a shift."""
    micros = round(time * MICROS_PER_DAY)
    shift = day * MINUTES_PER_DAY - micros // 60_000_000
    return Review(micros, event_id, rating, 0, shift, round(seconds * 1000) or None, None, 0)


KINDS: dict[str, tuple[int, Callable[[Draw], Any]]] = {
    "curve": (40_000, Draw.curve),
    "history": (15_000, Draw.history),
    "three_inputs": (16_000, Draw.three_inputs),
    "outcome": (12_000, Draw.outcome),
    "buttons": (5_000, Draw.buttons),
    "text": (6_000, Draw.text),
    "day": (5_950, Draw.day),
    "learner": (50, Draw.learner),
}
