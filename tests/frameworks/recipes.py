"""The code blocks of docs/own-model.md, section "Other frameworks", and the environments that they run in."""

import os
import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
FRAMEWORKS = PROJECT / ".venv-frameworks" / "bin" / "python"
PAGE = (PROJECT / "docs" / "own-model.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## Other frameworks\n")[2].partition("\n## ")[0]
UNTIL = "2026-05-01"  # the page's date


def blocks(language: str, title: str = "") -> list[str]:
    """Return the code blocks below a heading of the section; without one, those before the first heading."""
    parts = re.split(r"^### (.+)$", SECTION, flags=re.MULTILINE)
    texts = dict(zip(["", *parts[1::2]], parts[::2], strict=True))
    return re.findall(rf"^```{language}\n(.*?)^```$", texts[title], flags=re.MULTILINE | re.DOTALL)


def run(code: str, folder: Path, python: str | Path = sys.executable) -> None:
    """Run a block in a folder."""
    recipe = folder / "recipe.py"
    recipe.write_text(code, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": f"{PROJECT}{os.pathsep}{PROJECT / 'lambda_src'}"}
    if python == FRAMEWORKS:
        environment.pop("PYTHONPATH")
    done = subprocess.run(
        [str(python), str(recipe)], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
