"""The alarms of memory and text function go off on what Lambda and DynamoDB write, and are over without it.

None of our code writes these, so the data are made up: under the names and dimensions of AWS's documentation,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html.
"""

from functools import cache

import pytest

from tests.cloudwatch.alarms import MORE_POINTS, Sample, state
from tests.cloudwatch.definitions import definitions
from tests.infrastructure.conftest import synthesized_stage

pytestmark = pytest.mark.slow

PERIOD = 300
OPERATIONS = ("BatchGetItem", "Query", "TransactWriteItems")

# The metric's name and dimensions, with a stack in the place of its function or table; a value that is well,
# one that isn't, and the periods that it takes.
SLOW_MS = {"Memory": 3_000, "Text": 25_000}
OF_FUNCTION = {
    f"{function}{name}": (function, *case)
    for function, slow in SLOW_MS.items()
    for name, case in {
        "Errors": ("Errors", 0, 1, 1),
        "Throttles": ("Throttles", 0, 1, 1),
        "P99Duration": ("Duration", slow - 1, slow, 3),
    }.items()
}
OF_TABLE = {
    "MemoryTableReadsThrottled": ("ReadThrottleEvents", 0, 1, 3),
    "MemoryTableWritesThrottled": ("WriteThrottleEvents", 0, 1, 3),
    "MemoryTableConflicts": ("TransactionConflict", 99, 100, 3),
    "MemoryTableConditionFailures": ("ConditionalCheckFailedRequests", 99, 100, 3),
}
CASES = (
    {
        name: ("AWS/Lambda", {"FunctionName": function}, *case)
        for name, (function, *case) in OF_FUNCTION.items()
    }
    | {name: ("AWS/DynamoDB", {"TableName": "Memory"}, *case) for name, case in OF_TABLE.items()}
    | {
        f"MemoryTableErrorsOf{operation}": (
            *("AWS/DynamoDB", {"TableName": "Memory", "Operation": operation}),
            *("SystemErrors", 0, 1, 3),
        )
        for operation in OPERATIONS
    }
)


@cache
def alarms():
    """Return the alarms of both functions and of the table, by name."""
    everything = definitions(synthesized_stage("local"))
    return {name: alarm for name, alarm in everything.items() if name.startswith(("Memory", "Text"))}


@cache
def only_resource(stack, kind):
    """Return the name of the stack's only resource of a kind."""
    (name,) = [n for n, r in synthesized_stage("local")[stack]["Resources"].items() if r["Type"] == kind]
    return name


def test_every_alarm_of_both_is_among_the_cases():
    assert alarms().keys() == CASES.keys()


@pytest.mark.parametrize("name", CASES)
def test_alarm_goes_off_after_its_periods_and_no_other_does_and_it_is_over_without_data(name):
    namespace, dimensions, metric, well, bad, periods = CASES[name]
    kinds = {"FunctionName": "AWS::Lambda::Function", "TableName": "AWS::DynamoDB::Table"}
    dimensions = {
        key: only_resource(value, kinds[key]) if key in kinds else value for key, value in dimensions.items()
    }

    def written(value):
        """Return the value once in each of the periods, and nothing later."""
        return [
            Sample(namespace, metric, dimensions, PERIOD * (period + 0.5), value) for period in range(periods)
        ]

    ended = PERIOD * periods
    others = {other: state(alarm, written(bad), ended) for other, alarm in alarms().items() if other != name}
    alarm = alarms()[name]

    assert state(alarm, written(bad), ended) == "ALARM"
    assert state(alarm, written(bad)[:-1], ended) == "OK"
    assert state(alarm, written(well), ended) == "OK"
    assert state(alarm, written(bad), ended + PERIOD * (periods + MORE_POINTS), "ALARM") == "OK"
    assert set(others.values()) == {"OK"}
