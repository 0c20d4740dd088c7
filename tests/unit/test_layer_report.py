"""The report's numbers are the layer's."""

import json
from pathlib import Path

import pytest

from layer_build.__main__ import main
from layer_build.report import steps_file, write_steps
from layer_build.slim import StepResult

STEPS = [
    StepResult("prune", 3_000_000, 2_500_000, 0.25, "12 files that <nobody> reads", True),
    StepResult("strip", 2_500_000, 2_000_000, 1.0, "2 files", False),
]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    for name, size in {"scipy/a.so": 900_000, "scipy.libs/b.so": 600_000, "numpy/c/d.pyc": 500_000}.items():
        path = tmp_path / "layer" / "python" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(size))
    write_steps(tmp_path / "layer", STEPS)
    return tmp_path / "layer"


def test_table_has_packages_by_size_steps_and_what_is_left(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(out)]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines[1:4]] == [
        ["scipy", "1.5", "75.0%"],
        ["numpy", "0.5", "25.0%"],
        ["all", "2.0"],
    ]
    assert lines[6].split() == [
        "prune",
        "3.0",
        "2.5",
        "0.5",
        "0.2",
        "yes",
        *["12", "files", "that", "<nobody>", "reads"],
    ]
    assert lines[7].split()[5] == "no"
    assert lines[-1].startswith("260.1 MB of Lambda's 262,144,000 bytes are left for the function")
    assert lines[-1].endswith("building --without prune would leave 259.6 MB")


def test_json_has_every_file_and_step(out: Path, tmp_path: Path) -> None:
    main(["report", str(out), "--json", str(tmp_path / "report.json")])

    found = json.loads((tmp_path / "report.json").read_text())
    assert (found["bytes"], found["left_bytes"]) == (2_000_000, 260_144_000)
    assert found["files"]["numpy/c/d.pyc"] == 500_000
    assert [step["name"] for step in found["steps"]] == ["prune", "strip"]


def test_layer_without_steps_is_reported_all_the_same(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    steps_file(out).unlink()

    assert main(["report", str(out)]) == 0
    assert "verified" not in capsys.readouterr().out


def test_missing_layer_is_one_line_with_the_fix(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        f"error: {tmp_path}/python: there is no layer; make one with "
        f"`python -m layer_build build --out {tmp_path}`\n"
    )
