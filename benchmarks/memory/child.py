"""Call a handler with one event after the other in this process: ``child.py <handler>``.

The events come from stdin, a JSON list; CPU milliseconds, status and the peak memory of the process go to
stdout, JSON, with the last response. What the store spends is spent in other processes.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
import time
from pathlib import Path

module, _, name = sys.argv[1].rpartition(".")
events = json.load(sys.stdin)
stdout = sys.stdout
# Written line by line, as the runtime client writes a function's log.
sys.stdout = open(os.devnull, "w", buffering=1)  # noqa: PTH123, SIM115 - open as long as we run
handler = getattr(importlib.import_module(module), name)

cpu_ms, statuses = [], []
for event in events:
    started = time.process_time_ns()
    answer = handler(event, None)
    cpu_ms.append((time.process_time_ns() - started) / 1e6)
    statuses.append(answer["statusCode"])
# Not ru_maxrss, which begins with the parent's.
(peak_kib,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
print(
    json.dumps({"cpu_ms": cpu_ms, "statuses": statuses, "peak_mib": int(peak_kib) / 1024, "answer": answer}),
    file=stdout,
)
