"""`simulate-schedule`: its files, and one line with exit code 2 when something is wrong."""

import json
import re
from contextlib import redirect_stdout
from io import StringIO

import pytest

from model_training.cli import main
from model_training.closed_loop.experiment import TITLES, Plan
from model_training.closed_loop.memories import KINDS
from model_training.closed_loop.memories import TITLES as KIND_TITLES
from model_training.fitting.starting_point import DEFAULT_MODEL, default_model
from model_training.reports.closed_loop.page import html_report

from .test_cli import error_line

SHORT = Plan(warm_up=60, settling=20, days=60, card_every=2)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    """Return the directory that the command wrote, in a shorter experiment, and what it printed."""
    out = tmp_path_factory.mktemp("closed_loop") / "new" / "folder"
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()) as printed:
        patch.setattr("model_training.closed_loop.experiment.Plan", lambda: SHORT)
        assert main(["simulate-schedule", "--out", str(out), "--learners", "2", "--seed", "5"]) == 0
    return out, printed.getvalue()


def test_json_names_what_was_simulated_and_has_all_figures(simulated):
    figures = json.loads((simulated[0] / "schedules.json").read_text())
    assert figures["seed"] == 5
    assert figures["learners"] == 2
    assert figures["model"] == default_model().name
    assert figures["plan"] == SHORT._asdict()
    assert list(figures["memories"]) == list(KINDS)
    for memory in figures["memories"].values():
        assert {each["scheduler"] for each in memory["schedulers"]} == set(TITLES)
        assert all(len(each["per_learner"]) == 2 for each in memory["schedulers"])


def test_page_is_whole_and_loads_nothing(simulated):
    text = (simulated[0] / "schedules.html").read_text()
    assert text.count("<svg") == text.count("</svg>") == 2 * len(KINDS)
    assert "{{" not in text
    assert "http" not in text
    assert "url(" not in re.sub(r"url\(#\w+\)", "", text)
    assert "These learners are simulated." in text


def test_page_shows_the_name_of_a_model_file_as_text(simulated):
    figures = json.loads((simulated[0] / "schedules.json").read_text())
    page = html_report(figures | {"model": "<i>mine</i>.json"})
    assert "model &lt;i&gt;mine&lt;/i&gt;.json" in " ".join(page.split())


def test_printed_tables_have_each_memory_and_name_the_files(simulated):
    out, printed = simulated
    assert all(f"{title}\n\n" in printed for title in KIND_TITLES.values())
    assert printed.endswith(f"Wrote {out / 'schedules.json'}, {out / 'schedules.html'}.\n")


def test_missing_model_is_one_line(tmp_path, capsys):
    model = tmp_path / "none.json"
    assert main(["simulate-schedule", "--out", str(tmp_path), "--model", str(model)]) == 2
    assert error_line(capsys) == f"{model}: No such file or directory"


def test_file_that_is_no_model_is_one_line(tmp_path, capsys):
    (tmp_path / "model.json").write_text("{")
    command = ["simulate-schedule", "--out", str(tmp_path), "--model", str(tmp_path / "model.json")]
    assert main(command) == 2
    assert error_line(capsys) == "the artifact isn't JSON in UTF-8"


def test_model_without_histories_is_one_line(tmp_path, capsys):
    document = json.loads(DEFAULT_MODEL.read_bytes())
    del document["history"]
    (tmp_path / "model.json").write_text(json.dumps(document))
    command = ["simulate-schedule", "--out", str(tmp_path / "out"), "--model", str(tmp_path / "model.json")]
    assert main(command) == 2
    assert error_line(capsys).startswith(f"{tmp_path / 'model.json'} has no history model")
    assert not (tmp_path / "out").exists()


def test_output_directory_that_is_a_file_is_one_line(tmp_path, capsys):
    (tmp_path / "taken").write_text("")
    assert main(["simulate-schedule", "--out", str(tmp_path / "taken")]) == 2
    assert error_line(capsys) == f"{tmp_path / 'taken'}: File exists"


@pytest.mark.parametrize(
    ("option", "value", "allowed"),
    [("--learners", "0", "1<=x<=1000"), ("--seed", "-1", "0<=x<=4294967295")],
)
def test_number_out_of_range_is_refused_with_the_range(tmp_path, capsys, option, value, allowed):
    assert main(["simulate-schedule", "--out", str(tmp_path), f"{option}={value}"]) == 2
    assert error_line(capsys).startswith(
        f"Invalid value for '{option}': {value} is not in the range {allowed}"
    )
