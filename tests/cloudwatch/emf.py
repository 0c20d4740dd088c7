"""Reads metric data out of log lines in CloudWatch's embedded metric format, as CloudWatch does."""

import json
from collections.abc import Iterable, Iterator

from tests.cloudwatch.alarms import Sample


def samples(lines: Iterable[str]) -> Iterator[Sample]:
    """Yield what a function's log lines say in the embedded metric format; other lines say nothing."""
    for line in lines:
        if line.startswith('{"_aws"'):
            yield from _samples_of(json.loads(line))


def _samples_of(line: dict) -> Iterator[Sample]:
    timestamp = line["_aws"]["Timestamp"] / 1000
    for directive in line["_aws"]["CloudWatchMetrics"]:
        for names in directive["Dimensions"]:
            dimensions = {name: line[name] for name in names}
            for metric in directive["Metrics"]:
                yield Sample(
                    directive["Namespace"], metric["Name"], dimensions, timestamp, line[metric["Name"]]
                )
