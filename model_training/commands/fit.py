"""Train a model on review logs: prints what was read and how good it is, writes model and card."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from model_training.fitting.starting_point import SCRATCH, default_model
from model_training.progress import Progress
from model_training.readers import read
from model_training.registry.card import CARD_FILE, MODEL_FILE
from model_training.training.summary import data_report, evaluation_report, prior_report
from model_training.training.train import files, train


def run(arguments: argparse.Namespace) -> None:
    """Read ``reviews`` (paths) and write the model and its card into the directory ``out``."""
    now = datetime.now(UTC)
    arguments.out.mkdir(parents=True, exist_ok=True)
    with Progress(4) as progress:
        with progress.step("reading reviews"):
            log = read(arguments.reviews, now=now)
        trained = train(log.reviews, progress, SCRATCH if arguments.from_scratch else default_model())
    training = trained.artifact.training
    for name, content in zip((MODEL_FILE, CARD_FILE), files(trained, now), strict=True):
        (arguments.out / name).write_bytes(content)
    print(data_report(log, training), evaluation_report(trained.evaluation), sep="\n\n", end="\n\n")
    print(prior_report(training))
    print("The history model, for cards that come with their reviews, is fitted on the same ones.")
    print(f"Wrote {arguments.out / MODEL_FILE} and {arguments.out / CARD_FILE}.")
