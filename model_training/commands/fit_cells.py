"""Train the three-input model on cells: writes the same files as `fit`, for `publish`."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from model_training.fitting.starting_point import default_model
from model_training.registry.card import CARD_FILE, MODEL_FILE
from model_training.scale.fit import train_cells
from model_training.scale.outcomes import read_cells
from model_training.training.summary import prior_report
from model_training.training.train import files


def run(arguments: argparse.Namespace) -> None:
    """Fit on ``cells`` and write the model and its card into the directory ``out``."""
    trained = train_cells(read_cells(arguments.cells), default_model())
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, content in zip((MODEL_FILE, CARD_FILE), files(trained, datetime.now(UTC)), strict=True):
        (arguments.out / name).write_bytes(content)
    training = trained.artifact.training
    figures = training["metrics"]
    print(f"Read {training['cells']:,} cells of {training['scored_reviews']:,} scored reviews.")
    if training["simulated"]:
        print("Some are simulated: the figures say nothing about people.")
    if figures["log_loss"] is not None:
        print(
            f"Log loss {figures['log_loss']:.4f} on each learner's newest ones, "
            f"{figures['held_out_reviews']:,}; {figures['baseline_log_loss']:.4f} for a constant."
        )
    print(prior_report(training))
    print("It has no history model, which needs the reviews: histories are answered as three inputs.")
    print(f"Wrote {arguments.out / MODEL_FILE} and {arguments.out / CARD_FILE}.")
