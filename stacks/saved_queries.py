"""The runbook's log queries, saved in CloudWatch Logs Insights, where each knows its log group."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from aws_cdk import aws_logs as logs
from constructs import Construct

PAGES = Path(__file__).parents[1] / "docs" / "runbook"
LOGS = "function's|canary's|jobs'|loader's|memory's|text function's|access"
BLOCK = re.compile(rf"in the ({LOGS}) log:\n\n```\n(.*?)\n```", re.IGNORECASE | re.DOTALL)


def read_queries() -> Iterator[tuple[str, str, str]]:
    """Yield each query: its name, such as ``FunctionErrors/1``, whose log it reads, and its text."""
    for page in sorted(PAGES.glob("*.md")):
        blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
        for number, (log, query) in enumerate(blocks, start=1):
            yield f"{page.stem}/{number}", log, query


class SavedQueries(Construct):
    """The queries of the runbook's pages, in their order, for whoever is mailed by an alarm.

    Parameters
    ----------
    folder : str
        The folder in which AWS's console shows them.
    log_groups : mapping of str to sequence of aws_cdk.aws_logs.ILogGroup
        By the pages' word for them: ``function's``, ``canary's``, ``access``; ``jobs'`` and ``loader's``
        where reviews are collected; ``memory's`` and ``text function's`` where there are those.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        folder: str,
        log_groups: Mapping[str, Sequence[logs.ILogGroup]],
    ) -> None:
        super().__init__(scope, construct_id)
        for name, log, query in read_queries():
            if log not in log_groups:
                continue
            logs.CfnQueryDefinition(
                self,
                name.replace("/", ""),
                name=f"{folder}/{name}",
                query_string=query,
                log_group_names=[group.log_group_name for group in log_groups[log]],
            )
