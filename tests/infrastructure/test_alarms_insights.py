"""The evaluator of Logs Insights queries does what the language's documentation says of its part."""

import pytest

from tests.cloudwatch.insights import run
from tests.cloudwatch.insights_syntax import QueryError
from tests.cloudwatch.log_lines import record

LINES = [
    '{"message": "request", "status": 200, "path": "/a", "ms": 1.5, "key": "-"}',
    '{"message": "request", "status": 404, "path": "/a", "ms": 2.5, "key": "x"}',
    '{"message": "request", "status": "500", "path": "/b", "ms": 9}',
    "START RequestId: 1 Version: 7",
]
RECORDS = [record(line, 100.0 * number, "[7]s") for number, line in enumerate(LINES)]


def column(query, name):
    return [row[name] for row in run(query, RECORDS)]


@pytest.mark.parametrize(
    ("condition", "paths"),
    [
        ("status = 404", ["/a"]),
        ("status != 404", ["/a", "/b"]),
        ("status >= 404", ["/a", "/b"]),
        ("status > 404", ["/b"]),
        ("status < 404 or status > 404", ["/a", "/b"]),
        ("status <= 200 and path = \"/a\"", ["/a"]),
        ("status <= 200 and path = \"/b\"", []),
        ("status like /^5/", ["/b"]),
        ("not status like /^5/ and ms > 2", ["/a"]),
        ("(status = 200 or status = 500) and ms > 2", ["/b"]),
        ("status = 200 or status = 500 and ms > 20", ["/a"]),
        ("key = \"-\"", ["/a"]),
        ("@message like /\"path\": \"\\/b\"/", ["/b"]),
    ],
)  # fmt: skip
def test_filter_keeps_the_lines_that_fulfil_its_condition(condition, paths):
    assert column(f"fields path | filter {condition}", "path") == paths


def test_fields_are_shown_in_their_order_and_are_empty_where_a_line_has_none():
    rows = run("fields @timestamp, key", RECORDS)

    assert rows[1:3] == [{"@timestamp": 100.0, "key": "x"}, {"@timestamp": 200.0, "key": None}]
    assert list(rows[0]) == ["@timestamp", "key"]


def test_lines_are_shown_with_their_time_when_no_fields_are_asked_for():
    assert run("filter @message like /START/", RECORDS) == [{"@timestamp": 300.0, "@message": LINES[3]}]


def test_stats_puts_lines_together_by_field_and_span_of_time():
    query = (
        'filter message = "request" | stats count(*) as n, max(ms) as most, min(ms) as least, sum(ms) as all'
    )

    assert run(f"{query} by path", RECORDS) == [
        {"path": "/a", "n": 2, "most": 2.5, "least": 1.5, "all": 4.0},
        {"path": "/b", "n": 1, "most": 9.0, "least": 9.0, "all": 9.0},
    ]
    assert run("stats count(*) as n by bin(2m)", RECORDS) == [
        {"bin(2m)": 0.0, "n": 2}, {"bin(2m)": 120.0, "n": 1}, {"bin(2m)": 240.0, "n": 1},
    ]  # fmt: skip
    assert run("stats pct(ms, 50) as median", RECORDS) == [{"median": 2.5}]


def test_sort_and_limit_follow_what_stats_made():
    query = "stats count(*) as n by path | sort n desc"

    assert column(query, "n") == [2, 1, 1]
    assert column(f"{query} | limit 1", "path") == ["/a"]
    assert column("fields @timestamp | sort @timestamp desc | limit 2", "@timestamp") == [300.0, 200.0]


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("fields path, pat", "no line has pat$"),
        ("filter stat = 1 | stats count(*) as n by pat", "no line has pat, stat$"),
        ("parse @message \"*\"", "parse isn't understood"),
        ("filter status ~ 5", "'~' isn't understood"),
        ("filter status = 5 path", "path isn't understood"),
        ("filter (status = 5", "a bracket isn't closed"),
        ("filter status by 5", "status by 5 isn't understood"),
        ("filter path > 5", "'/a' isn't a number"),
        ("stats count(*)", "write count"),
        ("stats count(*) as n by bin(5m) | sort bin(5m) desc", "sort bin"),
        ("stats bin(ms) as n", "bin\\(\\) isn't understood"),
    ],
)  # fmt: skip
def test_query_that_cannot_be_run_says_why(query, problem):
    with pytest.raises(QueryError, match=problem):
        run(query, RECORDS)
