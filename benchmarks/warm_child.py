"""Call a handler again and again in this process: ``warm_child.py <handler> <calls>``.

The event comes from stdin; the median costs and the last answer go to stdout, JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import statistics
import sys
import time

WARM_UP_CALLS = 20

module, _, name = sys.argv[1].rpartition(".")
event = json.load(sys.stdin)
stdout = sys.stdout
# Written line by line, as the runtime client writes a function's log.
sys.stdout = open(os.devnull, "w", buffering=1)  # noqa: PTH123, SIM115 - open as long as we run
handler = getattr(importlib.import_module(module), name)

wall_ns, cpu_ns = [], []
for call in range(WARM_UP_CALLS + int(sys.argv[2])):
    wall, cpu = time.perf_counter_ns(), time.process_time_ns()
    answer = handler(event, None)
    if call >= WARM_UP_CALLS:
        cpu_ns.append(time.process_time_ns() - cpu)
        wall_ns.append(time.perf_counter_ns() - wall)

costs = {"cpu_ms": statistics.median(cpu_ns) / 1e6, "wall_ms": statistics.median(wall_ns) / 1e6}
print(json.dumps({**costs, "answer": answer}), file=stdout)
