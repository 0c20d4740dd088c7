"""``python -m benchmarks``: measure everything in one run, print the ratios, keep them in results.json."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import build, functions, models, report
from benchmarks.bucket import Lake, authorities, lead_names_here, make_certificate
from benchmarks.calls import embed_event, predict_event
from benchmarks.command import Command
from benchmarks.measure import WARM_CALLS, Cost, cold_start, warm_call
from layer_build.layers import ML, ONNX, TEXT

if TYPE_CHECKING:
    from benchmarks.functions import Function, Platform
    from benchmarks.models import Model

RESULTS = build.HERE / "results.json"
COLD_ROUNDS, MORE_ROUNDS = 11, 101
WARM_ROUNDS = 5
TEXT_CALLS = 20  # 32 texts take a hundred times what cards do

CARDS = {report.WARM_ONE: predict_event(1), report.WARM_MANY: predict_event(1_000)}
TEXTS = {report.WARM_TEXT: embed_event(1), report.WARM_TEXTS: embed_event(32)}

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
    runtime, layer, ml_layer = build.runtime(), build.reference_layer(), build.layer(ML)
    ours, onnx = models.recall_model(), models.onnx_model()
    own = models.estimator_model(interpreter, ml_layer, scratch)
    theirs = models.reference_model(interpreter, layer, scratch)
    lead_names_here(interpreter)
    certificate, key = make_certificate(scratch)
    trusted = authorities(scratch, runtime, certificate)
    with closing(Lake(models.objects(ours, own, onnx, theirs), certificate, key)) as lake:
        platform = functions.Platform(interpreter, runtime, lake.url, trusted, certificate)
        recall = functions.recall(platform, scratch, ours)
        code = recall[0].code
        estimator = functions.estimator(platform, code, ml_layer, own)
        text = functions.text(platform, code, (build.layer(TEXT), ml_layer), models.known_text())
        reference = functions.reference(platform, layer, theirs)
        newer = _on_newer_python(platform, scratch, onnx)
        return {
            **_cold(report.COLD_MORE, [functions.floor(platform), recall[0]], MORE_ROUNDS),
            **_cold(report.COLD, [functions.floor(platform), *recall, estimator, text, reference, *newer]),
            **_warm([recall[0], estimator, reference, *newer[1:]], CARDS),
            **_warm([text], TEXTS, TEXT_CALLS),
        }


def _on_newer_python(platform: Platform, scratch: Path, model: Model) -> list[Function]:
    """Return the floor and the service with an ONNX model on a Python that onnxruntime loads on."""
    found = build.newer_python()
    if found is None:
        print("!!! NOT MEASURED: ONNX models, for want of python3.13 or python3.12", flush=True)
        return []
    name, python = found
    interpreter = build.interpreter(scratch / "newer", python)
    lead_names_here(interpreter)
    platform = platform._replace(interpreter=interpreter, runtime=build.runtime(python))
    code = functions.service_code(platform, scratch / name)
    layers = (build.layer(ONNX, name), build.layer(ML, name))
    floor = functions.floor(platform, functions.FLOOR_NEWER)
    return [floor, functions.onnx(platform, code, layers, model)]


def _cold(name: str, compared: list[Function], rounds: int = COLD_ROUNDS) -> Samples:
    samples: Samples = {(name, function.name): [] for function in compared}
    for number in range(rounds + 1):
        print(f"{name}, round {number} of {rounds} ...", flush=True)
        for function in compared:
            cost = cold_start(function)
            if number:  # round 0 fills the page cache
                samples[name, function.name].append(cost)
    return samples


def _warm(compared: list[Function], events: dict[str, dict[str, Any]], calls: int = WARM_CALLS) -> Samples:
    samples: Samples = {(name, function.name): [] for name in events for function in compared}
    for number in range(1, WARM_ROUNDS + 1):
        print(f"warm calls, round {number} of {WARM_ROUNDS} ...", flush=True)
        for name, event in events.items():
            for function in compared:
                samples[name, function.name].append(warm_call(function, event, calls))
    return samples


if __name__ == "__main__":
    sys.exit(Command("benchmarks", __doc__).start(main))
