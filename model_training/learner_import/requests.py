"""A learner's reviews as bodies of requests to ``POST /v1/learners/{learner}/import``."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pandas as pd

from model_training.learner_import.offsets import microseconds, offsets, written

# In a request. The service takes as many cards, 2,000 reviews of a card, and 10,000 in all.
MOST_CARDS, MOST_REVIEWS = 1_000, 2_000
LONGEST_DURATION = 3_600_000  # ms, as the service takes them; a longer one says nothing against its review
# Ids as the service takes them, without control characters, line breaks and halves of characters.
ID = r"[^\u0000-\u001F\u007F-\u009F\u2028\u2029\uD800-\uDFFF]{1,128}"
is_id = re.compile(ID).fullmatch
# Names of reviews, for ids that are the same in every run (RFC 9562, version 5).
REVIEWS = uuid.UUID("8d7f2f4e-51a5-5c0e-9d43-0e6b8f0c6b52")


class ImportRequests(NamedTuple):
    """The bodies to send, in the order to send them in.

    Parameters
    ----------
    bodies : iterator of tuple of dict and int
        Each body, with its number of reviews.
    misfits : int
        Number of reviews whose study day no offset from UTC gives.
    unnamed : int
        Number of reviews that aren't sent, since the service can't have a card of that name.
    """

    bodies: Iterator[tuple[dict[str, Any], int]]
    misfits: int
    unnamed: int


def import_requests(reviews: pd.DataFrame, learner: str) -> ImportRequests:
    """Return a log's reviews as requests, in the order in which the learner answered.

    So the service learns about the learner as if the reviews had been studied with it.

    Parameters
    ----------
    reviews : pandas.DataFrame
        One learner's `model_training.review_log.canonical.ReviewLog.reviews`.
    learner : str
        The id that the learner gets.
    """
    found = offsets(reviews)
    reviews = reviews.assign(card=reviews["card"].astype("str"), minutes=found.minutes)
    cards = pd.Series(reviews["card"].unique())
    sendable = reviews["card"].isin(cards[[is_id(card) is not None for card in cards]])
    unnamed = int((~sendable).sum())
    reviews = reviews[sendable].sort_values("reviewed_at", kind="stable")
    micros = microseconds(reviews["reviewed_at"])
    rows = zip(
        reviews["card"].tolist(),
        micros.tolist(),
        written(micros, reviews["minutes"].to_numpy()),
        reviews["rating"].tolist(),
        reviews["duration_ms"].tolist(),
        strict=True,
    )
    return ImportRequests(_bodies(learner, rows), found.misfits, unnamed)


def _bodies(
    learner: str, rows: Iterable[tuple[str, int, str, int, Any]]
) -> Iterator[tuple[dict[str, Any], int]]:
    """Fill one body after the other with reviews: card, microseconds since 1970, time, rating, duration."""
    body: dict[str, list[dict[str, Any]]] = {}
    count = 0
    for card, micros, at, rating, duration_ms in rows:
        if count == MOST_REVIEWS or (len(body) == MOST_CARDS and card not in body):
            yield _body(body), count
            body, count = {}, 0
        # The same in every run, so that nothing is stored twice.
        event_id = str(uuid.uuid5(REVIEWS, f"{learner}\0{card}\0{micros}"))
        review = {"event_id": event_id, "rating": rating, "reviewed_at": at}
        if not pd.isna(duration_ms) and duration_ms <= LONGEST_DURATION:
            review["duration_ms"] = duration_ms
        body.setdefault(card, []).append(review)
        count += 1
    if count:
        yield _body(body), count


def _body(by_card: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    return {"cards": [{"card": card, "reviews": reviews} for card, reviews in by_card.items()]}
