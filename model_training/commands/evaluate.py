"""``recall evaluate``."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from model_training.commands.log_summary import log_summary
from model_training.commands.options import command, out
from model_training.commands.output import Output
from model_training.commands.review_files import ReviewFiles, reviews
from model_training.progress import Progress


@command
@reviews
@click.option(
    "--protocol",
    required=True,
    type=click.Choice(("time", "new")),
    help="Predict each learner's later reviews from everyone's earlier ones, or from other learners.",
)
@out("DIR", "evaluation.json, .md and .html")
def evaluate(reviews: ReviewFiles, protocol: str, out: Path) -> Output:
    """Compare models and baselines on review logs.

    REVIEWS are Anki packages or collections, CSV, Parquet or JSON.
    """
    from model_training.evaluation.compare import compare_candidates
    from model_training.evaluation.summary import encode_summary, summarise
    from model_training.reports.evaluation.markdown import markdown_report, report_parts
    from model_training.reports.evaluation.page import html_report
    from model_training.training.train import describe

    out.mkdir(parents=True, exist_ok=True)
    with Progress(3) as progress:
        with progress.step("reading reviews"):
            log = reviews.read(datetime.now(UTC))
        comparison = compare_candidates(log.reviews, protocol, progress)
        with progress.step("resampling"):
            profile = describe(log.reviews)
            summary = summarise(comparison, profile)
        with progress.step("drawing"):
            page = html_report(comparison, summary)
    encoded = encode_summary(summary)
    paths = [out / f"evaluation.{suffix}" for suffix in ("json", "md", "html")]
    report = markdown_report(summary)
    for path, content in zip(paths, (encoded, report.encode(), page.encode()), strict=True):
        path.write_bytes(content)
    parts = report_parts(summary)
    shown = [log_summary(log, profile), *parts, f"Wrote {', '.join(map(str, paths))}."]
    return Output(json.loads(encoded), shown)
