"""What a check found."""

from enum import StrEnum
from typing import NamedTuple


class Verdict(StrEnum):
    """What a check says about the deployment."""

    OK = "ok"
    WILL_FAIL = "will fail"
    CANNOT_TELL = "can't tell"


class Finding(NamedTuple):
    """What a check found.

    Attributes
    ----------
    verdict : Verdict
        What it says about the deployment.
    why : str
        What was seen.
    fix : str
        What to do about it; empty where there is nothing to do.
    """

    verdict: Verdict
    why: str
    fix: str = ""


def ok(why: str) -> Finding:
    """Return that nothing is in the way."""
    return Finding(Verdict.OK, why)


def will_fail(why: str, fix: str) -> Finding:
    """Return that the deployment, or what it is for, fails."""
    return Finding(Verdict.WILL_FAIL, _one_line(why), fix)


def cannot_tell(why: str, fix: str) -> Finding:
    """Return that it can't be known before the deployment."""
    return Finding(Verdict.CANNOT_TELL, _one_line(why), fix)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def worst(findings: list[Finding]) -> Finding:
    """Return several findings as one: its verdict is the worst of them, whose reasons and fixes it has."""
    for verdict in (Verdict.WILL_FAIL, Verdict.CANNOT_TELL, Verdict.OK):
        found = [each for each in findings if each.verdict is verdict]
        if found:
            break
    fixes = dict.fromkeys(each.fix for each in found if each.fix)
    return Finding(verdict, "; ".join(each.why for each in found), "; ".join(fixes))
