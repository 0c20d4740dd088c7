"""Proves the jobs layer: Parquet by fastparquet, tables by pandas, plots by Matplotlib, pages by Jinja2."""

import io
import sys
from pathlib import Path
from typing import Any

import fastparquet
import matplotlib as mpl
import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from matplotlib.figure import Figure

from layer_build.probes import common, duckdb_file

ROWS = 5_000
MISSING = 0.1


def reviews() -> pd.DataFrame:
    """Return a table with a column of each kind that a review log has."""
    random = np.random.default_rng(0)
    start = pd.Timestamp("2026-11-01", tz="UTC")
    return pd.DataFrame(
        {
            "learner": random.integers(0, 50, ROWS).astype(str),
            "reviewed_at": start + pd.to_timedelta(np.sort(random.integers(0, 30 * 86_400, ROWS)), unit="s"),
            "rating": random.integers(1, 5, ROWS).astype("int8"),
            "recall": np.where(random.random(ROWS) < MISSING, np.nan, random.random(ROWS)),
        }
    )


def by_fastparquet(folder: Path) -> dict[str, object]:
    """Read what DuckDB wrote, and many pages of one's own."""
    theirs, own = folder / "duckdb.parquet", folder / "own.parquet"
    theirs.write_bytes(duckdb_file.CONTENT)
    fastparquet.write(own, reviews(), compression="ZSTD", row_group_offsets=ROWS // 3)
    file, chosen = fastparquet.ParquetFile(str(own)), ["learner", "recall"]
    return {
        "DuckDB's": in_bytes(fastparquet.ParquetFile(str(theirs)).to_pandas()),
        "bytes of the own file": common.digest([own.read_bytes()]),
        "own": in_bytes(file.to_pandas()),
        "row groups": [in_bytes(part) for part in file.iter_row_groups(columns=chosen)],
        "rows of a filter": in_bytes(file.to_pandas(filters=[("rating", ">", 2)], row_filter=True)),
        "unknown column": common.message(lambda: file.to_pandas(columns=["nothing"])),
    }


def by_pandas() -> dict[str, object]:
    """Group, join, pivot and parse."""
    table = reviews()
    groups = table.groupby("learner").agg(
        n=("rating", "size"), mean=("recall", "mean"), last=("rating", "last")
    )
    days = table.set_index("reviewed_at").resample("1D")["rating"].agg(["mean", "count"])
    text = table.head(200).to_csv(index=False)
    return {
        "groups": in_bytes(groups.reset_index()),
        "days": in_bytes(days.reset_index()),
        "join": in_bytes(table.merge(groups, left_on="learner", right_index=True)),
        "pivot": in_bytes(
            table.pivot_table(index="learner", columns="rating", values="recall").reset_index()
        ),
        "CSV": in_bytes(pd.read_csv(io.StringIO(text), parse_dates=["reviewed_at"])),
        "cut": in_bytes(pd.cut(table["recall"], 5).cat.codes.to_frame()),
        "local time": str(table["reviewed_at"].dt.tz_convert("Europe/Berlin").iloc[-1]),
        "unknown column": common.message(lambda: table["nothing"]),
    }


def by_matplotlib() -> dict[str, object]:
    """Draw lines and bars as SVG, with text as text."""
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "probe"}):
        figure = Figure(figsize=(5, 3), layout="constrained")
        axes = figure.add_subplot(title="reviews")
        axes.plot([0, 1, 2], [0.9, 0.7, 0.6], label="recall")
        axes.bar([0, 1, 2], [3, 4, 5], alpha=0.3)
        figure.legend(loc="outside lower center")
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None})
    return {"SVG": common.digest([file.getvalue().encode()])}


PAGES = {
    "base.html": "<title>{% block title %}{% endblock %}</title>{% block content %}{% endblock %}",
    "parts.html": "{% macro table(rows) %}{% for row in rows %}<td{% if loop.index in (1, 3) %} class=marked"
    "{% endif %}>{{ row }}</td>{% endfor %}{% endmacro %}",
    "page.html": "{% extends 'base.html' %}{% from 'parts.html' import table %}"
    "{% block title %}{{ title }}{% endblock %}"
    "{% block content %}{{ table(rows) }}{{ plot }}{{ '{:,}'.format(1000) }}{% endblock %}",
}


def by_jinja(folder: Path) -> dict[str, object]:
    """Render a page that inherits, with a macro from another file; text is escaped, markup is not."""
    for name, text in PAGES.items():
        (folder / name).write_text(text, encoding="utf-8")
    pages = Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined)
    page = pages.get_template("page.html").render(title="<&>", rows=["a", "<b>", "c"], plot=Markup("<svg/>"))
    return {
        "page": page,
        "unknown name": common.message(lambda: pages.from_string("{{ nothing }}").render()),
    }


def in_bytes(table: Any) -> str:
    """Return the digest of a table's columns and values."""
    text = table.to_json(orient="split", double_precision=15, date_unit="us", default_handler=str)
    return common.digest([text.encode(), str(table.dtypes.to_dict()).encode()])


def main() -> None:
    """Run everything."""
    layer, folder = map(Path, sys.argv[1:])
    parts = {
        "fastparquet": by_fastparquet(folder),
        "pandas": by_pandas(),
        "matplotlib": by_matplotlib(),
        "jinja2": by_jinja(folder),
    }
    common.print_results(layer, "Parquet, tables, plots and pages come out", parts)


if __name__ == "__main__":
    main()
