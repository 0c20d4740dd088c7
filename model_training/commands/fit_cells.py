"""``recall fit-cells``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from model_training.commands.log_summary import prior_summary
from model_training.commands.options import PATH, command, out
from model_training.commands.output import Output


@command
@click.argument("cells", type=PATH)
@out("DIR", "model.json and card.json")
def fit_cells(cells: Path, out: Path) -> Output:
    """Train the three-input model on cells.

    CELLS is what `recall aggregate` or another engine wrote: a file or a folder.
    """
    from model_training.cells.fit import train_cells
    from model_training.cells.outcomes import read_cells
    from model_training.fitting.starting_point import default_model
    from model_training.training.train import write_files

    trained = train_cells(read_cells(cells), default_model())
    paths = write_files(trained, datetime.now(UTC), out)
    training = trained.artifact.training
    figures = training["metrics"]
    lines = [f"Read {training['cells']:,} cells of {training['scored_reviews']:,} scored reviews."]
    if training["simulated"]:
        lines.append("Some are simulated: the figures say nothing about people.")
    if figures["log_loss"] is not None:
        lines.append(
            f"Log loss {figures['log_loss']:.4f} on each learner's newest ones, "
            f"{figures['held_out_reviews']:,}; {figures['baseline_log_loss']:.4f} for a constant."
        )
    lines += [
        prior_summary(training),
        "It has no history model, which needs the reviews: histories are answered as three inputs.",
        f"Wrote {', '.join(map(str, paths))}.",
    ]
    return Output({"files": [str(path) for path in paths], "training": training}, ["\n".join(lines)])
