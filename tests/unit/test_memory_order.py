"""A card is what the right order of its reviews makes of it; an undone review has never been."""

from itertools import cycle
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from inference.loaded_model import portable
from memory.card import Card, pack_history, replay
from memory.learner import NEW, Learner
from memory.reviews import Review
from memory.study import Study, undo, undo_last

MODEL_FILE = Path(__file__).parents[2] / "lambda_src" / "inference" / "default_model" / "model.json"
MODEL = portable(MODEL_FILE.read_bytes(), "1")
MINUTE = 60_000_000  # microseconds

# Close together, across a study day's beginning, and far apart; sent from several time zones.
minutes = st.one_of(st.integers(0, 600), st.integers(0, 400_000))
zones = st.sampled_from((-240, -240, 60 - 240, -720 - 240, 840 - 240))
durations = st.none() | st.integers(0, 60_000)
reviews = st.lists(st.tuples(minutes, st.integers(1, 4), zones, durations), min_size=1, max_size=12).map(
    lambda drawn: [
        Review((20_000_000 + minute) * MINUTE, f"e{number}", rating, 0, shift, duration, None, 0)
        for number, (minute, rating, shift, duration) in enumerate(drawn)
    ]
)


def taken(arrivals, learner, cards, sizes=(1,)):
    """Take reviews in, each with its card's name, by requests of these sizes in turn; return them as kept."""
    kept, rest, size = [], list(arrivals), cycle(sizes)
    while rest:
        study, batch = Study(learner, MODEL), [rest.pop(0) for _ in range(min(next(size), len(rest)))]
        for name, review in batch:
            kept.append(study.take(name, cards.setdefault(name, Card([], None)), review))
        study.finish()
    return kept


sizes = st.lists(st.integers(1, 5), min_size=1)


@given(reviews, sizes)
def test_card_is_what_its_reviews_in_their_order_leave_behind(sent, sizes):
    learner, cards = Learner(), {}
    taken([("gato", review) for review in sent], learner, cards, sizes)
    card = cards["gato"]
    assert [review.event_id for review in card.reviews] == [review.event_id for review in sorted(sent)]
    assert pack_history(card.history) == pack_history(replay(sorted(sent)))


@given(reviews, sizes)
def test_sizes_of_the_requests_do_not_matter(sent, sizes):
    found = []
    for each in ([1], sizes):
        learner, cards = Learner(), {}
        kept = taken([("gato", review) for review in sent], learner, cards, each)
        found.append((kept, everything(learner, cards)))
    assert found[0] == found[1]


@given(reviews)
def test_late_review_is_predicted_from_the_reviews_before_it(sent):
    *early, late = sent
    predicted = []
    for known in (early, [review for review in early if review < late]):
        learner, cards = Learner(), {}
        taken([("gato", review) for review in known], learner, cards)
        learner.known = NEW
        predicted += [review.probability for review in taken([("gato", late)], learner, cards)]
    assert predicted[0] == predicted[1]


names = st.lists(st.sampled_from(("gato", "perro", "pez")), min_size=12, max_size=12)
arrivals = st.tuples(names, reviews).map(lambda drawn: list(zip(*drawn, strict=False)))


def everything(learner, cards):
    """Return what is kept of a learner and their cards, but for their reviews."""
    histories = {name: pack_history(card.history) for name, card in cards.items() if card.reviews}
    return learner.known, learner.counts, histories


@settings(max_examples=200)
@given(arrivals, sizes, st.data())
def test_undone_review_has_never_been(sent, sizes, data):
    place = data.draw(st.integers(0, len(sent) - 1))
    learner, cards = Learner(), {}
    name, review = sent[place][0], taken(sent, learner, cards, sizes)[place]
    if place == len(sent) - 1:
        undo_last(learner, cards[name], review, learner.last)
    else:
        undo(learner, cards, cards[name], review, MODEL)

    other, others = Learner(), {}
    taken(sent[:place] + sent[place + 1 :], other, others)
    assert everything(learner, cards) == everything(other, others)
