"""``recall simulate-schedule``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from model_training.commands.options import PATH, command, learners, out, seed
from model_training.commands.output import Output
from model_training.progress import Progress
from model_training.reports.tables import Table
from recall.errors import UnsupportedArtifactError

if TYPE_CHECKING:
    from model_training.closed_loop.experiment import Contender, Result
    from recall.history import HistoryModel

EQUAL = {"achieved_recall": "achieved recall", "known_cards": "known cards"}


@command
@out("DIR", "schedules.json and schedules.html")
@click.option(
    "--model",
    type=PATH,
    metavar="MODEL.json",
    help="A model that `recall fit` wrote.  [default: the default model]",
)
@learners(8)
@seed("learners")
def simulate_schedule(out: Path, model: Path | None, learners: int, seed: int) -> Output:
    """Compare what schedulers achieve, and at what cost, on learners whose memory is known."""
    from model_training.closed_loop.experiment import Plan, simulate_learner
    from model_training.closed_loop.figures import summarise
    from model_training.closed_loop.memories import KINDS, TITLES
    from model_training.evaluation.summary import encode_summary
    from model_training.registry.default_model import DEFAULT_MODEL, default_version
    from model_training.reports.closed_loop.page import html_report
    from model_training.reports.closed_loop.tables import equal_table, figures_table

    history = _history_model(model or DEFAULT_MODEL)
    name = model.name if model else default_version()
    out.mkdir(parents=True, exist_ok=True)
    plan = Plan()
    results: dict[str, list[dict[Contender, Result]]] = {kind: [] for kind in KINDS}
    with Progress(len(KINDS) * learners) as progress:
        for kind in KINDS:
            for number in range(learners):
                with progress.step(f"simulating: {TITLES[kind]}"):
                    results[kind].append(simulate_learner(kind, seed, number, history, plan))
    figures = summarise(results, plan, seed=seed, model=name)
    encoded = encode_summary(figures)
    paths = [out / f"schedules.{suffix}" for suffix in ("json", "html")]
    for path, content in zip(paths, (encoded, html_report(figures).encode()), strict=True):
        path.write_bytes(content)
    shown: list[str | Table] = []
    for kind, memory in figures["memories"].items():
        shown += [TITLES[kind], figures_table(memory)]
    for key, title in EQUAL.items():
        shown += [f"Reviews at equal {title}", equal_table(figures, key)]
    return Output(json.loads(encoded), [*shown, f"Wrote {', '.join(map(str, paths))}."])


def _history_model(path: Path) -> HistoryModel:
    from recall.artifact import decode

    history = decode(path.read_bytes()).history
    if history is None:
        raise UnsupportedArtifactError(
            f"{path} has no history model, which schedules need: take one from `fit`"
        )
    return history
