"""Reviews as the memory keeps them: every one comes back from its bytes as it was."""

from hypothesis import given
from hypothesis import strategies as st

from memory.reviews import Review, pack_reviews, study_day, unpack_reviews

REVIEWS = st.builds(
    Review,
    micros=st.integers(0, 10**17),
    event_id=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=128)
    | st.uuids().map(str),
    rating=st.integers(1, 4),
    offset=st.integers(-23 * 60 - 59, 23 * 60 + 59),
    shift=st.integers(-47 * 60, 24 * 60),
    duration_ms=st.none() | st.integers(0, 86_400_000),
    probability=st.none() | st.floats(0, 1),
    seq=st.integers(0, 2**32 - 1),
)


@given(st.lists(REVIEWS, max_size=20))
def test_reviews_come_back_from_their_bytes(reviews):
    assert unpack_reviews(pack_reviews(reviews)) == reviews


def test_study_day_begins_at_midnight_of_the_shifted_clock():
    four_in_the_morning = 4 * 60 * 60 * 1_000_000

    assert study_day(four_in_the_morning - 1, -240) == -1
    assert study_day(four_in_the_morning, -240) == 0


def test_uuid_takes_16_bytes_and_only_in_its_canonical_form():
    def size(event_id):
        return len(pack_reviews([Review(0, event_id, 3, 0, 0, None, None, 0)]))

    assert size("0b2f61d0-1c1d-4b1e-9f5a-3a6f1c1d4b1e") == 31 + 16
    assert size("0B2F61D0-1C1D-4B1E-9F5A-3A6F1C1D4B1E") == 31 + 36
    assert size("9b2f61") == 31 + 6
