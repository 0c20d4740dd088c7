"""Which folder of the studio may import which: downward only, and no page another page."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "web" / "src"
PAGES = ("explore", "plan", "study", "operate", "service_page")
MATHS = ("core", "readers", "simulation")
SHARED = ("texts", "service", "ui", "charts", "quality")
ALLOWED = {
    "core": (),
    "readers": ("core",),
    "simulation": ("core",),
    "texts": ("readers",),  # why a file can't be read, in words
    "service": ("core", "texts"),
    "ui": ("texts", "service"),
    "charts": ("texts", "ui"),
    "quality": ("texts", "ui", "charts"),
    **dict.fromkeys(PAGES, (*MATHS, *SHARED)),
}
IMPORT = re.compile(r"""(?:from|import|import\()\s*["'](\.[^"']*)["']""")


def imported(file: Path) -> set[str]:
    """Return the folders of the page that a file imports from; those beside `main.tsx` have no folder."""
    found = set()
    for path in IMPORT.findall(file.read_text(encoding="utf-8")):
        target = (file.parent / path.split("?")[0]).resolve()
        if target.is_relative_to(PAGE):
            parts = target.relative_to(PAGE).parts
            found.add(parts[0] if len(parts) > 1 or (PAGE / parts[0]).is_dir() else "")
    return found


@pytest.mark.parametrize("folder", ALLOWED)
def test_folder_imports_only_what_lies_below_it(folder):
    allowed = {folder, "styles", *ALLOWED[folder]}
    beside = {""} if folder in PAGES else set()  # the router
    wrong = {
        file.relative_to(PAGE).as_posix(): sorted(extra)
        for file in sorted((PAGE / folder).rglob("*.ts*"))
        if (extra := imported(file) - allowed - beside)
    }

    assert wrong == {}


def test_every_folder_has_its_place():
    assert {folder.name for folder in PAGE.iterdir() if folder.is_dir()} <= {*ALLOWED, "styles"}
