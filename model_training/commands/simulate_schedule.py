"""Simulate schedulers on learners whose memory is known: writes the figures as JSON and as one HTML page."""

from __future__ import annotations

import argparse
from pathlib import Path

from model_training.closed_loop.experiment import Asked, Plan, Result, simulate_learner
from model_training.closed_loop.figures import summarise
from model_training.closed_loop.memories import KINDS, TITLES
from model_training.evaluation.summary import encode_summary
from model_training.fitting.starting_point import DEFAULT_MODEL, default_model
from model_training.progress import Progress
from model_training.reports.closed_loop.page import html_report
from model_training.reports.closed_loop.tables import equal_table, figures_table
from model_training.reports.tables import table_markdown
from recall.artifact import decode
from recall.errors import UnsupportedArtifactError
from recall.history import HistoryModel


def run(arguments: argparse.Namespace) -> None:
    """Simulate ``learners`` from ``seed`` with ``model`` (None: the default) into the directory ``out``.

    Raises
    ------
    OSError, ArtifactError
        If the model can't be read, or doesn't predict from review histories.
    """
    model = _history_model(arguments.model or DEFAULT_MODEL)
    name = arguments.model.name if arguments.model else default_model().name
    arguments.out.mkdir(parents=True, exist_ok=True)
    plan = Plan()
    results: dict[str, list[dict[Asked, Result]]] = {kind: [] for kind in KINDS}
    with Progress(len(KINDS) * arguments.learners) as progress:
        for kind in KINDS:
            for number in range(arguments.learners):
                with progress.step(f"simulating: {TITLES[kind]}"):
                    results[kind].append(simulate_learner(kind, arguments.seed, number, model, plan))
    figures = summarise(results, plan, seed=arguments.seed, model=name)
    names = [arguments.out / f"schedules.{suffix}" for suffix in ("json", "html")]
    for path, content in zip(names, (encode_summary(figures), html_report(figures).encode()), strict=True):
        path.write_bytes(content)
    for kind, memory in figures["memories"].items():
        print(f"## {TITLES[kind]}", table_markdown(figures_table(memory)), sep="\n\n", end="\n\n")
    for key, title in (("achieved_recall", "achieved recall"), ("known_cards", "known cards")):
        print(
            f"## Reviews at equal {title}", table_markdown(equal_table(figures, key)), sep="\n\n", end="\n\n"
        )
    print(f"Wrote {', '.join(map(str, names))}.")


def _history_model(path: Path) -> HistoryModel:
    history = decode(path.read_bytes()).history
    if history is None:
        raise UnsupportedArtifactError(
            f"{path} has no history model, which schedules need: take one from `fit`"
        )
    return history
