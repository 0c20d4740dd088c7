"""``recall aggregate``."""

from __future__ import annotations

from pathlib import Path

import click

from model_training.commands.options import PATH, command, endpoint, out, table
from model_training.commands.output import Output


@command
@click.argument("rows", nargs=-1, type=PATH, metavar="[ROWS.parquet]...")
@out("CELLS.parquet", "the cells")
@table
@endpoint
def aggregate(
    rows: tuple[Path, ...], out: Path, table_bucket: str | None, endpoint_url: str | None
) -> Output:
    """Reduce the table of reviews to its cells.

    ROWS are Parquet files of the table, or their folder; without them it is the table itself. `recall
    fit-cells` trains on the cells.
    """
    from model_training.cells.query import READ, cells
    from model_training.engines.duck import duck, duck_files
    from model_training.registry.table import find_table

    out.parent.mkdir(parents=True, exist_ok=True)
    with duck_files(rows) if rows else duck(find_table(table_bucket, endpoint_url), READ) as engine:
        count = engine.write(cells(), out)
    return Output({"cells": count, "out": str(out)}, [f"Wrote {count:,} cells to {out}."])
