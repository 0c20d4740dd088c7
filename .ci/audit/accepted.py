"""Findings that stay, each with its reason: accepted.toml."""

import fnmatch
import tomllib
from pathlib import Path
from typing import NamedTuple


class Finding(NamedTuple):
    """What a tool found: its rule's id, where, and what it says."""

    rule: str
    where: str
    text: str


class Acceptances:
    """What accepted.toml says: for each tool, tables with ``rule``, ``where`` (patterns) and ``reason``."""

    def __init__(self, tools: dict[str, list[dict[str, str | list[str]]]]) -> None:
        self._tools = tools

    @classmethod
    def read(cls, path: Path) -> "Acceptances":
        """Read the file; each entry must have a reason."""
        tools = tomllib.loads(path.read_text(encoding="utf-8"))
        for entry in (entry for entries in tools.values() for entry in entries):
            if set(entry) != {"rule", "where", "reason"} or not entry["reason"]:
                raise ValueError(f"{path.name}: an entry needs rule, where and reason: {entry}")
        return cls(tools)

    def unreasoned(self, tool: str, findings: list[Finding], *, complete: bool = True) -> list[str]:
        """Return what isn't accepted, and what is but wasn't found, as lines.

        What a tool that couldn't look at everything (not `complete`) didn't find may be there all the same.
        """
        accepted = [(entry["rule"], where) for entry in self._tools.get(tool, []) for where in entry["where"]]
        used = set()
        lines = []
        for finding in sorted(set(findings)):
            fitting = {
                (rule, where)
                for rule, where in accepted
                if rule == finding.rule and fnmatch.fnmatchcase(finding.where, where)
            }
            used |= fitting
            if not fitting:
                lines.append(f"{tool} {finding.rule}: {finding.where}: {finding.text}")
        for rule, where in accepted:
            if complete and (rule, where) not in used:
                lines.append(f"accepted.toml: {tool} {rule} is no longer found at {where}: remove it there")
        return lines
