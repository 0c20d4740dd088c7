"""Whatever calls something in a deployment is let in: alarms, rules, schedules, destinations, integrations.

The local cloud asks for no permission; in AWS an alarm whose topic doesn't let CloudWatch in mails nobody.
"""

from typing import get_args

import pytest

from stacks.config import SETTINGS
from tests.infrastructure.conftest import ADDRESS, synthesized_stage
from tests.wiring.calls import calls
from tests.wiring.deployment import Deployment
from tests.wiring.permissions import refusal

EVERYTHING = {
    "reviews_retention_days": 400,
    "memory": True,
    "retrain_every_days": 7,
    "alarm_email": ADDRESS,
    "monthly_budget_usd": 25,
    "x_ray": True,
    "provisioned_concurrency": 1,
    "provisioned_concurrency_max": 2,
}
ALARMS = ("cloudwatch.amazonaws.com", "sns:Publish")
REQUESTS = ("apigateway.amazonaws.com", "lambda:InvokeFunction")
RULES = ("events.amazonaws.com", "lambda:InvokeFunction")
LEARNING = {
    ALARMS,
    REQUESTS,
    RULES,
    ("lambda.amazonaws.com", "dynamodb:GetRecords"),
    ("lambda.amazonaws.com", "sqs:SendMessage"),
    ("states.amazonaws.com", "lambda:InvokeFunction"),
    ("states.amazonaws.com", "sns:Publish"),
}
SCHEDULED = LEARNING | {("events.amazonaws.com", "states:StartExecution")}
COMPUTE = {
    "lambda": set(),
    "batch": {
        ("states.amazonaws.com", action)
        for action in ("batch:SubmitJob", "batch:ListJobs", "cloudwatch:PutMetricData")
    },
    "spark": {("states.amazonaws.com", "emr-serverless:StartJobRun")},
}
VARIANTS = {
    "local": ("local", {}, LEARNING),
    "prod": ("prod", {}, {ALARMS, REQUESTS, RULES}),
    "image": ("dev", {"packaging": "image"}, {ALARMS, REQUESTS, RULES}),
} | {
    compute: ("prod", EVERYTHING | {"training_compute": compute}, SCHEDULED | found)
    for compute, found in COMPUTE.items()
}


def test_every_compute_setting_is_among_the_variants():
    assert set(get_args(SETTINGS["training_compute"].annotation)) == COMPUTE.keys()


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_call_of_a_deployment_is_let_through(variant):
    stage, settings, expected = VARIANTS[variant]
    deployment = Deployment(synthesized_stage(stage, **settings))
    found = calls(deployment)

    assert {(call.service, call.action) for call in found} == expected
    assert [refused for call in found if (refused := refusal(deployment, call))] == []
