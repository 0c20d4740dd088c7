"""A training run's report: what was decided on top, the figures of its steps, and nothing from outside."""

import re

import pytest

from model_training import cli
from model_training.fitting.starting_point import default_model
from model_training.registry.pointer import live_version
from model_training.registry.stored_model import read_model
from model_training.reports.retraining.page import html_report
from model_training.reports.retraining.words import TYPICAL_CARDS, decision
from model_training.retraining import steps
from model_training.retraining.run import Run
from model_training.retraining.served import served
from recall.artifact import decode
from recall.errors import ReviewLogError
from tests.training.fake_s3 import FakeS3
from tests.training.logs import simulated
from tests.training.pages import Page
from tests.training.stored_reviews import Table, retentive

pytestmark = pytest.mark.slow

KEY = "reports/runs/first/report.html"
STOPPED = {"go": False, "why": "no challenger is better"}
PROMOTED = {"go": True, "version": "v2", "before": "v1"}
GATED = {"go": True, "version": "v2", "why": "log loss -0.0123 on 500 newer reviews"}


def deployed(patch, s3, reviews):
    """Let the command find a lake, and a table with reviews."""
    patch.setattr("model_training.registry.lake.find_lake", lambda *_: s3.lake)
    patch.setattr("model_training.registry.table.find_table", lambda *_: Table(reviews))


@pytest.fixture(scope="module")
def s3():
    """Give a lake in which a run went all the way, by the command; only to look at."""
    s3 = FakeS3()
    with pytest.MonkeyPatch.context() as patch:
        deployed(patch, s3, retentive())
        result = cli.invoke(["retrain", "--run", "first"]).output.data
    assert result["report"] == KEY
    return s3


@pytest.fixture(scope="module")
def page(s3):
    return Page(s3.lake.read(KEY).body.decode())


def test_page_is_whole_and_loads_nothing(s3, page):
    assert page.open == []
    assert {"script", "link", "img", "iframe"}.isdisjoint(page.tags)
    for _, attributes in page.attributes:
        assert "src" not in attributes
        assert (attributes.get("href") or "#").startswith("#")
    assert not re.search(r"https?://|@import|url\((?!#)", s3.lake.read(KEY).body.decode())


def test_page_is_for_everybody(page):
    attributes = [attributes for _, attributes in page.attributes]
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in attributes
    assert {"name": "color-scheme", "content": "light dark"} in attributes
    plots = [attributes for tag, attributes in page.attributes if tag == "svg"]
    assert all(plot["role"] == "img" and len(plot["aria-label"]) > 20 for plot in plots)
    # Three inputs, two models in three ways, one plot of curves.
    assert len(plots) == 3 + 6 + 1
    assert page.tags.count("h1") == 1


def test_decision_stands_on_top(s3, page):
    gated, version = Run(s3.lake, "first").output("gate"), live_version(s3.lake)
    assert (
        f"Training run first {version} is live in the place of {default_model().name}: log loss " in page.text
    )
    assert gated["why"].replace("(-", "(−").replace(" -", " −") in page.text


def test_model_names_the_run_whose_report_describes_it(s3):
    version = live_version(s3.lake)
    training = decode(read_model(s3.lake, version).body).training
    assert Run(s3.lake, training["run"]).key("report.html") == KEY


def test_typical_cards_have_what_both_models_predict(s3, page):
    after = served(s3.lake, Run(s3.lake, "first").output("gate")["version"])
    for card in TYPICAL_CARDS:
        old, new = (
            round(100 * model.three_inputs([card.inputs])[0]) for model in (served(s3.lake, None), after)
        )
        change = f" ({new - old:+d})".replace("-", "−") if new != old else ""
        assert f"{card.title} {old}% {new}%{change}" in page.text


