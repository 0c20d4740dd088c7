"""The deployed alarms, what they watch, and what their topic says."""

import json
import time
from pathlib import Path

from tests.cloudwatch.definitions import alarm_name

STACK = "recall-local-monitoring"
RUNBOOK = Path(__file__).parents[2] / "docs" / "runbook"


class Alarms:
    """The deployed alarms, and a queue that is subscribed to their topic."""

    def __init__(self, service):
        self._cloudwatch = service.client("cloudwatch")
        self._sqs = service.client("sqs")
        listed = service.client("cloudformation").list_stack_resources(StackName=STACK)
        self.names = {
            resource["PhysicalResourceId"]: alarm_name(resource["LogicalResourceId"])
            for resource in listed["StackResourceSummaries"]
            if resource["ResourceType"] == "AWS::CloudWatch::Alarm"
        }
        self.definitions = {
            self.names[alarm["AlarmName"]]: alarm
            for alarm in self._cloudwatch.describe_alarms(AlarmNames=list(self.names))["MetricAlarms"]
        }
        self._queue = self._sqs.create_queue(QueueName="alarms")["QueueUrl"]
        attributes = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])
        ((topic,),) = {tuple(alarm["AlarmActions"]) for alarm in self.definitions.values()}
        service.client("sns").subscribe(
            TopicArn=topic, Protocol="sqs", Endpoint=attributes["Attributes"]["QueueArn"]
        )

    def publish(self, name: str, values: list[float]) -> None:
        """Give CloudWatch data of what an alarm watches; the local cloud evaluates all its alarms then."""
        alarm = self.definitions[name]
        self._cloudwatch.put_metric_data(
            Namespace=alarm["Namespace"],
            MetricData=[
                {"MetricName": alarm["MetricName"], "Dimensions": alarm["Dimensions"], "Value": value}
                for value in values
            ],
        )

    def set_ok(self, name: str) -> None:
        """Set an alarm's state by hand: that proves its action, and nothing else."""
        alarm = self.definitions[name]["AlarmName"]
        self._cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="OK", StateReason="by hand")

    def new_messages(self) -> list[tuple[str, str]]:
        """Return the new messages of the topic: which alarm, and its new state."""
        found = []
        while batch := self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in batch:
                self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
                change = json.loads(json.loads(message["Body"])["Message"])
                name = self.names[change["AlarmName"]]
                page = change["AlarmDescription"].partition("What to do: docs/runbook/")[2]
                assert (RUNBOOK / page).is_file()
                found.append((name, change["NewStateValue"]))
        return found

    def recorded(self, name: str, function: str, since: float) -> float:
        """Return what the local cloud itself recorded of an alarm's metric for one function since then."""
        alarm = self.definitions[name]
        percentile = alarm.get("ExtendedStatistic")
        wanted = {"ExtendedStatistics": [percentile]} if percentile else {"Statistics": [alarm["Statistic"]]}
        response = self._cloudwatch.get_metric_statistics(
            Namespace=alarm["Namespace"],
            MetricName=alarm["MetricName"],
            Dimensions=[{"Name": "FunctionName", "Value": function}],
            StartTime=since,
            EndTime=time.time() + 1,
            Period=3600,
            **wanted,
        )
        points = [p | p.get("ExtendedStatistics", {}) for p in response["Datapoints"]]
        return max((point[percentile or alarm["Statistic"]] for point in points), default=0.0)
