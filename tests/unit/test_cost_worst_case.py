"""What a synthesis prints: worked out by hand, and measured figures that the handler keeps to."""

import base64
import contextlib
import io
import json
import re
import time

import pytest

from benchmarks.cost.measured import MODEL, VERSION, measure_sizes
from inference.handler import make_service
from inference.telemetry import METRICS
from tools.cost.prices import read_prices
from tools.cost.worst_case import (
    KEYLESS,
    LAMBDA_LOG_BYTES,
    LARGEST,
    MOST_TEXT,
    ONE_CARD,
    OWN_METRICS,
    worst_case,
    worst_case_line,
)

from ..functional.texts import real_text_service
from .cost import DEPLOYED, settings

TARGETS = [0.5000000000000001 + 0.04 * k for k in range(10)]
LONG_SCHEDULE = {
    "cards": [
        {
            "review_count": 1,
            "difficulty": 10,
            "last_review_at": "2026-11-12T08:15:00Z",
        }
    ]
    * 1000,
    "target_recall": TARGETS,
    "min_interval": 123.45678901234567,
}
LONG_RANKING = {
    "cards": [
        {"days_since_last_review": 3 + i % 97, "review_count": 4 + i % 29, "difficulty": 5.5}
        for i in range(10_000)
    ],
    "by": "loss",
}
# Of at most 3,000,000 bytes.
LONG_HISTORIES = {
    "cards": [
        {"reviews": [{"days_ago": round(80 - 0.9 * k - 0.001 * i, 3), "rating": 3} for k in range(85)]}
        for i in range(1000)
    ]
}


def ask(path, body=None):
    """Return the bytes of a warm handler's uncompressed response, and its CPU milliseconds."""
    service = make_service(
        {"MODEL_FILE": str(MODEL), "MODEL_REFRESH_SECONDS": "60", "METRICS_NAMESPACE": "R", "STAGE": "s"}
    )
    event = {
        "path": path,
        "httpMethod": "POST" if body else "GET",
        "headers": {"Content-Type": "application/json"},
    }
    event["body"] = json.dumps(body)
    with contextlib.redirect_stdout(io.StringIO()):
        service.respond(event)
        started = time.process_time()
        answer = service.respond(event)
        spent = time.process_time() - started
    assert answer["statusCode"] == 200, answer["body"]
    body = answer["body"]
    size = len(base64.b64decode(body)) if answer.get("isBase64Encoded") else len(body)
    return size + body.count('"file"') * (len(VERSION) - len("file")), spent * 1000


def test_request_writes_no_more_than_is_billed():
    sizes = measure_sizes(1, gzip=False, access_log_format="")

    assert 0.9 * LAMBDA_LOG_BYTES < sizes.own_log + sizes.lambda_log <= LAMBDA_LOG_BYTES
    assert 0.8 * ONE_CARD.response_bytes < sizes.response <= ONE_CARD.response_bytes
    assert sizes.metrics == len(METRICS) == OWN_METRICS


def test_no_response_is_larger_than_the_largest():
    size, _spent = ask("/v1/schedule", LONG_SCHEDULE)

    assert 0.9 * LARGEST.response_bytes < size <= LARGEST.response_bytes
    assert ask("/v1/rank", LONG_RANKING)[0] < size


def test_what_takes_longest_has_so_small_a_response_that_it_costs_less():
    def usd(size, spent):
        return size / 1e9 * 0.09 + spent / 1000 / (512 / 1769) * 0.5 * 0.0000166667

    assert usd(*ask("/v1/predict", LONG_HISTORIES)) < usd(LARGEST.response_bytes, LARGEST.cpu_ms)


@pytest.mark.parametrize("path", ["/v1/health", "/v1/openapi.json", "/v1/docs"])
def test_no_response_without_a_key_is_larger_than_is_billed(path):
    assert ask(path)[0] <= KEYLESS.response_bytes


def test_quota_is_the_keys_target_where_it_is_below_the_throttle():
    by_quota = worst_case(settings(), DEPLOYED, read_prices())
    by_throttle = worst_case(settings(throttle_rate_per_second=10), DEPLOYED, read_prices())

    assert by_quota.key_requests == 31 * 1_000_000
    assert by_throttle.key_requests == 31 * 86_400 * 10


