"""`evaluate` from files on disk to the three reports."""

import json
import re
from contextlib import redirect_stdout
from io import StringIO

import numpy as np
import pytest

from model_training.cli import main
from model_training.evaluation.candidates import SERVED
from model_training.evaluation.rows import timeline
from model_training.evaluation.scores import log_losses

from .logs import simulated
from .pages import Page
from .test_evaluation_candidates import PROMISED

pytestmark = pytest.mark.slow

MEASURES = {"log_loss", "auc", "brier", "ece", "rmse_bins"}
FIGURES = MEASURES | {f"{measure}_learners" for measure in MEASURES} | {"title", "knows", "per_learner"}


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory):
    """Return the log, the directory of the reports under ``time``, and what was printed."""
    directory = tmp_path_factory.mktemp("evaluate")
    log = simulated(3, 120)
    beginner = (log["learner"] == "simulated-002") & (log["day"] > 70)  # fewer than 300 scored reviews
    log = log[~beginner].reset_index(drop=True)
    log.to_parquet(directory / "reviews.parquet")
    command = ["evaluate", str(directory / "reviews.parquet"), "--protocol", "time", "--out"]
    with redirect_stdout(StringIO()) as printed:
        assert main([*command, str(directory / "out")]) == 0
    return log, directory / "out", printed.getvalue()


def test_json_has_all_figures_of_all_models(evaluated):
    log, directory, _ = evaluated
    summary = json.loads((directory / "evaluation.json").read_text())
    rows = timeline(log)
    assert summary["protocol"] == "time"
    assert summary["rows"] == (rows["part"] > 0).sum()
    assert summary["simulated"] is True
    assert set(summary["models"]) == PROMISED
    for figures in summary["models"].values():
        assert set(figures) == FIGURES
        per_learner = figures["per_learner"].values()
        assert sum(learner["rows"] for learner in per_learner) == summary["rows"]
        pooled = sum(learner["rows"] * learner["log_loss"] for learner in per_learner) / summary["rows"]
        assert figures["log_loss"] == pytest.approx(pooled, abs=1e-5)


def test_constant_is_the_rate_of_the_parts_before(evaluated):
    log, directory, _ = evaluated
    summary = json.loads((directory / "evaluation.json").read_text())
    rows = timeline(log)
    losses = [
        log_losses(part["recalled"].to_numpy(), np.full(len(part), rows[rows["part"] < k]["recalled"].mean()))
        for k, part in rows.groupby("part")
        if k > 0
    ]
    assert summary["models"]["constant"]["log_loss"] == pytest.approx(np.concatenate(losses).mean(), abs=1e-6)


@pytest.mark.parametrize("measure", sorted(MEASURES))
def test_mean_over_learners_takes_those_with_300_rows(evaluated, measure):
    _, directory, _ = evaluated
    figures = json.loads((directory / "evaluation.json").read_text())["models"]["fsrs6_default"]
    enough = [one[measure] for one in figures["per_learner"].values() if one["rows"] >= 300]
    assert len(enough) == 2
    assert figures[f"{measure}_learners"] == pytest.approx(np.mean(enough), abs=1e-6)


def test_every_served_model_is_compared_with_every_other_candidate(evaluated):
    _, directory, _ = evaluated
    summary = json.loads((directory / "evaluation.json").read_text())
    assert set(summary["differences"]) == PROMISED
    models = summary["models"]
    for other, by_served in summary["differences"].items():
        assert set(by_served) == set(SERVED) - {other}
        for served, pair in by_served.items():
            for part, measure, figure in (
                ("pooled", "log_loss", "log_loss"),
                ("mean_of_learners", "log_loss", "log_loss_learners"),
                ("auc_of_learners", "auc", "auc_learners"),
            ):
                expected = models[served][figure] - models[other][figure]
                assert pair[part][measure] == pytest.approx(expected, abs=2e-6), (served, other)


def test_markdown_has_the_figures_that_were_printed(evaluated):
    _, directory, printed = evaluated
    report = (directory / "evaluation.md").read_text()
    assert printed.startswith("Read ")
    figure = json.loads((directory / "evaluation.json").read_text())["models"]["fsrs6_pooled"]["log_loss"]
    assert re.search(rf"\| FSRS-6, pooled fit +\| +history \| +\**{figure:.4f}", report)
    for text in (printed, report):
        assert "These reviews are simulated: the figures say nothing about people." in text
    assert re.search(rf"\nFSRS-6, pooled fit +history +{figure:.4f} ", printed)
    assert f"Wrote {directory / 'evaluation.json'}" in printed


def test_page_is_whole_and_loads_nothing(evaluated):
    _, directory, _ = evaluated
    text = (directory / "evaluation.html").read_text()
    page = Page(text)
    assert page.open == []
    assert page.tags.count("svg") == 4 + 8 + 1 + 3 + 1 + 4
    targets = [value for _, attributes in page.attributes for value in map(attributes.get, ("src", "href"))]
    assert all(target.startswith("#") for target in targets if target)
    assert "http" not in text
    assert "url(" not in re.sub(r"url\(#\w+\)", "", text)
    assert "@import" not in text


def test_plots_take_all_colours_from_the_page(evaluated):
    _, directory, _ = evaluated
    text = (directory / "evaluation.html").read_text()
    used = set(re.findall(r"var\((--[\w-]+)\)", text))
    light, dark = (set(re.findall(r"(--[\w-]+):", part)) for part in text.split("@media")[:2])
    assert used <= light == dark
    assert re.findall(r"(?:fill|stroke): ?#\w+", text) == []


def test_single_learner_under_new_is_one_line(tmp_path, capsys):
    simulated(1, 60).to_parquet(tmp_path / "reviews.parquet")
    command = ["evaluate", str(tmp_path / "reviews.parquet"), "--protocol", "new"]
    assert main([*command, "--out", str(tmp_path / "out")]) == 2
    errors = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]
    assert errors == [
        "error: the protocol 'new' predicts each learner from the others, and the log holds one learner: "
        "add another learner's reviews, or use --protocol time"
    ]


def test_single_learner_under_time_has_no_interval_over_learners(tmp_path, capsys):
    simulated(1, 60).to_parquet(tmp_path / "reviews.parquet")
    command = ["evaluate", str(tmp_path / "reviews.parquet"), "--protocol", "time"]
    assert main([*command, "--out", str(tmp_path)]) == 0
    differences = json.loads((tmp_path / "evaluation.json").read_text())["differences"]
    pair = differences["constant"]["recall_history"]
    assert pair["pooled"]["learners"] is None
    low, high = pair["pooled"]["cards"]
    assert low < pair["pooled"]["log_loss"] < high
    assert "n/a" in capsys.readouterr().out


def test_log_with_nothing_to_predict_is_one_line(tmp_path, capsys):
    log = simulated(1, 60)
    log.groupby("card").head(1).to_parquet(tmp_path / "reviews.parquet")
    command = ["evaluate", str(tmp_path / "reviews.parquet"), "--protocol", "time"]
    assert main([*command, "--out", str(tmp_path / "out")]) == 2
    assert "error: no review comes a day or more after the card's review before" in capsys.readouterr().err
