"""The alarms of memory and text function go off on what Lambda and DynamoDB write, and are over without it.

None of our code writes these, so the data are made up: under the names and dimensions of AWS's documentation,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html.
"""

import pytest

from tests.cloudwatch.alarms import MORE_POINTS, Sample, state
from tests.cloudwatch.definitions import definitions
from tests.infrastructure.conftest import synthesized_stage

STAGE = synthesized_stage("local")
ALARMS = {name: alarm for name, alarm in definitions(STAGE).items() if name.startswith(("Memory", "Text"))}
PERIOD = 300
FUNCTIONS = {
    stack: name
    for stack in ("Memory", "Text")
    for name, resource in STAGE[stack]["Resources"].items()
    if resource["Type"] == "AWS::Lambda::Function"
}
(TABLE,) = [n for n, r in STAGE["Memory"]["Resources"].items() if r["Type"] == "AWS::DynamoDB::Table"]
OPERATIONS = ("BatchGetItem", "Query", "TransactWriteItems")

# The metric's name and dimensions; a value that is well, one that isn't, and the periods that it takes.
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
        name: ("AWS/Lambda", {"FunctionName": FUNCTIONS[function]}, *case)
        for name, (function, *case) in OF_FUNCTION.items()
    }
    | {name: ("AWS/DynamoDB", {"TableName": TABLE}, *case) for name, case in OF_TABLE.items()}
    | {
        f"MemoryTableErrorsOf{operation}": (
            *("AWS/DynamoDB", {"TableName": TABLE, "Operation": operation}),
            *("SystemErrors", 0, 1, 3),
        )
        for operation in OPERATIONS
    }
)


def test_every_alarm_of_both_is_among_the_cases():
    assert ALARMS.keys() == CASES.keys()


@pytest.mark.parametrize("name", CASES)
def test_alarm_goes_off_after_its_periods_and_no_other_does_and_it_is_over_without_data(name):
    namespace, dimensions, metric, well, bad, periods = CASES[name]

    def written(value):
        """Return the value once in each of the periods, and nothing later."""
        return [
            Sample(namespace, metric, dimensions, PERIOD * (period + 0.5), value) for period in range(periods)
        ]

    ended = PERIOD * periods
    others = {other: state(alarm, written(bad), ended) for other, alarm in ALARMS.items() if other != name}

    assert state(ALARMS[name], written(bad), ended) == "ALARM"
    assert state(ALARMS[name], written(bad)[:-1], ended) == "OK"
    assert state(ALARMS[name], written(well), ended) == "OK"
    assert state(ALARMS[name], written(bad), ended + PERIOD * (periods + MORE_POINTS), "ALARM") == "OK"
    assert set(others.values()) == {"OK"}
