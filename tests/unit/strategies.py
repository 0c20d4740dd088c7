"""Curves and inputs to draw from in property tests."""

from hypothesis import strategies as st

from recall.curve import PowerCurve

days = st.floats(0, 36_500)
review_counts = st.integers(1, 10_000)
difficulties = st.floats(1, 10)


def curves(largest: float = 10.0) -> st.SearchStrategy[PowerCurve]:
    """Any curve that keeps the guarantees, with coefficients up to a size."""
    any_sign, positive, negative = st.floats(-largest, largest), st.floats(0, largest), st.floats(-largest, 0)
    return st.builds(
        PowerCurve,
        log_time_scale=st.tuples(any_sign, any_sign, negative),
        decay=st.tuples(any_sign, any_sign, positive),
        slip=st.tuples(any_sign, any_sign, positive),
    )
