"""Whatever calls something in a deployment is let in: alarms, rules, schedules, destinations, integrations.

The local cloud asks for no permission; in AWS an alarm whose topic doesn't let CloudWatch in mails nobody.
"""

from typing import get_args

import pytest

from stacks.config import SETTINGS
from tests.infrastructure.variants import VARIANTS, variant
from tests.wiring.calls import calls
from tests.wiring.deployment import Deployment
from tests.wiring.permissions import refusal

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
SERVICE = {ALARMS, REQUESTS, RULES}
EXPECTED = {"local": LEARNING, "prod": SERVICE, "image": SERVICE} | {
    compute: SCHEDULED | found for compute, found in COMPUTE.items()
}


def test_every_compute_setting_is_among_the_variants():
    assert set(get_args(SETTINGS["training_compute"].annotation)) == COMPUTE.keys()


@pytest.mark.parametrize("name", VARIANTS)
def test_every_call_of_a_deployment_is_let_through(name):
    deployment = Deployment(variant(name))
    found = calls(deployment)

    assert {(call.service, call.action) for call in found} == EXPECTED[name]
    assert [refused for call in found if (refused := refusal(deployment, call))] == []
