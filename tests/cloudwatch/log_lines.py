"""Reads log lines into the fields that Logs Insights discovers in them.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html
"""

import json
from typing import Any


def record(line: str, timestamp: float = 0.0, stream: str = "") -> dict[str, Any]:
    """Return a log line's fields: the system's, and those of its JSON object."""
    system = {"@timestamp": timestamp, "@logStream": stream, "@message": line}
    return system | (json.loads(line) if line.startswith("{") else {})
