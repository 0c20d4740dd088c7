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
from collections.abc import Callable

WARM_UP_CALLS = 20

module, _, name = sys.argv[1].rpartition(".")
event = json.load(sys.stdin)
stdout = sys.stdout
# Written line by line, as the runtime client writes a function's log.
sys.stdout = open(os.devnull, "w", buffering=1)  # noqa: PTH123, SIM115 - open as long as we run
handler = getattr(importlib.import_module(module), name)


def median_ms(clock: Callable[[], int]) -> float:
    """Return the median of the calls in ms: of one clock at a time, for reading a clock takes time too."""
    spent = []
    for _ in range(int(sys.argv[2])):
        started = clock()
        handler(event, None)
        spent.append(clock() - started)
    return statistics.median(spent) / 1e6


for _warm_up in range(WARM_UP_CALLS):
    answer = handler(event, None)
costs = {"wall_ms": median_ms(time.perf_counter_ns), "cpu_ms": median_ms(time.process_time_ns)}
print(json.dumps({**costs, "answer": answer}), file=stdout)
