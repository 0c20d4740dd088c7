"""``recall aggregate``."""

from __future__ import annotations

from pathlib import Path

import click

from model_training.commands.options import PATH, command, out
from model_training.commands.output import Output


@command
@click.argument("reviews", nargs=-1, required=True, type=PATH)
@out("CELLS.parquet", "the cells")
def aggregate(reviews: tuple[Path, ...], out: Path) -> Output:
    """Reduce a table of stored reviews to its cells.

    REVIEWS are Parquet files of the table, or their folder. `recall fit-cells` trains on the cells.
    """
    from model_training.scale.duck import aggregate as write_cells

    out.parent.mkdir(parents=True, exist_ok=True)
    count = write_cells(list(reviews), out)
    return Output({"cells": count, "out": str(out)}, [f"Wrote {count:,} cells to {out}."])
