"""What axe-core finds on a page that isn't accessible to everybody."""

from pathlib import Path
from typing import Any

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


def findings(page: Any) -> list[str]:
    """Return axe-core's findings on the page as it is, in the light and in the dark theme."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        result = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        assert result["passes"]
        found += [
            f"{theme}: {rule['id']}: {node['html']} {node['failureSummary']}"
            for rule in result["violations"]
            for node in rule["nodes"]
        ]
    return found
