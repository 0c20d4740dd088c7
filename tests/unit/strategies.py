"""Curves, models and inputs to draw from in property tests."""

from hypothesis import strategies as st

from recall.curve import Curve
from recall.three_inputs import ThreeInputModel

days = st.floats(0, 36_500)
review_counts = st.integers(1, 10_000)
difficulties = st.floats(1, 10)
targets = st.floats(0, 1, exclude_min=True, exclude_max=True)
# Beyond the limits of both too: a learner's state may shift a curve there.
curves = st.builds(
    Curve,
    log_stability=st.floats(-20, 20),
    log_decay=st.floats(-5, 3),
    slip_logit=st.floats(-10, 10),
)


def three_input_models(largest: float = 10.0) -> st.SearchStrategy[ThreeInputModel]:
    """Any model that keeps the guarantees, with coefficients up to a size."""
    any_sign, negative = st.floats(-largest, largest), st.floats(-largest, 0)
    return st.builds(
        ThreeInputModel,
        log_stability=st.tuples(any_sign, any_sign, negative, any_sign),
        log_decay=any_sign,
        slip_logit=any_sign,
    )
