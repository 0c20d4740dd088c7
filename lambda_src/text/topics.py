"""Texts in groups that are alike: HDBSCAN on the main components of their vectors.

Source: Campello, Moulavi and Sander 2013, "Density-based clustering based on hierarchical density estimates".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from text.similar import DECIMALS

if TYPE_CHECKING:
    from numpy.typing import NDArray

# In fewer dimensions density means more, and HDBSCAN is faster. With 15 for 18 words of three themes, all are
# noise; with one for every three words, one word is, and no topic has two themes.
COMPONENTS, TEXTS_A_COMPONENT = 15, 3
# Texts in the smallest group: 3 of up to 40 texts, 5 of 200, 8 of 1,000, which would have 100 groups of 3.
FEWEST, GROWTH = 3, 0.3
# Cosine of two groups' centres from which they are one topic. Together these bring 1,000 words of 25
# themes into 27 topics, and 200 of 10 into 14.
SAME_TOPIC = 0.75
NOISE = -1  # HDBSCAN's label


class Topic(NamedTuple):
    """A group of texts.

    Attributes
    ----------
    representative : int
        Index of the text in the middle of the topic.
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
    groups = _groups(vectors)
    certain = groups != NOISE
    if not certain.any():
        groups = np.zeros_like(groups)
        certain |= _equal(vectors)
    cosines = vectors @ _centres(groups, vectors).T
    nearest = np.where(groups == NOISE, cosines.argmax(axis=1), groups)
    topics = [
        _topic(np.flatnonzero(nearest == number), column, certain) for number, column in enumerate(cosines.T)
    ]
    return sorted(topics, key=lambda topic: (-len(topic.members), topic.members))


def _topic(members: NDArray[np.intp], cosines: NDArray[np.float32], certain: NDArray[np.bool_]) -> Topic:
    """Return a topic of these members; the cosines are those of all texts with its centre."""
    representative = members[cosines[members].round(DECIMALS).argmax()]
    return Topic(int(representative), members.tolist(), members[~certain[members]].tolist())


def _groups(vectors: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return the number of each text's group, from 0, or `NOISE`."""
    from sklearn.cluster import HDBSCAN  # noqa: PLC0415 - 0.4 s, for which other requests don't wait

    count = len(vectors)
    if count < 2 * FEWEST:
        return np.full(count, NOISE)
    from_centre = vectors.astype(float) - vectors.mean(axis=0, dtype=float)
    axes, lengths, _ = np.linalg.svd(from_centre, full_matrices=False)
    dimensions = min(COMPONENTS, count // TEXTS_A_COMPONENT)
    components = axes[:, :dimensions] * lengths[:dimensions]
    # The leaves of its tree, for a branch above them may hold nearly all texts.
    groups: NDArray[np.intp] = HDBSCAN(
        min_cluster_size=max(FEWEST, round(count**GROWTH)),
        min_samples=1,
        cluster_selection_method="leaf",
        copy=True,
    ).fit_predict(components)
    return _merged(groups, vectors)


def _merged(groups: NDArray[np.intp], vectors: NDArray[np.float32]) -> NDArray[np.intp]:
    """Make one of groups whose centres are alike."""
    from sklearn.cluster import AgglomerativeClustering  # noqa: PLC0415 - as above

    if groups.max() < 1:
        return groups
    merging = AgglomerativeClustering(
        n_clusters=None, distance_threshold=1 - SAME_TOPIC, metric="cosine", linkage="average"
    )
    topics: NDArray[np.intp] = merging.fit_predict(_centres(groups, vectors))
    return np.where(groups == NOISE, NOISE, topics[groups])


def _centres(groups: NDArray[np.intp], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean vector of each group, of length 1."""
    means = np.stack([vectors[groups == group].mean(axis=0) for group in range(groups.max() + 1)])
    centres: NDArray[np.float32] = means / np.linalg.norm(means, axis=1, keepdims=True)
    return centres


def _equal(vectors: NDArray[np.float32]) -> bool:
    """Return whether all texts have the same meaning, but for rounding."""
    return bool((vectors @ vectors[0]).round(DECIMALS).min() == 1)
