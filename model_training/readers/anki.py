"""Review logs of Anki: packages and collections, one learner for each person whose they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import pandas as pd

from model_training.readers import revlog
from model_training.readers.collection import Collection, read_database
from model_training.readers.packages import databases
from model_training.readers.rows import RawLog
from recall.errors import ReviewLogError

IN_ANOTHER_FILE = "the same review in another file of the same learner"
EXPORT = (
    "in Anki choose File, Export and tick “Include scheduling information”, or “Anki Collection Package” as "
    "the format"
)


def read_collections(
    file: Path, name: Path, learner: str, format_name: str
) -> tuple[list[Collection], tuple[str, ...]]:
    """Read the collections in an Anki package, an archive of packages, or a collection itself.

    Parameters
    ----------
    file : Path
        The file; it is copied before it is opened.
    name : Path
        Its name for people.
    learner : str
        The name of the owner.
    format_name : str
        The format that the file was recognised as, in words.

    Returns
    -------
    collections : list of Collection
        At least one.
    notes : tuple of str
        Which ones inside an archive are left out.

    Raises
    ------
    ReviewLogError
        If the file is damaged, isn't an Anki collection, or holds no reviews.
    """
    with databases(file, name) as inside:
        several = len(inside) > 1
        found = [
            read_database(
                database, name / member, format_name, _name(learner, member) if several else learner
            )
            for member, database in inside.items()
        ]
    empty = [collection.name for collection in found if collection.revlog.empty]
    if len(empty) == len(found):
        raise ReviewLogError(f"{empty[0]}: the collection holds no reviews; {EXPORT}")
    return [collection for collection in found if not collection.revlog.empty], tuple(
        f"{each} holds no reviews" for each in empty
    )


def _name(learner: str, member: str) -> str:
    return str(PurePosixPath(learner, member).with_suffix("")) if member else learner


def of_one_person(collections: Sequence[Collection]) -> RawLog:
    """Make one review log of one person's collections, each entry once.

    Parameters
    ----------
    collections : sequence of Collection
        At least one. The one with the latest review gives the learner's name and study days.

    Raises
    ------
    ReviewLogError
        If none of the entries is a review.
    """
    newest = max(collections, key=lambda collection: collection.revlog["id"].max())
    ordered = [newest, *(collection for collection in collections if collection is not newest)]
    held = pd.concat([collection.revlog for collection in ordered], ignore_index=True)
    entries = held.drop_duplicates(["id", "cid"])
    rows, skipped, notes = revlog.reviews(entries)
    if rows.empty:
        reasons = "; ".join(f"{count:,}: {reason}" for reason, count in Counter(skipped).most_common())
        raise ReviewLogError(f"{newest.name}: none of its entries is a review ({reasons}); {EXPORT}")
    if len(entries) < len(held):
        skipped[IN_ANOTHER_FILE] = len(held) - len(entries)
    if len(collections) > 1:
        names = ", ".join(sorted(collection.name.name for collection in collections))
        notes = (f"Anki: one learner, {newest.learner}, has {names}: each review counts once", *notes)
    return RawLog(
        rows.assign(learner=newest.learner),
        "; ".join(dict.fromkeys(collection.format for collection in collections)),
        len(held),
        skipped,
        notes=notes,
        study_days=newest.study_days,
        earliest=revlog.EARLIEST,
    )
