"""Which Anki collections are one person's: backups of a collection, and exports of its decks.

Anki stores no name. What tells one person's files from two people's:

- The same review: its ``id`` and its card's are the milliseconds at which they were made, so nobody else has
  it, unless a deck was passed on with its reviews. Then both people went on, and the cards that both have
  differ.
- Exports of decks share no review and no card. They share the moment when the collection was created, but
  that is rounded to a day and proves nothing; and note types, those that both use or those that Anki adds to
  a new collection, whose ids are the milliseconds at which it did. Two people who were given the same deck
  share its note types too, but also its cards. Two whole collections without a common card are two people's.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from model_training.readers.collection import Collection

# Of the cards that two files hold: reviews that a device never sent make backups differ in a few.
MOST_DIFFERENT = 0.1
# Anki adds its note types to a new collection at once; two people's don't come so close.
AT_ONCE = 10  # ms


def by_owner(collections: Sequence[Collection]) -> list[list[Collection]]:
    """Group collections by the person whose they are.

    Parameters
    ----------
    collections : sequence of Collection
        The collections.

    Returns
    -------
    list of list of Collection
        Each collection once, the groups and what is in them in the order of the collections.
    """
    group = list(range(len(collections)))
    for one, other in combinations(range(len(collections)), 2):
        if group[one] != group[other] and _same_person(collections[one], collections[other]):
            joined, into = group[other], group[one]
            group = [into if each == joined else each for each in group]
    return [
        [collection for collection, each in zip(collections, group, strict=True) if each == owner]
        for owner in dict.fromkeys(group)
    ]


def undecided(owners: Sequence[Sequence[Collection]]) -> tuple[str, ...]:
    """Say which decks may be one person's all the same."""
    notes = []
    for created in dict.fromkeys(owner[0].created for owner in owners):
        decks = [owner[0].name for owner in owners if owner[0].created == created and owner[0].is_part]
        if len(decks) > 1:
            notes.append(
                f"{', '.join(deck.name for deck in decks)}: these decks are from collections created on the "
                f"same day, and count as {len(decks)} learners; if they are one person's, export the whole "
                "collection (.colpkg) instead"
            )
    return tuple(notes)


def _same_person(one: Collection, other: Collection) -> bool:
    if not one.cards.isdisjoint(other.cards):
        return _same_histories(one, other)
    if one.created != other.created or not (one.is_part or other.is_part):
        return False
    return any(abs(mine - theirs) <= AT_ONCE for mine in one.note_types for theirs in other.note_types)


def _same_histories(one: Collection, other: Collection) -> bool:
    """Tell whether two files hold the same reviews, and of most cards at most one file holds more of them."""
    entries = one.revlog[["cid", "id"]].merge(other.revlog[["cid", "id"]], how="outer", indicator="held_by")
    shared, mine, theirs = (
        set(entries.loc[entries["held_by"] == side, "cid"]) for side in ("both", "left_only", "right_only")
    )
    held_by_both = shared | (mine & theirs)
    return bool(shared) and len(mine & theirs) <= MOST_DIFFERENT * len(held_by_both)
