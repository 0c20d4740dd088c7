"""Runs in a stand-in for an account, their calls, and what they leave."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

from tools.tune import leftovers
from tools.tune.calls import Call
from tools.tune.estimate import Plan
from tools.tune.prices import Prices
from tools.tune.report_line import Report
from tools.tune.run import tune

PLAN = Plan(sizes=(128, 1769), warm=4, cold=2, payload=b'{"body": "{}"}')

PRICES = Prices(request=2e-7, gb_second=1e-5, restore_gb=1e-4, cache_gb_second=1e-6)


def run(account, plan=PLAN, function="live"):
    """Tune a function; return what was found, and the lines that were said meanwhile."""
    said = []
    return tune(account.cloud, function, plan, lambda _: nullcontext(), said.append), said


def call(duration, start=None, *, used=50, error=None, restored=False):
    billed = duration + (start or 0)
    return Call(999.0, Report(duration, billed, start, used, restored), error)


def left_by(account, process, *, until=timedelta(hours=1), **tags):
    """Put a copy there, made by a run in a process."""
    name = leftovers.new_name("live")
    tags = leftovers.new_tags("live") | tags
    machine = tags[leftovers.RUN].partition(":")[0]
    if process is not None:
        tags[leftovers.RUN] = f"{machine}:{process}"
    tags[leftovers.UNTIL] = (datetime.now(UTC) + until).isoformat()
    account._add(name, {}, tags)
    return name
