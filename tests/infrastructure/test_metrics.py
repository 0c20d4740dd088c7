"""Custom metrics cost money: each that a function writes is read by an alarm or a dashboard."""

import json
import re

from inference.telemetry import METRICS, MODEL_LOAD_FAILURES
from model_training.calibration.live import AUC, CALIBRATION_ERROR, INPUT_DRIFT, LOG_LOSS
from model_training.jobs.telemetry import JOB_FAILURES
from stacks.service_metrics import METRICS_NAMESPACE

WRITTEN = {
    *METRICS,  # the predict function, of each request
    MODEL_LOAD_FAILURES,
    JOB_FAILURES,  # the jobs function, of each job
    *(LOG_LOSS, CALIBRATION_ERROR, AUC, INPUT_DRIFT),  # and of a calibration
}


def test_metrics_that_are_written_are_those_that_alarms_and_dashboards_read(stacks):
    read = set()
    for template in stacks.values():
        for resource in template["Resources"].values():
            properties = resource.get("Properties", {})
            if (
                resource["Type"] == "AWS::CloudWatch::Alarm"
                and properties.get("Namespace") == METRICS_NAMESPACE
            ):
                read.add(properties["MetricName"])
            if resource["Type"] == "AWS::CloudWatch::Dashboard":
                body = json.dumps(properties["DashboardBody"]).replace("\\", "")
                read |= set(re.findall(rf'"{METRICS_NAMESPACE}","(\w+)"', body))

    assert read == WRITTEN
