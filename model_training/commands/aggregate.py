"""Reduce a table of reviews to its cells, which `fit-cells` fits the three-input model on."""

from __future__ import annotations

import argparse

from model_training.scale.duck import aggregate


def run(arguments: argparse.Namespace) -> None:
    """Write the cells of the table ``reviews`` (paths) to ``out``."""
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    count = aggregate(arguments.reviews, arguments.out)
    print(f"Wrote {count:,} cells to {arguments.out}.")
