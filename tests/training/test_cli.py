"""The command line: what it starts, what it prints, and one line with exit code 2 when something is wrong."""

import json
import re
import subprocess
import sys
import tomllib
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

from model_training.cli import main, recall
from model_training.commands.output import Output, show
from model_training.registry.publish import load_release
from model_training.reports.tables import Table

from .fake_s3 import FakeS3
from .logs import simulated

pytestmark = pytest.mark.slow


def error_line(capsys):
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]
    assert len(lines) == 1
    return lines[0].removeprefix("error: ")


def test_help_answers_without_the_heavy_libraries():
    code = (
        "import sys; from model_training.cli import main\n"
        "heavy = {'numpy', 'pandas', 'sklearn', 'boto3', 'matplotlib', 'fsrs'}\n"
        "try: main(['--help'])\n"
        "finally: print('loaded:', sorted(heavy & set(sys.modules)))"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    commands = ["inspect", "fit", "evaluate", "simulate", "publish", "models", "promote", "rollback"]
    assert [name for name in commands if f"\n  {name} " in finished.stdout] == commands
    assert "loaded: []" in finished.stdout


def test_module_runs_as_a_program_and_reports_its_exit_code():
    command = [sys.executable, "-m", "model_training", "publsh"]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 2
    assert finished.stderr.startswith("error: No such command 'publsh'")
    assert finished.stderr.count("\n") == 1


def test_file_that_is_not_there_is_one_line(tmp_path, capsys):
    assert main(["publish", str(tmp_path), "--bucket", "lake"]) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"error: {tmp_path / 'model.json'}: No such file or directory")
    assert err.count("\n") == 1


def test_simulate_writes_the_same_bytes_for_the_same_seed(tmp_path, capsys):
    options = ["--learners", "2", "--days", "40"]
    for name, seed in (("a", "3"), ("b", "3"), ("c", "4")):
        assert main(["simulate", "--out", str(tmp_path / name), "--seed", seed, *options]) == 0
    a, b, c = ((tmp_path / name).read_bytes() for name in "abc")
    assert a == b != c
    log = pd.read_parquet(tmp_path / "a")
    assert log["learner"].unique().tolist() == ["simulated-001", "simulated-002"]
    assert (
        f"Wrote {len(log):,} simulated reviews of 2 learners to {tmp_path / 'a'}." in capsys.readouterr().out
    )


def test_steps_are_plain_lines_where_stderr_is_no_terminal(tmp_path, capsys):
    assert main(["simulate", "--out", str(tmp_path / "a"), "--learners", "3", "--days", "20"]) == 0
    assert capsys.readouterr().err.splitlines() == ["simulating learners", "writing"]


def test_fit_then_publish_prints_the_version(tmp_path, capsys, monkeypatch):
    simulated(1, 60).to_parquet(tmp_path / "reviews.parquet")
    assert main(["fit", str(tmp_path / "reviews.parquet"), "--out", str(tmp_path)]) == 0
    s3 = FakeS3()
    monkeypatch.setattr("model_training.registry.lake.s3_client", lambda _: s3)
    capsys.readouterr()
    assert main(["publish", str(tmp_path), "--bucket", "lake", "--force", "a test"]) == 0
    version = load_release(tmp_path).version
    said = capsys.readouterr()
    assert said.out == f"{version}\n"
    assert said.err.startswith(f"note: {version}: no reviews were given to compare it on")
    assert s3.pointer["version"] == version


def test_output_directory_that_is_a_file_is_one_line(tmp_path, capsys):
    (tmp_path / "taken").write_text("")
    simulated(1, 60).to_parquet(tmp_path / "reviews.parquet")
    assert main(["fit", str(tmp_path / "reviews.parquet"), "--out", str(tmp_path / "taken")]) == 2
    assert error_line(capsys) == f"{tmp_path / 'taken'}: File exists"


