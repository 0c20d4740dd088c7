"""The README's tables say what the code says."""

import re
from pathlib import Path

from http_kit.errors import STATUS_AND_CODE
from recall.features import FEATURES
from stacks.gateway_errors import GATEWAY_ERRORS

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def rows_after(heading):
    """Return the cells of the first table after a text, without head and rule."""
    table = README.split(heading, 1)[1].split("\n|", 1)[1].split("\n\n", 1)[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def test_inputs_table_has_every_feature_with_its_range():
    rows = {row[0].strip("`"): row[2] for row in rows_after("### Without the memory")}

    assert rows == {f.name: f"{f.minimum} to {f.maximum:,}" for f in FEATURES}


def test_errors_table_has_every_code_under_its_status():
    listed = {
        (int(status), code)
        for row in rows_after("Errors have one shape")
        for status in re.findall(r"\d{3}", row[0])
        for code in re.findall(r"`(\w+)`", row[1])
    }
    promised = set(STATUS_AND_CODE.values()) | {
        (int(e.status), e.code) for e in GATEWAY_ERRORS if e.status in {"403", "429"}
    }

    assert promised <= listed
