"""The same requests on what people weigh against the service, each with its own bill.

They get the same requests, responses, logs, alarms, dashboard and, where there can be one, web ACL. What
can't be measured here is assumed in their favour.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING

from tools.cost.bill import (
    GB,
    HEADER_BYTES,
    HOURS,
    LAKE_GB,
    SECONDS,
    charge_function,
    charge_lake,
    charge_logs,
    charge_monitoring,
    charge_waf,
    service_bill,
)
from tools.cost.prices import Item, Meter, PriceTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.cost.scenario import Scenario

# Servers have to be there for the peak, which a day's mean hides, and not be full then.
PEAK_OF_MEAN, FULL = 4.0, 0.6
# A Python web server's own CPU time for a request.
SERVER_MS = 1.0
# Each card of a request, as JSON.
CARD_BYTES = 77
# The smallest task that Fargate has; two, in two zones, as the load balancer is.
TASK_VCPU, TASK_GB, ZONES = 0.25, 0.5, 2
# What one of a load balancer's capacity units stands for.
LCU_CONNECTIONS_PER_SECOND, LCU_GB_PER_HOUR = 25, 1.0
# t4g.small: two CPUs, of which it may use a fifth all the time.
EC2_VCPU, EC2_BASELINE, EC2_DISK_GB = 2, 0.2, 8
# SageMaker's smallest memory, which can hold its scikit-learn image.
SAGEMAKER_GB = 1.0


def _service(meter: Meter, scenario: Scenario) -> None:
    service_bill(meter, scenario.usage(), scenario.settings, scenario.deployed)


def _http_api(meter: Meter, scenario: Scenario) -> None:
    """No keys, quotas or web ACL: callers are distinguished by tokens, or not at all."""
    meter.add("API Gateway requests", "http_api_requests", scenario.requests)
    _function_behind(meter, scenario, access_log_bytes=scenario.sizes.access_log)


def _function_url(meter: Meter, scenario: Scenario) -> None:
    """Neither throttle nor access log either: callers sign with IAM, or anyone may call."""
    _function_behind(meter, scenario, access_log_bytes=0)


def _function_behind(meter: Meter, scenario: Scenario, access_log_bytes: float) -> None:
    usage = replace(scenario.usage(), access_log_bytes=access_log_bytes)
    charge_function(meter, usage, scenario.settings)
    _data_out(meter, scenario)
    charge_logs(meter, usage, scenario.settings.log_retention_days)
    charge_monitoring(meter, usage.metrics, scenario.deployed)
    charge_lake(meter, usage, scenario.settings)


def _sagemaker(meter: Meter, scenario: Scenario) -> None:
    """Scikit-learn behind the same REST API, which calls the endpoint without a function between."""
    seconds = (scenario.times.sklearn(scenario.cards) + SERVER_MS) / 1000
    data = scenario.requests * (scenario.cards * CARD_BYTES + scenario.sizes.response) / GB
    meter.add("API Gateway requests", "rest_api_requests", scenario.requests)
    meter.add("SageMaker duration", "sagemaker_serverless", scenario.requests * seconds * SAGEMAKER_GB)
    meter.add("SageMaker data", "sagemaker_data", data)
    charge_waf(meter, scenario.requests, scenario.deployed)
    _server_extras(meter, scenario, access_log_bytes=scenario.sizes.access_log)


def _fargate(meter: Meter, scenario: Scenario) -> None:
    """Tasks with public addresses behind a load balancer: a NAT gateway would cost more than they do."""
    peak = _cpus(scenario) * PEAK_OF_MEAN / FULL
    tasks = max(ZONES, ceil(peak / TASK_VCPU))
    gb_per_hour = scenario.requests * (scenario.sizes.response + HEADER_BYTES) / GB / HOURS
    capacity = max(scenario.requests / SECONDS / LCU_CONNECTIONS_PER_SECOND, gb_per_hour / LCU_GB_PER_HOUR)
    meter.add("Fargate CPU", "fargate_vcpu", tasks * TASK_VCPU * HOURS, standing=True)
    meter.add("Fargate memory", "fargate_memory", tasks * TASK_GB * HOURS, standing=True)
    meter.add("Load balancer", "alb_hours", HOURS, standing=True)
    meter.add("Load balancer capacity", "alb_capacity", capacity * HOURS)
    meter.add("Public addresses", "public_ipv4", (tasks + ZONES) * HOURS, standing=True)
    charge_waf(meter, scenario.requests, scenario.deployed)
    _server_extras(meter, scenario, access_log_bytes=0)


def _ec2(meter: Meter, scenario: Scenario) -> None:
    """As few machines as can do it, without a load balancer: when the one is down, so is the service."""
    cpus = _cpus(scenario)
    machines = max(ceil(cpus / EC2_VCPU / EC2_BASELINE), ceil(cpus * PEAK_OF_MEAN / EC2_VCPU / FULL), 1)
    meter.add("EC2 machines", "ec2_t4g_small", machines * HOURS, standing=True)
    meter.add("EC2 disks", "ebs_gp3", machines * EC2_DISK_GB, standing=True)
    meter.add("Public addresses", "public_ipv4", machines * HOURS, standing=True)
    _server_extras(meter, scenario, access_log_bytes=0)


def _cpus(scenario: Scenario) -> float:
    """Return how many CPUs are busy on average with our own code behind a web server."""
    return scenario.requests * (scenario.times.handler(scenario.cards) + SERVER_MS) / 1000 / SECONDS


def _data_out(meter: Meter, scenario: Scenario) -> None:
    meter.add("Data out", "data_out", scenario.requests * (scenario.sizes.response + HEADER_BYTES) / GB)


def _server_extras(meter: Meter, scenario: Scenario, access_log_bytes: float) -> None:
    sizes = scenario.sizes
    usage = replace(scenario.usage(), lambda_log_bytes=sizes.own_log, access_log_bytes=access_log_bytes)
    _data_out(meter, scenario)
    charge_logs(meter, usage, scenario.settings.log_retention_days)
    charge_monitoring(meter, usage.metrics, scenario.deployed)
    meter.add("S3 storage", "s3_storage", LAKE_GB, standing=True)


SERVICE = "this service"
CHOICES: dict[str, Callable[[Meter, Scenario], None]] = {
    SERVICE: _service,
    "HTTP API instead of REST": _http_api,
    "Function URL": _function_url,
    "SageMaker Serverless": _sagemaker,
    "Fargate with load balancer": _fargate,
    "EC2 t4g.small": _ec2,
}


def bill(choice: str, scenario: Scenario, table: PriceTable, *, free_tier: bool) -> list[Item]:
    """Return the lines of a month's bill of one of `CHOICES`."""
    meter = Meter(table, free_tier=free_tier)
    CHOICES[choice](meter, scenario)
    return meter.items
