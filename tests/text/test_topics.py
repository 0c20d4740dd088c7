"""Topics: every text in one, alike ones together as a person would have them, few and equal texts too."""

import subprocess
import sys
from collections import Counter

import numpy as np
import pytest

from tests.text.vocabulary import cards
from text.topics import Topic, find_topics


def bunches(sizes, spread=0.03, seed=0):
    """Return vectors of length 1: so many around one direction, so many around another one, and so on."""
    random = np.random.default_rng(seed)
    centres = np.eye(384)[: len(sizes)]
    vectors = np.repeat(centres, sizes, axis=0) + spread * random.standard_normal((sum(sizes), 384))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_bunches_are_the_topics_the_largest_first():
    found = find_topics(bunches((10, 30, 20)))

    assert [topic.members for topic in found] == [[*range(10, 40)], [*range(40, 60)], [*range(10)]]


def test_representative_is_the_text_in_the_middle():
    vectors = bunches((12, 12))
    vectors[5] = np.eye(384)[0]

    found = find_topics(vectors)

    assert found[0].representative == 5


def test_text_of_no_group_is_put_to_the_nearest_and_marked():
    alone = np.zeros(384)
    alone[[0, 1, 2]] = -0.1, -0.2, 0.97
    vectors = np.vstack([bunches((12, 12)), alone]).astype(np.float32)

    found = find_topics(vectors)

    assert [topic.members for topic in found] == [[*range(12), 24], [*range(12, 24)]]
    assert [topic.uncertain for topic in found] == [[24], []]


@pytest.mark.parametrize("count", [1, 2, 5, 6, 40])
def test_equal_texts_are_one_certain_topic(count):
    vectors = np.repeat(bunches((1,)), count, axis=0)

    assert find_topics(vectors) == [Topic(0, [*range(count)], [])]


@pytest.mark.parametrize("count", [2, 5])
def test_few_different_texts_are_one_topic_and_none_is_certain(count):
    (topic,) = find_topics(bunches((1,) * count))

    assert topic.members == topic.uncertain == [*range(count)]


def test_texts_without_groups_are_one_topic_and_none_is_certain():
    """Directions at right angles to each other."""
    (topic,) = find_topics(np.eye(384, dtype=np.float32)[:30])

    assert topic.members == topic.uncertain == [*range(30)]


def test_copies_that_differ_by_rounding_are_one_certain_topic():
    noise = np.random.default_rng(0).uniform(-1e-7, 1e-7, (40, 384))

    (topic,) = find_topics((bunches((1,)) + noise).astype(np.float32))

    assert (topic.members, topic.uncertain) == ([*range(40)], [])


def test_what_all_texts_share_makes_no_topic_of_them():
    """As the words around the one that a card asks for."""
    vectors = bunches((10, 30, 20)) + 6 * np.eye(384)[100]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)

    found = find_topics(vectors.astype(np.float32))

    assert [topic.members for topic in found] == [[*range(10, 40)], [*range(40, 60)], [*range(10)]]


def test_copies_of_a_text_dont_swallow_the_other_topics():
    vectors = np.vstack([np.repeat(bunches((1,)), 50, axis=0), bunches((1, 8))[1:]])

    assert [topic.members for topic in find_topics(vectors)] == [[*range(50)], [*range(50, 58)]]


def test_every_text_is_in_one_topic_and_a_second_call_gives_the_same():
    vectors = bunches((5, 40, 9, 1, 3, 17), spread=0.1)

    found = find_topics(vectors)

    assert sorted(number for topic in found for number in topic.members) == [*range(75)]
    assert all(topic.representative in topic.members for topic in found)
    assert all(set(topic.uncertain) <= set(topic.members) for topic in found)
    assert find_topics(vectors) == found


def test_scikit_learn_is_loaded_by_topics_alone():
    modules = "text.topics, text.similar, text.encoder"
    code = f"import sys, {modules}; print({{'sklearn', 'scipy'}} & sys.modules.keys())"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "set()\n"


@pytest.mark.slow
@pytest.mark.parametrize("card", ["{}", "the {}", "How do you say '{}' in Spanish?"])
def test_vocabulary_comes_apart_into_its_themes_whatever_form_the_cards_have(encoder, card):
    """K-means that is told the number of themes reaches .70 to .77, and never says that it is uncertain."""
    words, themes = cards()

    found = find_topics(encoder.embed([card.format(word) for word in words]))

    certain = [[themes[n] for n in topic.members if n not in topic.uncertain] for topic in found]
    everything = [[themes[n] for n in topic.members] for topic in found]
    assert 20 <= len(found) <= 35
    assert purity(everything) > 0.68
    assert purity(certain) > 0.78


def purity(topics):
    """Return the share of texts that have the theme which is the most frequent one in their topic."""
    return sum(Counter(topic).most_common(1)[0][1] for topic in topics) / sum(map(len, topics))