def test_largest_responses_cost_most_by_what_goes_out():
    worst = worst_case(settings(), DEPLOYED, read_prices())
    out = 31e6 * (LARGEST.response_bytes - ONE_CARD.response_bytes) / 1e9
    tiers = 10_000 * 0.09 + 40_000 * 0.085 + (out - 50_000) * 0.07
    longer_s = (LARGEST.cpu_ms - ONE_CARD.cpu_ms) * 1769 / 512 / 1000
    seconds = 31e6 * longer_s * 0.5 * 0.0000166667

    assert worst.largest_usd - worst.one_card_usd == pytest.approx(tiers + seconds, rel=0.02)


def test_callers_without_a_key_are_billed_at_the_throttles_of_their_methods():
    worst = worst_case(settings(), DEPLOYED, read_prices())
    month = 31 * 86_400

    assert worst.keyless_requests == (15 + 12) * month
    # Gateway and web ACL for each, and what the open methods send: the rest is logs and Lambda.
    certain = 27 * month * (3.50 + 0.60) / 1e6 + 15 * month * 172_000 / 1e9 * 0.09
    assert certain < worst.keyless_usd < 1.2 * certain


def test_line_names_stage_and_prices():
    line = worst_case_line(settings(), [])

    assert re.fullmatch(
        r"cost: a month of prod with one key at its targets \(31,000,000 requests\) is \d+ USD "
        r"at one card each, [\d,]+ USD at the largest responses; callers without a key "
        r"can add 0 USD \(0 requests\)\. AWS keeps these targets as well as it can, it doesn't guarantee "
        r"them\. "
        rf"List prices of {read_prices().date}, us-east-1; see docs/cost\.md",
        line,
    )


def test_table_is_billed_up_to_its_maximum_all_month():
    deployed = DEPLOYED._replace(table_write_rate=2_000.0, table_read_rate=10_000.0)
    worst = worst_case(settings(), deployed, read_prices())

    assert worst.table_usd == pytest.approx(31 * 86_400 * (2_000 * 0.625 + 10_000 * 0.125) / 1e6)
    assert worst_case(settings(), DEPLOYED, read_prices()).table_usd == 0


def test_line_says_what_the_table_can_add_where_there_is_one():
    limits = {"MaxWriteRequestUnits": 400, "MaxReadRequestUnits": 2_000}
    table = {"Type": "AWS::DynamoDB::Table", "Properties": {"OnDemandThroughput": limits}}
    line = worst_case_line(settings(), [{"Resources": {"T": table}}])

    assert "can add 0 USD (0 requests), the memory's table 1,339 USD. " in line


@pytest.mark.slow  # ten seconds, and the text layer is built
def test_largest_request_of_texts_takes_about_what_is_billed():
    body = json.dumps({"texts": ["dog " * 254] * 100})
    event = {
        "path": "/v1/embed",
        "httpMethod": "POST",
        "headers": {"Content-Type": "application/json"},
        "body": body,
    }
    service = real_text_service()
    with contextlib.redirect_stdout(io.StringIO()):
        started = time.thread_time()
        answer = service.respond(event)
        spent = (time.thread_time() - started) * 1000

    assert answer["statusCode"] == 200
    assert 0.9 * MOST_TEXT.response_bytes < len(answer["body"]) <= MOST_TEXT.response_bytes
    # What is billed was measured on a quiet machine; beside other tests it takes up to twice as long.
    assert 0.3 * MOST_TEXT.cpu_ms < spent <= 2 * MOST_TEXT.cpu_ms


def test_text_function_adds_its_largest_requests_at_the_throttles_or_the_quota():
    by_throttle = worst_case(settings(), DEPLOYED._replace(text_rate=3.0), read_prices())
    by_quota = worst_case(settings(quota_per_day=20_000), DEPLOYED._replace(text_rate=3.0), read_prices())
    requests = 31 * 86_400 * 3
    seconds = MOST_TEXT.cpu_ms / 1000

    assert worst_case(settings(), DEPLOYED, read_prices()).text_usd == 0
    assert by_throttle.text_usd == pytest.approx(
        requests * (3.7e-6 + seconds * 1769 / 1024 * 0.0000166667 + 440_600 / 1e9 * 0.09), rel=0.01
    )
    assert by_quota.text_usd == pytest.approx(by_throttle.text_usd * 20_000 / (3 * 86_400))
