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
from model_training.registry.default_model import DEFAULT_MODEL

from .test_cli import error_line

SHORT = Plan(warm_up=60, settling=20, days=60, card_every=2)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    """Return the directory that the command wrote, in a shorter experiment, and what it printed."""
    out = tmp_path_factory.mktemp("closed_loop") / "new" / "folder"
    model = tmp_path_factory.mktemp("model") / "<i>.json"
    model.write_bytes(DEFAULT_MODEL.read_bytes())
    options = ["--model", str(model), "--learners", "2", "--seed", "5"]
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()) as printed:
        patch.setattr("model_training.closed_loop.experiment.Plan", lambda: SHORT)
        assert main(["simulate-schedule", "--out", str(out), *options]) == 0
    return out, printed.getvalue()


def test_json_names_what_was_simulated_and_has_all_figures(simulated):
    figures = json.loads((simulated[0] / "schedules.json").read_text())
    assert figures["seed"] == 5
    assert figures["learners"] == 2
    assert figures["model"] == "<i>.json"
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
    assert "model &lt;i&gt;.json" in " ".join((simulated[0] / "schedules.html").read_text().split())


def test_printed_tables_have_each_memory_and_name_the_files(simulated):
    out, printed = simulated
    assert all(f"{title}\n\n" in printed for title in KIND_TITLES.values())
    assert printed.endswith(f"Wrote {out / 'schedules.json'}, {out / 'schedules.html'}.\n")


def without_history():
    """Return the default model's document without its history model."""
    return json.dumps({k: v for k, v in json.loads(DEFAULT_MODEL.read_bytes()).items() if k != "history"})


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (None, "{path}: No such file or directory"),
        ("{", "the artifact isn't JSON in UTF-8"),
        (without_history(), "{path} has no history model"),
    ],
    ids=["missing", "no JSON", "no history"],
)
def test_file_without_a_history_model_is_one_line(tmp_path, capsys, document, problem):
    path, out = tmp_path / "model.json", tmp_path / "out"
    if document is not None:
        path.write_text(document)
    assert main(["simulate-schedule", "--out", str(out), "--model", str(path)]) == 2
    assert error_line(capsys).startswith(problem.format(path=path))
    assert not out.exists()
