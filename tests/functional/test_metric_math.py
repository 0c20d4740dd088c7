"""The evaluator of metric math does what CloudWatch's documentation shows.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

import pytest

from tests.cloudwatch.metric_math import ExpressionError, evaluate

# A metric's values in five periods, as the documentation's tables have them; None: no data point.
M1 = [1, 1, 0, 0, None]
M2 = [30, None, 0, 0, 30]
M3 = [0, 0, 20, None, 20]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("IF(m1, m2, m3)", [30, 0, 20, None, None]),
        ("IF(m1, 5, m3)", [5, 5, 20, None, None]),
        ("IF(m1, m2, 5)", [30, 0, 5, 5, None]),
        ("m2 - m1", [29, -1, 0, 0, 30]),
        ("m2 / m1", [30, 0, None, None, None]),
        ("IF(m3 >= 20, 1, 0)", [0, 0, 1, None, 1]),
        ("IF(m1 > 0, 1, 0) - IF(m2 > 0, 1, 0)", [0, 1, 0, 0, -1]),
    ],
)
def test_values_are_those_of_the_documentation(expression, expected):
    rows = zip(M1, M2, M3, strict=True)

    assert [evaluate(expression, {"m1": a, "m2": b, "m3": c}) for a, b, c in rows] == expected


def test_term_without_any_value_has_none():
    assert evaluate("m1 - m2", {"m1": None, "m2": None}) is None


@pytest.mark.parametrize("expression", ["FILL(m1, 0)", "m1 > m2", "m1 ^ 2", "IF(m1, 1)"])
def test_what_is_not_understood_is_an_error(expression):
    with pytest.raises(ExpressionError, match=r"isn't understood"):
        evaluate(expression, {"m1": 1.0, "m2": 2.0})