def test_candidates_have_their_figures_and_intervals(s3, page):
    evaluated = Run(s3.lake, "first").output("evaluate")
    ((version, compared),) = evaluated["comparisons"].items()
    for way, result in compared.items():
        figures = evaluated["figures"][version][way]
        shown = [f"{figures[name]:.4f}" for name in ("log_loss", "auc", "brier", "ece")]
        difference, low, high, most = (
            f"{value:+.4f}".replace("-", "−")
            for value in (result["difference"], *result["interval"], result["bound"])
        )
        row = " ".join([version, *shown, difference, f"{low} to {high}", most, result["verdict"]])
        assert row in page.text


def test_what_decided_has_the_baselines_and_what_speaks_against_each_challenger(s3, page):
    evaluated = Run(s3.lake, "first").output("evaluate")
    constant, moving = (f"{loss:.4f}" for loss in evaluated["baselines"].values())
    assert f"always the share recalled (knows no card) {constant} {constant}" in page.text
    assert f"moving average of outcomes (knows no card) {moving} {moving}" in page.text
    ((version, ways),) = (
        (name, ways) for name, ways in evaluated["figures"].items() if name != evaluated["champion"]
    )
    losses = [found["weighted_log_loss"] for found in ways.values()]
    assert f"{version} {min(losses):.4f} {max(losses):.4f}" in page.text
    assert f"What speaks against {version}: nothing." in page.text


def test_data_are_profiled_without_naming_anybody(s3, page):
    prepared = Run(s3.lake, "first").output("prepare")
    assert f"reviews {prepared['data']['reviews']:,} learners 12 cards" in page.text
    assert f"of these recalled {prepared['profile']['recall_rate']:.1%}" in page.text
    assert "These reviews are simulated" in page.text
    assert "simulated-001" not in page.text


def test_same_run_gives_the_same_page(s3):
    assert html_report(Run(s3.lake, "first")).encode() == s3.lake.read(KEY).body


@pytest.mark.parametrize("count", [0, 60])
def test_run_that_stopped_at_once_has_a_report_that_says_why(count, monkeypatch, capsys):
    s3 = FakeS3()
    deployed(monkeypatch, s3, simulated().head(count))
    assert cli.main(["retrain", "--run", "first"]) == 0
    assert capsys.readouterr().out.endswith(f"\nreport: s3://lake/{KEY}\n")
    text = Page(s3.lake.read(KEY).body.decode()).text
    why = Run(s3.lake, "first").output("prepare")["why"].replace("`", "")
    assert f"Nothing changed: {why}." in text
    assert "prepare stopped the run train not done" in text
    assert ("There is nothing to show yet." in text) == (count == 0)


def test_failed_run_has_a_report_as_far_as_it_came(monkeypatch, capsys):
    s3 = FakeS3()
    deployed(monkeypatch, s3, retentive())

    def fail(_run, _now):
        raise ReviewLogError("the fit <b>found</b> no end")

    monkeypatch.setitem(steps.AFTER_PREPARE, "train", fail)
    assert cli.main(["retrain", "--run", "first"]) == 2
    assert capsys.readouterr().err == "prepare\ntrain\nerror: the fit <b>found</b> no end\n"
    text = Page(s3.lake.read(KEY).body.decode()).text
    assert "The run failed at the step train: the fit <b>found</b> no end. The live model stays." in text
    assert "prepare done train not done" in text
    assert "No model was trained." in text
    assert "scored reviews" in text


@pytest.mark.parametrize(
    ("outputs", "said"),
    [
        ({}, "The run isn't at its end: the step prepare comes next."),
        ({"prepare": {"go": True}, "gate": STOPPED}, "Nothing changed: no challenger is better."),
        (
            {step: {"go": True} for step in ("prepare", "train", "evaluate")} | {"gate": GATED},
            "v2 may go live: log loss −0.0123 on 500 newer reviews. The step refit isn't done yet.",
        ),
        (
            {"gate": GATED, "promote": PROMOTED},
            "v2 is live in the place of v1: log loss −0.0123 on 500 newer reviews.",
        ),
    ],
    ids=["begun", "stopped", "gated", "promoted"],
)
def test_decision_is_one_sentence_for_each_state(outputs, said):
    assert decision(outputs, None) == said
