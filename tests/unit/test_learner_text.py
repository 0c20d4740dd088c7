"""A learner's state as text comes back as it went, and nothing else is taken for one."""

import string
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.errors import InvalidInputError
from recall.learner import SIZE, START, LearnerState, widened
from recall.learner_text import LAYOUT, LENGTH, decode_state, encode_state

from .histories import MODEL, random_state, seeded

STATE = random_state(seeded(1), MODEL)
TEXT = encode_state(STATE, 7)


@given(st.integers(0, 1_000), st.integers(0, 200), st.integers(0, 2**32 - 1))
def test_state_comes_back_to_six_digits(seed, outcomes, fingerprint):
    state = random_state(seeded(seed), MODEL, outcomes)
    back = decode_state(encode_state(state, fingerprint), fingerprint)

    assert back.mean == pytest.approx(state.mean, rel=1e-6, abs=1e-9)
    assert np.array(back.covariance) == pytest.approx(np.array(state.covariance), rel=1e-5, abs=1e-6)


@given(st.integers(0, 1_000))
def test_text_of_what_came_back_is_the_same(seed):
    text = encode_state(random_state(seeded(seed), MODEL, 20), 7)
    back = encode_state(decode_state(text, 7), 7)

    assert decode_state(back, 7).mean == decode_state(text, 7).mean


def test_text_is_short_and_fit_for_urls():
    assert len(TEXT) == LENGTH == 151
    assert set(TEXT) <= set(string.ascii_letters + string.digits + "-_")


def test_null_is_a_new_learner():
    assert decode_state(None, 7) is START


def test_state_of_another_model_comes_back_widened():
    assert decode_state(TEXT, 8) == widened(decode_state(TEXT, 7))


def test_means_are_cut_off():
    far = LearnerState((1e9, -1e9, 0, 0, 0, 0), START.covariance)

    assert decode_state(encode_state(far, 7), 7).mean == (50, -50, 0, 0, 0, 0)


def test_damaged_covariance_is_encoded_as_the_nearest_valid_one():
    flat = LearnerState(START.mean, tuple((0.0,) * SIZE for _ in range(SIZE)))
    back = decode_state(encode_state(flat, 7), 7)

    assert np.linalg.eigvalsh(np.array(back.covariance)).min() > 0


def changed(place, value):
    """Return the text with one of its numbers replaced."""
    numbers = list(LAYOUT.unpack(urlsafe_b64decode(TEXT + "=")))
    numbers[place] = value
    return urlsafe_b64encode(LAYOUT.pack(*numbers)).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    [
        TEXT[:-1], "\ud800" * LENGTH, 0,
        changed(0, 2), changed(2, 51.0), changed(4, nan), changed(8, 0.0), changed(9, -101.0),
    ],
    ids=["short", "no base64", "no text",
         "version", "mean too large", "mean not a number", "no variance", "factor too large"],
)  # fmt: skip
def test_what_is_no_state_is_refused_by_the_fields_name(text):
    with pytest.raises(InvalidInputError) as refusal:
        decode_state(text, 7, "learner_state")
    assert refusal.value.field == "learner_state"
    assert refusal.value.problem == (
        "must be null for a new learner, or the learner_state of an earlier response, unchanged"
    )


@given(st.binary(min_size=LAYOUT.size, max_size=LAYOUT.size))
def test_random_bytes_are_a_usable_state_or_refused(noise):
    text = urlsafe_b64encode(struct.pack("<B", 1) + noise[1:]).decode().rstrip("=")
    try:
        state = decode_state(text, 7)
    except InvalidInputError:
        return
    curve = MODEL.curve((1.0, 5.0, 0.1, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0), state)
    assert all(-inf < number < inf for number in curve)
