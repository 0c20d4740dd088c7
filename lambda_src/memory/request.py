"""From requests to reviews, ids and limits, and the errors of those that are wrong."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote

from http_kit.fields import Number
from http_kit.problems import inside, no_object, type_name, unknown, wrong, wrong_list
from http_kit.timestamps import read_timestamp
from inference.fields import DAY_STARTS_AT, TIME_ZONE
from inference.histories import Moment
from inference.wrong_reviews import DURATION_ALLOWED, MAXIMUM_DURATION
from memory.fields import read_id, read_rating, read_reviewed_at
from memory.reviews import EPOCH, Review
from recall.errors import InvalidInputError

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from http_kit.request import Request

REVIEWS, CARDS = "reviews", "cards"
EVENT_ID, CARD, RATING, REVIEWED_AT, DURATION = "event_id", "card", "rating", "reviewed_at", "duration_ms"
TARGET, FOR_EACH_RATING = "target_recall", "for_each_rating"
LIMIT, UNTIL, ORDER = "limit", "until", "order"
RECALL, LOSS = "recall", "loss"
REVIEW_EXAMPLE = '{"event_id": "9b2f61", "card": "gato", "rating": 3, "reviewed_at": "2026-11-20T08:15:00Z"}'
EXAMPLE = f'{{"{REVIEWS}": [{REVIEW_EXAMPLE}]}}'
IMPORT_EXAMPLE = (
    '{"cards": [{"card": "gato", "reviews": [{"rating": 3, "reviewed_at": "2026-11-20T08:15:00Z"}]}]}'
)
LONGEST_NUMBER = 9  # digits
MICROSECOND = timedelta(microseconds=1)
_TARGET = Number(0, 1, open_below=True, open_above=True)
_DURATION = Number(0, MAXIMUM_DURATION, whole=True)


def read_path_id(request: Request, name: str) -> str:
    """Return an id out of the path, in which it is percent-encoded.

    Raises
    ------
    InvalidInputError
        Naming it, if no learner, card or review can have this id.
    """
    return read_id({name: unquote(request.parameters.get(name, ""))}, name, "")


def read_body_list(body: dict[str, Any], name: str, most: int, place: str = "") -> list[Any]:
    """Return a list of 1 to `most` elements, which are still to be checked."""
    values = body.get(name)
    if type(values) is not list or not 1 <= len(values) <= most:
        raise wrong_list(body, name, most, name, place)
    return values


def read_target(body: dict[str, Any]) -> float | None:
    """Return the wanted recall probability; None where the body has none."""
    return float(_TARGET.read(body, TARGET)) if TARGET in body else None


def read_flag(body: dict[str, Any], name: str) -> bool:
    """Return a field of true or false; false where the body has none."""
    wanted: Any = body.get(name, False)
    if type(wanted) is not bool:
        raise InvalidInputError(name, f"must be true or false, not {type_name(wanted)}")
    return wanted


def study_days(body: dict[str, Any]) -> Moment:
    """Return where the learner's study days begin, by ``time_zone`` and ``day_starts_at``."""
    return Moment({name: body[name] for name in (TIME_ZONE, DAY_STARTS_AT) if name in body})


class ReviewReader:
    """Reads the reviews of one request.

    Parameters
    ----------
    days : Moment
        Where the learner's study days begin.
    now : float
        Time of receipt, in seconds since 1970.
    example : str
        A right review as JSON, for the error of a value that is none.
    """

    def __init__(self, days: Moment, now: float, example: str = REVIEW_EXAMPLE) -> None:
        self._days = days
        self._now = now
        self._example = example

    def read_with_card(self, value: Any, place: str, names: tuple[str, ...]) -> tuple[str, Review]:
        """Return the id of a review's card, and the review; parameters and errors as of `read`."""
        review = self.read(value, place, names)
        return read_id(value, CARD, place), review

    def read(self, value: Any, place: str, names: tuple[str, ...], *, make_id: bool = False) -> Review:
        """Return a review; its probability and its place in the order of arrival are still open.

        Parameters
        ----------
        value : JSON value
            The review.
        place : str
            Where it stands in the body, for errors.
        names : tuple of str
            The fields that it may have.
        make_id : bool
            Make the event id of the review's time where it has none.

        Raises
        ------
        InvalidInputError
            Naming the first field that is wrong.
        """
        if type(value) is not dict:
            raise no_object(place, value, self._example)
        for name in value:
            if name not in names:
                raise unknown(name, names, place)
        rating = read_rating(value, RATING, place)
        at = read_reviewed_at(value, REVIEWED_AT, place, self._now)
        micros = micros_of(at)
        duration = None
        if DURATION in value:
            if not _DURATION.holds(value[DURATION]):
                raise wrong(value, DURATION, DURATION_ALLOWED, place)
            duration = int(value[DURATION])
        made = make_id and EVENT_ID not in value
        event_id = f"at-{micros}" if made else read_id(value, EVENT_ID, place)
        return Review(micros, event_id, rating, minutes_of(at), self._days.shift_of(at), duration, None, 0)


def full_card(place: str) -> InvalidInputError:
    """Say that a review's card can't take any more."""
    return InvalidInputError(
        inside(place, CARD), "has as many reviews as a card can have; delete the card, or use another one"
    )


def micros_of(at: datetime) -> int:
    """Return a time in whole microseconds since 1970."""
    return (at - EPOCH) // MICROSECOND


def minutes_of(at: datetime) -> int:
    """Return a time's offset from UTC, in minutes."""
    return (at.utcoffset() or timedelta()) // timedelta(minutes=1)


def read_after(query: dict[str, str], name: str) -> str | None:
    """Return the id of a card out of the query; None where the query has none."""
    return read_id(query, name, "") if name in query else None


def query_number(query: dict[str, str], name: str, number: Number, default: int) -> int:
    """Return a whole number out of the query."""
    if name not in query:
        return default
    text = query[name]
    value: Any = int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else text
    return int(number.read({name: value}, name))


def query_choice(query: dict[str, str], name: str, choices: tuple[str, ...]) -> str:
    """Return one of some words out of the query; the first where it has none."""
    word = query.get(name, choices[0])
    if word not in choices:
        raise InvalidInputError(name, f"must be {' or '.join(choices)}")
    return word


def query_time(query: dict[str, str], name: str, default: float) -> float:
    """Return a time out of the query, in seconds since 1970."""
    if name not in query:
        return default
    return read_timestamp({name: query[name].replace(" ", "+")}, name, "").timestamp()
