"""The tables of a run's report, as text cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from model_training.registry.card import RECORDED_CARDS
from model_training.reports.retraining.words import TYPICAL_CARDS, champion_first, titled
from model_training.reports.tables import Table, figure, interval, signed
from model_training.retraining.comparison import BETTER, WORSE
from model_training.retraining.run import Output
from model_training.retraining.served import ServedModel
from recall.features import FEATURES

BASELINES = {"constant": "always the share recalled", "moving_average": "moving average of outcomes"}
MEASURES = {"log_loss": "log loss", "auc": "AUC", "brier": "Brier", "ece": "ECE"}


def profile_table(prepared: Output) -> Table:
    """Return what the run learned from and was judged by."""
    data, spread = prepared["data"], prepared["profile"]
    rows = [
        ["reviews", f"{data['reviews']:,}"],
        ["learners", f"{data['learners']:,}"],
        ["cards", f"{data['cards']:,}"],
        ["first and last review", f"{data['first_review'][:10]} to {data['last_review'][:10]}"],
        ["scored reviews, a study day or more after the card's review before", f"{prepared['scored']:,}"],
        ["of these recalled", f"{spread['recall_rate']:.1%}"],
        ["judging reviews, the newest of them", f"{prepared.get('held_out', 0):,}"],
    ]
    for feature in FEATURES:
        low, high = spread["ranges"][feature.name]
        rows.append([f"{feature.name}, lowest to highest", f"{low:g} to {high:g}"])
    return Table(["what", "value"], rows)


def candidates_table(evaluated: Output, champion: str, way: str) -> Table:
    """Return the models that predict in one way, side by side; differences beyond the noise are marked."""
    rows: list[list[str]] = []
    marked: set[tuple[int, int]] = set()
    for version, ways in champion_first(evaluated["figures"], champion):
        if way not in ways:
            continue
        compared = evaluated["comparisons"].get(version, {}).get(way)
        if compared is not None and compared["verdict"] in {BETTER, WORSE}:
            marked |= {(len(rows), len(MEASURES) + 1), (len(rows), len(MEASURES) + 4)}
        rows.append(
            [
                titled(version, champion),
                *(figure(ways[way][name]) for name in MEASURES),
                *_difference(compared),
            ]
        )
    head = ["model", *MEASURES.values(), "difference", "95 % interval", "at most", "verdict"]
    return Table(head, rows, marked)


def decision_table(evaluated: Output, champion: str) -> Table:
    """Return each model's weighted log loss, in its best and its worst way, beside the baselines'."""
    rows = [
        [f"{BASELINES[name]} (knows no card)", figure(loss), figure(loss)]
        for name, loss in evaluated["baselines"].items()
    ]
    for version, ways in champion_first(evaluated["figures"], champion):
        losses = [found["weighted_log_loss"] for found in ways.values()]
        rows.append([titled(version, champion), figure(min(losses)), figure(max(losses))])
    return Table(["model", "best way", "worst way"], rows)


def search_table(automl: dict[str, Any]) -> Table:
    """Return the families that a search tried, from the card of its challenger; the chosen one is marked."""
    tried = automl["searched"]
    rows = [[family, str(found["trials"]), figure(found["log_loss"])] for family, found in tried.items()]
    chosen = list(tried).index(automl["family"])
    return Table(["estimator", "trials", "lowest log loss"], rows, {(chosen, 2)})


def typical_table(models: Sequence[ServedModel]) -> Table:
    """Return what the models predict for `TYPICAL_CARDS`; the first one was live before."""
    return _predictions(models, [(card.title, card.inputs) for card in TYPICAL_CARDS])


def recorded_table(models: Sequence[ServedModel]) -> Table:
    """Return what the models predict for the cards that every model's card records."""
    titled = [
        (f"{days:g} days, {count:g} review days, difficulty {hard:g}", (days, count, hard))
        for days, count, hard in RECORDED_CARDS
    ]
    return _predictions(models, titled)


def _predictions(models: Sequence[ServedModel], cards: list[tuple[str, tuple[float, float, float]]]) -> Table:
    before, *after = [model.three_inputs([inputs for _, inputs in cards]) for model in models]
    rows = [
        [title, f"{before[row]:.0%}", *(_changed(before[row], predicted[row]) for predicted in after)]
        for row, (title, _) in enumerate(cards)
    ]
    titles = [titled(model.version, models[0].version) for model in models]
    return Table(["card", *titles], rows)


def _changed(before: float, after: float) -> str:
    points = round(100 * after) - round(100 * before)
    return f"{after:.0%} ({signed(points, '+d')})" if points else f"{after:.0%}"


def _difference(compared: dict[str, Any] | None) -> list[str]:
    if compared is None:
        return ["", "", "", ""]
    around, bound = interval(compared["interval"]), signed(compared["bound"])
    return [signed(compared["difference"]), around, bound, compared["verdict"]]