def test_unreachable_endpoint_is_one_line(tmp_path, capsys, monkeypatch):
    simulated(1, 60).to_parquet(tmp_path / "reviews.parquet")
    assert main(["fit", str(tmp_path / "reviews.parquet"), "--out", str(tmp_path)]) == 0
    capsys.readouterr()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    # port 1 on this machine: refused at once
    assert main(["publish", str(tmp_path), "--bucket", "lake", "--endpoint-url", "http://127.0.0.1:1"]) == 2
    assert 'Could not connect to the endpoint URL: "http://127.0.0.1:1/lake/models/' in error_line(capsys)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["fitt"], "No such command 'fitt'. Did you mean 'fit'? See `recall --help`."),
        (
            ["models", "--buckett", "b"],
            "No such option '--buckett'. Did you mean '--bucket'? See `recall models --help`.",
        ),
        (["fit", "log.csv"], "Missing option '--out'. See `recall fit --help`."),
        (["fit", "--out", "model"], "Missing argument 'REVIEWS...'. See `recall fit --help`."),
        (
            ["simulate", "--out", "log.parquet", "--days", "2001"],
            "Invalid value for '--days': 2001 is not in the range 1<=x<=2000. See `recall simulate --help`.",
        ),
    ],
)
def test_mistyped_command_line_is_one_line_with_the_way_to_help(words, problem, capsys):
    assert main(words) == 2
    assert error_line(capsys) == problem


def test_every_command_prints_json_on_request_and_every_lake_may_be_the_local_one():
    for command in recall.commands.values():
        options = {option.name: option for option in command.params}
        assert "as_json" in options
        assert not any(options[name].required for name in ("bucket", "endpoint_url") if name in options)


def test_version_is_the_package_s(capsys):
    assert main(["--version"]) == 0
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert capsys.readouterr().out == f"recall {project['version']}\n"


def test_json_is_one_document_with_the_figures(tmp_path, capsys):
    options = ["--learners", "2", "--days", "40", "--json"]
    assert main(["simulate", "--out", str(tmp_path / "log.parquet"), *options]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["learners"], found["reviews"]) == (2, len(pd.read_parquet(tmp_path / "log.parquet")))
    assert main(["fit", str(tmp_path / "log.parquet"), "--out", str(tmp_path), "--json"]) == 0
    fitted = json.loads(capsys.readouterr().out)
    assert fitted["training"]["reviews"] == found["reviews"]
    assert fitted["training"]["metrics"] == json.loads((tmp_path / "card.json").read_bytes())["metrics"]


def test_reader_that_has_seen_enough_ends_the_command_quietly():
    command = f"{sys.executable} -m model_training simulate --out /dev/null --learners 1 --days 5 | true"
    finished = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=True
    )
    assert finished.stderr == "simulating learners\nwriting\n"


def test_result_that_cannot_be_printed_is_one_line(monkeypatch, capsys, tmp_path):
    with open("/dev/full", "w") as full:  # noqa: PTH123 - not a file
        monkeypatch.setattr(sys, "stdout", full)
        assert main(["simulate", "--out", str(tmp_path / "log"), "--learners", "1", "--days", "5"]) == 2
    assert error_line(capsys) == "the result can't be printed: [Errno 28] No space left on device"


def documented():
    """Return every `recall …` that README and docs tell to type, in code blocks and in sentences."""
    project = Path(__file__).parents[2]
    pages = [project / "README.md", *sorted((project / "docs").rglob("*.md"))]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    lines = re.findall(r"^(?: {4})?(recall [a-z-]+ [^\n#]*--[^\n#]*)", text, re.MULTILINE)
    lines += re.findall(r"`(recall (?!rises)[a-z-]+ [^`]*)`", text)  # "recall rises" is a gate's message
    return sorted({line.strip() for line in lines})


def test_documented_commands_exist_with_their_options():
    unknown = []
    for line in documented():
        _recall, name, *words = line.split()
        options = {option for parameter in recall.commands[name].params for option in parameter.opts}
        unknown += [(line, word) for word in words if word.startswith("--") and word not in options]
    assert unknown == []


def test_table_wider_than_the_terminal_loses_no_figure():
    table = Table(["a model", "long title of it"], [["constant", "−0.0100 to +0.0200"], ["other", "1"]])
    console = Console(width=20, file=StringIO())
    show(Output({}, [table]), console)
    lines = console.file.getvalue().splitlines()
    assert [" ".join(line.split()) for line in lines] == [
        "a model long title of it",
        "─" * len(lines[1]),
        "constant −0.0100 to +0.0200",
        "other 1",
    ]
