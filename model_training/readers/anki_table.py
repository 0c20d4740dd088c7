"""Anki's table ``revlog`` as a table of its own: exported by a database program, or by an add-on."""

from __future__ import annotations

import pandas as pd

from model_training.readers import revlog
from model_training.readers.converted import Converted
from model_training.readers.values import numbers, rounded, text
from model_training.review_log.canonical import REPEATED

SHORTENED = "id or cid isn't exact: a number too long for a spreadsheet"
NO_FACTOR = "Anki: without the columns factor and type, previews and Forget can't be told from reviews"


def reviews(rows: pd.DataFrame) -> Converted:
    """Choose the reviews among the entries, by the rules for collections.

    Parameters
    ----------
    rows : pandas.DataFrame
        ``learner``, and `revlog.FIELDS` as far as the table has them.
    """
    notes = () if {"factor", "type"} <= set(rows) else (NO_FACTOR,)
    inexact = rounded(rows["id"]) | rounded(rows["cid"])
    rows = rows[~inexact]
    learner, cid = text(rows["learner"]), numbers(rows["cid"])
    # Two learners who were given the same deck have cards with the same id.
    card = rows.groupby([learner, cid], sort=False).ngroup().astype("float64").where(cid.notna()) + 1
    entries = rows.reindex(columns=list(revlog.FIELDS)).assign(id=numbers(rows["id"]), cid=card)
    repeated = entries.duplicated(["id", "cid"]) & entries["id"].notna() & card.notna()
    found, skipped, of_cards = revlog.reviews(entries[~repeated])
    whose = found["card"].where(found["card"] < 0, cid.loc[found.index].round().astype("Int64"))
    if repeated.any():
        skipped[REPEATED] = int(repeated.sum())
    if inexact.any():
        skipped[SHORTENED] = int(inexact.sum())
    return Converted(found.assign(card=whose, learner=rows["learner"]), (*notes, *of_cards), skipped)
