"""Which entries of Anki's table ``revlog`` are reviews, and of which card.

Each row is one entry: ``id`` is its time in milliseconds since 1970, ``cid`` the card, ``ease`` the button 1
to 4, or 0 where none was pressed, ``factor`` the card's ease or difficulty afterwards, ``time`` the
milliseconds taken, ``type`` 0 learn, 1 review, 2 relearn, 3 filtered, 4 manual, 5 rescheduled. The rules are
those by which Anki's own optimizer chooses reviews (``reviews_for_fsrs`` in its file
``rslib/src/scheduler/fsrs/params.rs``; ``is_reset`` and ``is_cramming`` in ``rslib/src/revlog/mod.rs``),
except where a comment says why not.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from model_training.readers.values import from_milliseconds, numbers

FIELDS = ("id", "cid", "ease", "factor", "time", "type")
LEARN, REVIEW, FILTERED, MANUAL, RESCHEDULED = 0, 1, 3, 4, 5
FORGET = "Forget in Anki, not a review: the card's history begins anew"
NOT_ANSWERED = "manual rescheduling in Anki, not a review"
PREVIEW = "preview in a filtered deck of Anki, not a review"
REASONS = (FORGET, NOT_ANSWERED, PREVIEW)
REVIEWED = -1
# Anki was first released in October 2006.
EARLIEST = pd.Timestamp("2006-01-01", tz="UTC")


def reviews(revlog: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int], tuple[str, ...]]:
    """Choose the reviews among the entries of one person's review log.

    Parameters
    ----------
    revlog : pandas.DataFrame
        The columns `FIELDS`, each entry once; ``id`` and ``cid`` are float64, the others of any types.

    Returns
    -------
    rows : pandas.DataFrame
        ``reviewed_at``, ``card``, ``rating``, ``duration_ms`` and ``kind`` of the reviews. Where a card's
        history begins anew, the reviews before are those of another card, whose name is minus the ``id`` of
        the entry at which it begins anew.
    skipped : dict of str to int
        Number of the other entries, by reason.
    notes : tuple of str
        How many histories begin anew.
    """
    entries = revlog.sort_values(["cid", "id"])
    ease, kind, factor = (numbers(entries[field]) for field in ("ease", "type", "factor"))
    reason = pd.Series(
        np.select(
            [
                (ease == 0) & (kind == MANUAL) & (factor == 0),
                # Anki counts an entry of these types that has a button; it never writes one.
                (ease == 0) | kind.isin([MANUAL, RESCHEDULED]),
                (kind == FILTERED) & (factor == 0),
            ],
            range(len(REASONS)),
            REVIEWED,
        ),
        index=entries.index,
    )
    card = _lives(entries["cid"], entries["id"], kind, reason)
    rows = pd.DataFrame(
        {
            "reviewed_at": from_milliseconds(entries["id"]),
            "card": card,
            "rating": entries["ease"],
            "duration_ms": entries["time"],
            "kind": entries["type"],
            "cid": entries["cid"],
        }
    )[reason == REVIEWED]
    counts = {name: int((reason == number).sum()) for number, name in enumerate(REASONS)}
    skipped = {name: count for name, count in counts.items() if count}
    return rows.drop(columns="cid").sort_index(), skipped, _notes(rows)


def _lives(cid: pd.Series, time: pd.Series, kind: pd.Series, reason: pd.Series) -> pd.Series:
    """Name the card that each entry belongs to: Anki's own since its last new beginning, others before.

    A card also begins anew where it is learnt after it was reviewed: older versions of Anki wrote no entry at
    a Forget. Anki leaves out what came before; here it stays, for those answers were recalled or failed too.
    """
    # A clock that was never set says nothing of the order.
    counts = (reason == REVIEWED) & (from_milliseconds(time) >= EARLIEST)
    before = kind.where(counts).groupby(cid).shift().groupby(cid).ffill()
    anew = (reason == REASONS.index(FORGET)) | (counts & (kind == LEARN) & before.between(REVIEW, FILTERED))
    ends_at = time.where(anew).groupby(cid).shift(-1).groupby(cid).bfill()
    return (-ends_at).fillna(cid).astype("Int64")


def _notes(rows: pd.DataFrame) -> tuple[str, ...]:
    counted = rows[rows["reviewed_at"] >= EARLIEST]
    anew = counted["card"].nunique() - counted["cid"].nunique()
    if not anew:
        return ()
    return (
        "Anki: histories that begin anew, at a Forget or because the card was learnt again after reviews: "
        f"{anew:,}; the answers before count as those of another card",
    )
