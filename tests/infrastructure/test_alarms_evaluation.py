"""The evaluator of alarms gives what CloudWatch's documentation says, row by row of its tables."""

import pytest

from tests.cloudwatch.alarms import Sample, datapoints, state, statistic, verdict

TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")
RETAIN = "the state before"
NO_DATA = "INSUFFICIENT_DATA"

# Both tables of "How alarm state is evaluated when data is missing": 3 evaluation periods, of 5 looked at.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
THREE_OF_THREE = {
    "0 - X - X": ("OK", "OK", "OK", "OK"),
    "0 - - - -": ("OK", "OK", "OK", "OK"),
    "- - - - -": (NO_DATA, RETAIN, "ALARM", "OK"),
    "0 X X - X": ("ALARM", "ALARM", "ALARM", "ALARM"),
    "- - X - -": ("ALARM", RETAIN, "ALARM", "OK"),
}
TWO_OF_THREE = {
    "0 - X - X": ("ALARM", "ALARM", "ALARM", "ALARM"),
    "0 0 X 0 X": ("ALARM", "ALARM", "ALARM", "ALARM"),
    "0 - X - -": ("OK", "OK", "ALARM", "OK"),
    "- - - - 0": ("OK", "OK", "ALARM", "OK"),
    "- - - X -": ("ALARM", RETAIN, "ALARM", "OK"),
}
ROWS = [
    (row, to_alarm, treatment, outcome)
    for to_alarm, table in ((3, THREE_OF_THREE), (2, TWO_OF_THREE))
    for row, outcomes in table.items()
    for treatment, outcome in zip(TREATMENTS, outcomes, strict=True)
]
ALARM_RULE = {
    "Namespace": "Shop",
    "MetricName": "Faults",
    "Dimensions": [{"Name": "Stage", "Value": "prod"}],
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 2,
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    "TreatMissingData": "notBreaching",
}


def points(row):
    return [{"0": False, "X": True, "-": None}[mark] for mark in row.split()]


def fault(age, value=1.0, name="Faults", namespace="Shop", **dimensions):
    return Sample(namespace, name, dimensions or {"Stage": "prod"}, 6000 - age, value)


@pytest.mark.parametrize("before", ["OK", "ALARM", NO_DATA])
@pytest.mark.parametrize(("row", "to_alarm", "treatment", "outcome"), ROWS)
def test_row_of_the_documentation_has_its_outcome(row, to_alarm, treatment, outcome, before):
    found = verdict(points(row), periods=3, to_alarm=to_alarm, missing=treatment, before=before)

    assert found == (before if outcome == RETAIN else outcome)


@pytest.mark.parametrize("row", ["- - - - X", "- - - X -"])
def test_breach_that_may_end_with_the_next_point_is_no_alarm_yet(row):
    assert verdict(points(row), periods=3, to_alarm=3, missing="missing", before="OK") == "OK"


def test_only_the_newest_periods_count_when_none_is_missing():
    assert verdict(points("X X X 0 0"), periods=3, to_alarm=2, missing="missing", before="ALARM") == "OK"


def test_values_are_put_together_by_period():
    samples = [fault(age) for age in (0, 59, 60, 130, 400)] + [fault(179, 5.0)]

    assert datapoints(ALARM_RULE, samples, now=6000) == [6.0, 1.0, 2.0]


@pytest.mark.parametrize(
    "other",
    [
        fault(1, name="Errors"),
        fault(1, namespace="AWS/Lambda"),
        fault(1, Stage="dev"),
        fault(1, Stage="prod", Version="7"),
        fault(-1),
    ],
    ids=["name", "namespace", "dimension", "more dimensions", "time to come"],
)
def test_data_of_another_metric_or_time_does_not_count(other):
    assert datapoints(ALARM_RULE, [fault(1), other], now=6000) == [None, None, 1.0]


@pytest.mark.parametrize(
    ("compare", "values"),
    [
        ("GreaterThanOrEqualToThreshold", ["OK", "ALARM", "ALARM"]),
        ("GreaterThanThreshold", ["OK", "OK", "ALARM"]),
        ("LessThanThreshold", ["ALARM", "OK", "OK"]),
        ("LessThanOrEqualToThreshold", ["ALARM", "ALARM", "OK"]),
    ],
)
def test_threshold_is_compared_as_the_definition_says(compare, values):
    rule = ALARM_RULE | {"ComparisonOperator": compare}

    assert [state(rule, [fault(1, value)], now=6000) for value in (1.9, 2.0, 2.1)] == values


def test_alarm_without_a_number_of_data_points_needs_all_periods():
    rule = ALARM_RULE | {"EvaluationPeriods": 3, "Threshold": 1}
    two_of_three = [fault(5), fault(65), fault(125, 0.0)]

    assert state(rule, two_of_three, now=6000) == "OK"
    assert state(rule | {"DatapointsToAlarm": 2}, two_of_three, now=6000) == "ALARM"
    assert state(rule, [fault(5), fault(65), fault(125)], now=6000) == "ALARM"


def test_statistics_are_those_of_their_names():
    values = [4.0, 1.0, 3.0, 2.0]

    expected = {"Sum": 10, "Average": 2.5, "Minimum": 1, "Maximum": 4, "SampleCount": 4}

    assert {name: statistic(name, values) for name in expected} == expected


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("p50", [1.0, 9.0, 2.0], 2.0),
        ("p50", [1.0, 2.0], 1.5),
        ("p99", [*range(1, 102)], 100.0),
        ("p99.9", [0.0, 1000.0], 999.0),
        ("p100", [3.0, 8.0], 8.0),
        ("p0", [3.0, 8.0], 3.0),
        ("p99", [7.0], 7.0),
    ],
)
def test_percentile_lies_between_the_nearest_ranks(name, values, expected):
    assert statistic(name, values) == pytest.approx(expected)


def test_extended_statistic_goes_before_the_plain_one():
    rule = ALARM_RULE | {"ExtendedStatistic": "p99", "Threshold": 50}
    slow_ones = [fault(1, 100.0)] * 2 + [fault(1, 1.0)] * 98

    assert datapoints(rule, slow_ones, now=6000)[-1] == 100.0
    assert state(rule, slow_ones, now=6000) == "ALARM"
