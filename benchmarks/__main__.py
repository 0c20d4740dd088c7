"""``python -m benchmarks``: measure everything in one run, print the ratios, keep them in results.json."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import build, functions, models, report
from benchmarks.bucket import Lake, authorities, lead_names_here, make_certificate
from benchmarks.command import Command
from benchmarks.measure import Cost, cold_start, warm_call

if TYPE_CHECKING:
    from benchmarks.functions import Function

RESULTS = build.HERE / "results.json"
COLD_ROUNDS = 11
WARM_ROUNDS = 5

Samples = dict[tuple[str, str], list[Cost]]


def main(_options: argparse.Namespace) -> int:
    """Run the benchmark; a target that is missed is said, and is no failure."""
    with tempfile.TemporaryDirectory() as scratch:
        results = report.summarize(_run(Path(scratch)))
    RESULTS.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")
    print("\n" + report.as_text(results))
    return 0


def _run(scratch: Path) -> Samples:
    interpreter = build.interpreter(scratch / "python")
    runtime, layer, ml_layer = build.runtime(), build.reference_layer(), build.ml_layer()
    ours = models.recall_model()
    own = models.estimator_model(interpreter, ml_layer, scratch)
    theirs = models.reference_model(interpreter, layer, scratch)
    lead_names_here(interpreter)
    certificate, key = make_certificate(scratch)
    trusted = authorities(scratch, runtime, certificate)
    with closing(Lake(models.objects(ours, own, theirs), certificate, key)) as lake:
        platform = functions.Platform(interpreter, runtime, lake.url, trusted, certificate)
        recall = functions.recall(platform, scratch, ours)
        estimator = functions.estimator(platform, recall[0].code, ml_layer, own)
        reference = functions.reference(platform, layer, theirs)
        return {
            **_cold([functions.floor(platform), *recall, estimator, reference]),
            **_warm([recall[0], estimator, reference]),
        }


def _cold(compared: list[Function]) -> Samples:
    samples: Samples = {(report.COLD, function.name): [] for function in compared}
    for number in range(COLD_ROUNDS + 1):
        print(f"cold starts, round {number} of {COLD_ROUNDS} ...", flush=True)
        for function in compared:
            cost = cold_start(function)
            if number:  # round 0 fills the page cache
                samples[report.COLD, function.name].append(cost)
    return samples


def _warm(compared: list[Function]) -> Samples:
    sizes = {report.WARM_ONE: 1, report.WARM_MANY: 1_000}
    samples: Samples = {(size, function.name): [] for size in sizes for function in compared}
    for number in range(1, WARM_ROUNDS + 1):
        print(f"warm calls, round {number} of {WARM_ROUNDS} ...", flush=True)
        for size, cards in sizes.items():
            for function in compared:
                samples[size, function.name].append(warm_call(function, cards))
    return samples


if __name__ == "__main__":
    sys.exit(Command("benchmarks", __doc__).start(main))
