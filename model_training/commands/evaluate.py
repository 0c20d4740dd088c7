"""Compare models and baselines on review logs: prints the tables, writes them as JSON, Markdown and HTML."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from model_training.evaluation.compare import compare_candidates
from model_training.evaluation.summary import encode_summary, summarise
from model_training.progress import Progress
from model_training.readers import read
from model_training.reports.evaluation.markdown import markdown_report
from model_training.reports.evaluation.page import html_report
from model_training.training.summary import data_report
from model_training.training.train import describe


def run(arguments: argparse.Namespace) -> None:
    """Evaluate on ``reviews`` (paths) under ``protocol``; write the reports into the directory ``out``."""
    arguments.out.mkdir(parents=True, exist_ok=True)
    with Progress(3) as progress:
        with progress.step("reading reviews"):
            log = read(arguments.reviews, now=datetime.now(UTC))
        comparison = compare_candidates(log.reviews, arguments.protocol, progress)
        with progress.step("resampling"):
            profile = describe(log.reviews)
            summary = summarise(comparison, profile)
        with progress.step("drawing"):
            page = html_report(comparison, summary)
    report = markdown_report(summary, comparison.titles)
    names = [arguments.out / f"evaluation.{suffix}" for suffix in ("json", "md", "html")]
    for path, content in zip(names, (encode_summary(summary), report.encode(), page.encode()), strict=True):
        path.write_bytes(content)
    print(data_report(log, profile), report, sep="\n\n")
    print(f"Wrote {', '.join(map(str, names))}.")
