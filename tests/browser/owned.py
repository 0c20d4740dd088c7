"""A stage of some weeks, as its owner sees it: the real operations function, on AWS's services in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from model_training.calibration import run as calibration
from model_training.registry.publish import publish, store
from model_training.reports.page import render
from model_training.reports.svg import plot
from model_training.retraining.run import REPORT, Run
from tests.browser.reports import quality_report
from tests.browser.signed_gateway import REGION, Gateway, running
from tests.functional.operated import Operated
from tests.training.releases import NOW, passed, release

SINCE = datetime(2026, 11, 28, 14, 2, tzinfo=UTC)
LAST_DAY = date(2026, 11, 29)
DAYS = [
    {"day": str(LAST_DAY - timedelta(days=back)), "reviews": 988 + 36 * (back % 7), "learners": 19 + back % 7}
    for back in reversed(range(28))
]


def report() -> str:
    """Return a training run's report: its own template, with a plot in it."""
    with plot("A line from corner to corner, as a plot of a report is drawn", 4, 3) as drawn:
        drawn.axes.plot([0, 1], [0, 1])
    page = render(
        "retraining.html", run="weekly", decision="The live model stays.", steps=[("prepare", "done")],
        data=None, candidates=None, changes=None, searches={},
    )  # fmt: skip
    return page.replace("</main>", f"<figure>{drawn.svg}</figure><script>parent.ran = true</script></main>")


def fill(stage: Operated) -> None:
    """Give a stage what a real one has after some weeks."""
    for number in (1, 2):
        publish(release(number), stage.s3.lake, by="ann@desk", judge=passed, now=NOW)
    store(release(3), stage.s3.lake)
    stage.keep(calibration.LATEST, quality_report())
    stage.keep(calibration.COLLECTED, {"made_at": "2026-11-30T02:10:00Z", "learners": 31, "days": DAYS})
    stage.states.add("weekly")
    Run(stage.s3.lake, "weekly").keep("prepare", {"go": True})
    Run(stage.s3.lake, "weekly").keep("gate", {"go": False, "why": "in no way is it better"})
    stage.s3.lake.write(Run(stage.s3.lake, "weekly").key(REPORT), report().encode())
    stage.budgets.budgets["monthly"] = {
        "CalculatedSpend": {
            "ActualSpend": {"Amount": "20", "Unit": "USD"},
            "ForecastedSpend": {"Amount": "31", "Unit": "USD"},
        }
    }
    stage.cloudwatch.alarms = [
        {"AlarmName": f"recall-dev-monitoring-Monitoring{name}1A2B3C4D-XyZ123", "StateValue": state,
         "AlarmDescription": says, "StateTransitionedTimestamp": SINCE}
        for name, state, says in (
            ("FunctionErrors", "OK", "It broke. What to do: docs/runbook/FunctionErrors.md"),
            ("CanarySilent", "ALARM", "Nobody looks. What to do: docs/runbook/CanarySilent.md"),
        )
    ]  # fmt: skip


@contextmanager
def owned() -> Iterator[dict[str, Any]]:
    """Run the owner's API of such a stage, open as in the local cloud; give what the page is told of it."""
    stage = Operated(automl_most_seconds=3_600, budget="monthly", usd=25)
    fill(stage)
    with running(Gateway(stage, signed=False)) as url:
        yield {"url": url, "region": REGION, "signed": False}
