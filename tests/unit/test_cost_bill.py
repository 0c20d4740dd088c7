"""Bills that were worked out by hand."""

from dataclasses import replace

import pytest

from tools.cost.bill import Usage, charge_function, charge_lake, charge_preflights, service_bill
from tools.cost.deployed import Deployed
from tools.cost.duration import duration_ms
from tools.cost.prices import Meter, read_prices, total

from .cost import DEPLOYED, settings

USAGE = Usage(
    requests=1e6,
    duration_ms=1.2,
    init_ms=300,
    cold_share=0.01,
    response_bytes=400,
    lambda_log_bytes=700,
    access_log_bytes=300,
    metrics=4,
)


def lines(charge, *arguments, free_tier=False):
    """Return a bill's USD by line."""
    meter = Meter(read_prices(), free_tier=free_tier)
    charge(meter, *arguments)
    return {item.label: item.usd for item in meter.items}


def test_whole_bill_of_a_million_requests():
    bill = lines(service_bill, USAGE, settings(), DEPLOYED)

    assert bill == pytest.approx(
        {
            "API Gateway requests": 3.50,
            "Lambda requests": 0.20,
            # 990,000 of 2 ms and 10,000 of 302 ms (301.2 rounded up), at half a GB.
            "Lambda duration": (1_980 + 3_020) / 2 * 0.0000166667,
            "Lambda canary": 365 / 12 * 5 * 0.0000166667,
            "Data out": (400 + 600) * 1e6 / 1e9 * 0.09,
            "CloudWatch function's log": 0.7 * 0.50,
            "CloudWatch access log": 0.3 * 0.50,
            # 90 days of 1 GB a month, compressed to 0.15.
            "CloudWatch logs kept": 90 / (365 / 12) * 0.15 * 0.03,
            "CloudWatch own metrics": 4 * 0.30,
            "CloudWatch alarms": 9 * 0.10,
            "CloudWatch composite alarms": 0.50,
            "CloudWatch dashboards": 3.00,
            # One environment looks each minute of 730 hours; 10,000 cold ones read two objects each.
            "S3 reads": (730 * 60 + 20_000) / 1_000 * 0.0004,
            "S3 storage": 0.023,
            "CloudFront requests": 3_000 / 10_000 * 0.01,
            "CloudFront data out": 0.085 * 0.085,
            "WAF web ACL": 5.00,
            "WAF rules": 1.00,
            "WAF requests": 0.60,
        },
        rel=1e-9,
    )


def test_free_tier_takes_off_what_every_account_has():
    bill = lines(service_bill, USAGE, settings(), DEPLOYED, free_tier=True)
    free = {label for label, usd in bill.items() if usd == 0}

    assert free == {
        "Lambda requests",
        "Lambda duration",
        "Lambda canary",
        "Data out",
        "CloudWatch function's log",
        "CloudWatch access log",
        "CloudWatch logs kept",
        "CloudWatch own metrics",
        "CloudWatch alarms",
        "CloudWatch dashboards",
        "CloudFront requests",
        "CloudFront data out",
    }


def test_arm_costs_a_fifth_less():
    bills = [
        lines(charge_function, USAGE, settings(architecture=name))["Lambda duration"]
        for name in ("arm64", "x86_64")
    ]

    assert bills[0] / bills[1] == pytest.approx(0.8, rel=1e-4)


def test_provisioned_environments_cost_by_the_hour_and_make_invocations_cheaper():
    stage = settings(provisioned_concurrency=2, provisioned_concurrency_max=2)
    bill = lines(charge_function, replace(USAGE, provisioned_share=1.0, cold_share=0), stage)

    assert bill["Lambda provisioned concurrency"] == pytest.approx(2 * 0.5 * 730 * 3600 * 0.0000041667)
    assert bill["Lambda duration, provisioned"] == pytest.approx(1e6 * 0.002 * 0.5 * 0.0000097222)
    assert "Lambda duration" not in bill


def test_snapshots_cost_by_the_second_and_by_the_cold_start():
    bill = lines(charge_function, USAGE, settings(snap_start=True, runtime="python3.12"))

    assert bill["Lambda snapshot"] == pytest.approx(0.5 * 730 * 3600 * 0.0000015046)
    assert bill["Lambda snapshot restores"] == pytest.approx(0.5 * 10_000 * 0.0001397998)


@pytest.mark.parametrize(("requests", "traces"), [(1e6, 1e6), (4e6, 730 * 3600 + 0.05 * (4e6 - 730 * 3600))])
def test_x_ray_traces_one_request_a_second_and_a_twentieth_of_the_others(requests, traces):
    bill = lines(service_bill, replace(USAGE, requests=requests), settings(x_ray=True), DEPLOYED)

    assert bill["X-Ray traces"] == pytest.approx(traces * 5e-6)


def test_few_requests_look_for_a_newer_model_once_each():
    bill = lines(charge_lake, replace(USAGE, requests=1_000, cold_share=0), settings())

    assert bill["S3 reads"] == pytest.approx(1_000 * 0.0004 / 1_000)


def test_preflights_cost_gateway_log_and_web_acl_but_no_function():
    bill = lines(charge_preflights, 1e6, 300, DEPLOYED)

    assert bill == pytest.approx(
        {
            "Preflights: API Gateway": 3.5,
            "Preflights: data out": 0.6 * 0.09,
            "Preflights: access log": 0.15,
            "Preflights: WAF": 0.6,
        }
    )


def test_detailed_metrics_of_the_gateway_cost_as_much_as_ones_own():
    none = Deployed(0, 0, 0, 0, 0, 0, 0.0, 0.0, "", 0.0, 0.0, 0.0)
    bill = lines(service_bill, USAGE, settings(), none._replace(metrics_of_a_method=5))

    assert bill["API Gateway metrics"] == pytest.approx(1.5)
    assert "WAF web ACL" not in bill


@pytest.mark.parametrize(("memory_mb", "times"), [(3538, 1), (884.5, 2)])
def test_function_has_a_share_of_one_cpu_by_its_memory(memory_mb, times):
    assert duration_ms(3.0, memory_mb) == pytest.approx(3.0 * times)


def test_month_without_requests_costs_the_standing_charges_alone():
    meter = Meter(read_prices(), free_tier=False)
    service_bill(meter, replace(USAGE, requests=0), settings(), DEPLOYED)

    assert {item.standing for item in meter.items} == {True}
    monitoring, web_acl, lake, studio, canary = 1.2 + 0.9 + 0.5 + 3, 6, 0.023, 0.010225, 0.002535
    assert total(meter.items) == pytest.approx(monitoring + web_acl + lake + studio + canary, abs=1e-5)


def test_stage_without_studio_pays_no_cloudfront():
    with_it, without = (lines(service_bill, USAGE, settings(studio=c), DEPLOYED) for c in (True, False))

    assert with_it.keys() - without.keys() == {"CloudFront requests", "CloudFront data out"}
