"""``python -m benchmarks.load``: the service under load; writes load.md and load.json.

It needs the stage that `make up` deploys. Ends with exit code 1 if an answer is wrong, memory grows, or the
throttle isn't clean.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import locust  # noqa: F401 - first: it makes sockets and threads cooperative, which others import

from benchmarks import build, functions
from benchmarks.bucket import BUCKET, Lake, authorities, lead_names_here, make_certificate
from benchmarks.calls import Right
from benchmarks.command import Command, number, whole
from benchmarks.load import gateway, report, runtime
from benchmarks.load.deployed import Deployed
from benchmarks.load.oracle import Oracle
from benchmarks.models import Model, published

MODEL = build.LAMBDA_SOURCE / "inference" / "default_model" / "model.json"
# Sooner than in any stage: what looking for a newer model costs is in the figures, and in the memory.
REFRESH = {"MODEL_REFRESH_SECONDS": "1"}


def _command() -> Command:
    command = Command("benchmarks.load", __doc__)
    add = command.add_argument
    add("--calls", type=whole(200, 10**9), default=100_000, help="through the runtime client (100,000)")
    add("--seconds", type=number(1, 3600), default=30.0, help="below and above the throttle each (30)")
    add("--home", type=Path, default=build.HERE.parent / ".local", help="of the local cloud (.local)")
    add("--out", type=Path, default=build.HERE, help="folder of load.md and load.json (benchmarks)")
    return command


def main(options: argparse.Namespace) -> int:
    """Measure, and print the tables and what isn't well."""
    deployed = Deployed(options.home)
    results = {
        "gateway": gateway.measure(deployed, Oracle(deployed.read), options.seconds),
        "runtime": _runtime(options.calls),
    }
    (options.out / "load.json").write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")
    text = report.as_text(results)
    (options.out / "load.md").write_text(text)
    print(text)
    for problem in report.problems(results):
        print(f"NOT WELL: {problem}", file=sys.stderr)
    return 1 if report.problems(results) else 0


def _runtime(calls: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        interpreter, packages = build.interpreter(scratch / "python"), build.runtime()
        model = Model(MODEL.read_bytes(), Right(0.0))  # the oracle has the answers
        objects = published(BUCKET, "models/bench/model.json", model, "portable")
        lead_names_here(interpreter)
        certificate, key = make_certificate(scratch)
        trusted = authorities(scratch, packages, certificate)
        with closing(Lake(objects, certificate, key)) as lake:
            platform = functions.Platform(interpreter, packages, lake.url, trusted, certificate)
            _, recall = functions.recall(platform, scratch, model)
            return runtime.measure(
                functions.floor(platform),
                recall._replace(environment=recall.environment | REFRESH),
                Oracle(lambda key: objects[f"{BUCKET}/{key}"]),
                calls,
            )


if __name__ == "__main__":
    sys.exit(_command().start(main))
