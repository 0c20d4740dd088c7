"""Evaluates an alarm's definition over recorded metric data, by CloudWatch's documented rules.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html and
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html.
A definition has the names that AWS::CloudWatch::Alarm and DescribeAlarms share.
"""

import operator
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from tests.cloudwatch.metric_math import evaluate

OK, ALARM, NO_DATA = "OK", "ALARM", "INSUFFICIENT_DATA"

# AWS publishes no formula for how many more data points than the evaluation periods it looks at; this is its
# only example (3 and 5).
MORE_POINTS = 2
OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
STATISTICS: dict[str, Callable[[Sequence[float]], float]] = {
    "Sum": sum,
    "Average": statistics.fmean,
    "Minimum": min,
    "Maximum": max,
    "SampleCount": len,
}


class Sample(NamedTuple):
    """One value of a metric, as a service or a log line gave it to CloudWatch."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    timestamp: float
    value: float


def state(definition: Mapping[str, Any], samples: Iterable[Sample], now: float, before: str = OK) -> str:
    """Return an alarm's state at a time: ``OK``, ``ALARM`` or ``INSUFFICIENT_DATA``.

    Parameters
    ----------
    definition : mapping
        The alarm's properties, with resolved dimensions.
    samples : iterable of Sample
        Of any metrics; only those of the alarm's namespace, name and very dimensions count.
    now : float
        When it is evaluated, in seconds; the periods that ended until then are looked at.
    before : str
        The state until then.
    """
    breaching = OPERATORS[definition["ComparisonOperator"]]
    points = [
        None if value is None else breaching(value, definition["Threshold"])
        for value in datapoints(definition, samples, now)
    ]
    return verdict(
        points,
        periods=definition["EvaluationPeriods"],
        to_alarm=definition.get("DatapointsToAlarm", definition["EvaluationPeriods"]),
        missing=definition.get("TreatMissingData", "missing"),
        before=before,
    )


def datapoints(definition: Mapping[str, Any], samples: Iterable[Sample], now: float) -> list[float | None]:
    """Return what the alarm watches in each period that it looks at, the oldest first; None without data."""
    samples, points = list(samples), definition["EvaluationPeriods"] + MORE_POINTS
    if "Metrics" not in definition:
        name = definition.get("ExtendedStatistic") or definition["Statistic"]
        return _of_metric(definition, definition["Period"], name, samples, now, points)
    (expression,) = [query["Expression"] for query in definition["Metrics"] if query.get("ReturnData", True)]
    stats = {query["Id"]: query["MetricStat"] for query in definition["Metrics"] if "MetricStat" in query}
    series = {
        name: _of_metric(stat["Metric"], stat["Period"], stat["Stat"], samples, now, points)
        for name, stat in stats.items()
    }
    return [
        evaluate(expression, {name: values[point] for name, values in series.items()})
        for point in range(points)
    ]


def _of_metric(
    metric: Mapping[str, Any], period: int, name: str, samples: Sequence[Sample], now: float, points: int
) -> list[float | None]:
    watched = {dimension["Name"]: dimension["Value"] for dimension in metric["Dimensions"]}
    values: list[list[float]] = [[] for _ in range(points)]
    for sample in samples:
        age = int((now - sample.timestamp) // period)
        its_own = (sample.namespace, sample.name) == (metric["Namespace"], metric["MetricName"])
        if its_own and dict(sample.dimensions) == watched and 0 <= age < points:
            values[-1 - age].append(sample.value)
    return [statistic(name, some) if some else None for some in values]


def statistic(name: str, values: Sequence[float]) -> float:
    """Return a statistic of one period's values, such as ``Sum`` or ``p99``."""
    if not name.startswith("p"):
        return STATISTICS[name](values)
    # Between the two nearest ranks; AWS doesn't say how it rounds, so tests keep away from a threshold.
    ordered = sorted(values)
    rank = float(name[1:]) / 100 * (len(ordered) - 1)
    low = ordered[int(rank)]
    return low + (rank % 1) * (ordered[min(int(rank) + 1, len(ordered) - 1)] - low)


def verdict(points: Sequence[bool | None], *, periods: int, to_alarm: int, missing: str, before: str) -> str:
    """Return the state that data points make: True is breaching, None missing; the oldest comes first."""
    real = [point for point in points if point is not None]
    if len(real) >= periods:
        return ALARM if sum(real[-periods:]) >= to_alarm else OK
    filled = periods - len(real)
    breaching = sum(real) + (filled if missing == "breaching" else 0)
    if breaching >= to_alarm:
        return ALARM
    if missing in {"breaching", "notBreaching"}:
        return OK
    if not real:
        return before if missing == "ignore" else NO_DATA
    # What began as long ago as the alarm waits, and was never seen to end, counts although data is missing.
    oldest = len(points) - points.index(real[0])
    if all(real) and oldest >= to_alarm:
        return before if missing == "ignore" else ALARM
    return OK
