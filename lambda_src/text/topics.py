"""Texts in groups that are alike: HDBSCAN on the main components of their vectors.

Source: Campello, Moulavi and Sander 2013, "Density-based clustering based on hierarchical density estimates".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from text.similar import DECIMALS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating]

# In fewer dimensions density means more, and HDBSCAN is faster. With 15 for 18 words of three themes, all are
# noise; with one for every three words, one word is, and no topic has two themes.
COMPONENTS, TEXTS_A_COMPONENT = 15, 3
# Texts in the smallest group: 3 of up to 40 texts, 5 of 200, 8 of 1,000, which would have 100 groups of 3.
FEWEST, GROWTH = 3, 0.3
# Cosine of two groups, as seen from the middle of all texts, from which they are one topic; seen from
# elsewhere all cards of one form are alike ("How do you say … in Spanish?"). All these numbers together bring
# 1,000 words of 25 themes into 27 topics, and 200 of 10 into 13.
SAME_TOPIC = 0.45
NOISE = -1  # HDBSCAN's label


class Topic(NamedTuple):
    """A group of texts.

    Attributes
    ----------
    representative : int
        Index of the member that is most like all of them.
    members : list of int
        Indices of all its texts, in their order.
    uncertain : list of int
        Those members that are in no group, and are nearer to this one than to others.
    """

    representative: int
    members: list[int]
    uncertain: list[int]


def find_topics(vectors: NDArray[np.float32]) -> list[Topic]:
    """Put every text into one topic.

    Parameters
    ----------
    vectors : numpy.ndarray
        The texts' vectors, of length 1, as `text.encoder.Encoder.embed` returns them; at least one.

    Returns
    -------
    list of Topic
        The largest first, and equally large ones in the order of their first texts. Texts without groups,
        and fewer than six, are one topic.
    """
    from_middle = vectors.astype(float) - vectors.mean(axis=0, dtype=float)
    groups = _groups(from_middle)
    if groups.max() == NOISE:
        everything = np.arange(len(vectors))
        return [_topic(everything, vectors, certain=np.full(len(vectors), _equal(vectors)))]
    directions = _of_length_1(from_middle)
    topics = _merged(groups, directions)
    cosines = directions @ _centres(topics, directions).T
    nearest = np.where(topics == NOISE, cosines.argmax(axis=1), topics)
    found = [
        _topic(np.flatnonzero(nearest == number), vectors, certain=topics != NOISE)
        for number in range(topics.max() + 1)
    ]
    return sorted(found, key=lambda topic: (-len(topic.members), topic.members))


def _topic(members: NDArray[np.intp], vectors: NDArray[np.float32], *, certain: NDArray[np.bool_]) -> Topic:
    inside = vectors[members]
    representative = members[(inside @ inside.mean(axis=0)).round(DECIMALS).argmax()]
    return Topic(int(representative), members.tolist(), members[~certain[members]].tolist())


def _equal(vectors: NDArray[np.float32]) -> bool:
    """Return whether all texts have the same meaning, but for rounding."""
    return bool((vectors @ vectors[0]).round(DECIMALS).min() == 1)


def _groups(from_middle: Floats) -> NDArray[np.intp]:
    """Return the number of each text's group, from 0, or `NOISE`."""
    from sklearn.cluster import HDBSCAN  # noqa: PLC0415 - 0.4 s, for which other requests don't wait

    count = len(from_middle)
    axes, lengths, _ = np.linalg.svd(from_middle, full_matrices=False)
    dimensions = min(COMPONENTS, count // TEXTS_A_COMPONENT)
    # Rounded, so that copies are in one place.
    components = (axes[:, :dimensions] * lengths[:dimensions]).round(DECIMALS)
    if count < 2 * FEWEST or not components.any():
        return np.full(count, NOISE)
    # The leaves of its tree, for a branch above them may hold nearly all texts.
    groups: NDArray[np.intp] = HDBSCAN(
        min_cluster_size=max(FEWEST, round(count**GROWTH)),
        min_samples=1,
        cluster_selection_method="leaf",
        copy=True,
    ).fit_predict(components)
    return groups


def _merged(groups: NDArray[np.intp], directions: Floats) -> NDArray[np.intp]:
    """Make one of groups in the same direction."""
    from sklearn.cluster import AgglomerativeClustering  # noqa: PLC0415 - as above

    if groups.max() < 1:
        return groups
    merging = AgglomerativeClustering(
        n_clusters=None, distance_threshold=1 - SAME_TOPIC, metric="cosine", linkage="average"
    )
    topics: NDArray[np.intp] = merging.fit_predict(_centres(groups, directions))
    return np.where(groups == NOISE, NOISE, topics[groups])


def _centres(groups: NDArray[np.intp], directions: Floats) -> Floats:
    """Return the mean direction of each group."""
    numbers = range(groups.max() + 1)
    return _of_length_1(np.stack([directions[groups == number].mean(axis=0) for number in numbers]))


def _of_length_1(rows: Floats) -> Floats:
    """Return the rows' directions; rows of zeros stay."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    directions: Floats = rows / np.where(lengths > 0, lengths, 1)
    return directions
