"""``python -m benchmarks.store``: the memory's client of DynamoDB beside botocore's; writes store.json.

Both read one card's item, of 8 reviews, over TLS. Cold is a process from exec to its first response through
Lambda's runtime client, beside a constant handler; warm is a call in a process that has made others.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
import tempfile
import zlib
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import build, functions
from benchmarks.bucket import (
    DYNAMODB_HOST,
    TlsRequest,
    TlsServer,
    authorities,
    lead_names_here,
    make_certificate,
)
from benchmarks.calls import Right
from benchmarks.command import Command
from benchmarks.functions import Function
from benchmarks.measure import Cost, cold_start, warm_call

RESULTS = build.HERE / "store.json"
HANDLERS = build.HERE / "store"
OURS, BOTOCORE = "the memory's client", "botocore"
COLD_ROUNDS, WARM_ROUNDS = 15, 7
RECALL = 0.8125
# A card's item: 8 reviews of 47 bytes, and the card's history of 71.
ITEM: dict[str, dict[str, str]] = {
    "learner": {"S": "ada"},
    "item": {"S": "card#1"},
    "version": {"N": "8"},
    "recall": {"N": str(RECALL)},
    "reviews": {"B": base64.b64encode(bytes(range(47)) * 8).decode()},
    "history": {"B": base64.b64encode(bytes(range(71))).decode()},
}
RESULT = json.dumps({"Item": ITEM}).encode()
CHECKSUM = {"x-amz-crc32": str(zlib.crc32(RESULT)), "Content-Type": "application/x-amz-json-1.0"}


class _StoreRequest(TlsRequest):
    def do_POST(self) -> None:  # noqa: N802 - the base class's own name
        """Answer with the item, or with 403 for an unsigned request."""
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.is_signed():
            self.reply(200, RESULT, CHECKSUM)
        else:
            self.reply(403, b"{}", {})


def main(_options: argparse.Namespace) -> int:
    """Run the benchmark."""
    with tempfile.TemporaryDirectory() as scratch:
        rows = _run(Path(scratch))
    results = {"cold_rounds": COLD_ROUNDS, "warm_rounds": WARM_ROUNDS, "costs": rows}
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    for row in rows:
        figures = f"{row['cpu_ms']:>9.3f} ms of CPU{row['wall_ms']:>9.3f} ms"
        ratio = f"  × {row['of_ours']['cpu']:.2f} and {row['of_ours']['wall']:.2f}"
        print(f"{row['measurement']:<6}{row['function']:<24}{figures}{ratio}")
    return 0


def _run(scratch: Path) -> list[dict[str, Any]]:
    interpreter, runtime = build.interpreter(scratch / "python"), build.runtime()
    lead_names_here(interpreter)
    certificate, key = make_certificate(scratch)
    trusted = authorities(scratch, runtime, certificate)
    with closing(TlsServer(DYNAMODB_HOST, _StoreRequest, certificate, key)) as server:
        platform = functions.Platform(interpreter, runtime, "https://127.0.0.1", trusted, certificate)
        code = functions.service_code(platform, scratch)
        environment = platform.environment(HANDLERS, code) | {"AWS_ENDPOINT_URL_DYNAMODB": server.url}
        compared = [
            Function(name, interpreter, handler, HANDLERS, environment, Right(RECALL))
            for name, handler in ((OURS, "lean.handler"), (BOTOCORE, "with_botocore.handler"))
        ]
        cold, warm = [*compared, functions.floor(platform)], compared
        return [
            *_rows(
                "cold", [[cold_start(function) for function in cold] for _ in range(COLD_ROUNDS + 1)], cold
            ),
            *_rows(
                "warm", [[warm_call(function) for function in warm] for _ in range(WARM_ROUNDS + 1)], warm
            ),
        ]


def _rows(measurement: str, rounds: list[list[Cost]], compared: list[Function]) -> list[dict[str, Any]]:
    """Return each function's medians, and those of its ratios to ours within the rounds but for the first."""
    rows = []
    for number, function in enumerate(compared):
        pairs = [(costs[number], costs[0]) for costs in rounds[1:]]
        ratios = {
            "cpu": round(median(cost.cpu_ms / ours.cpu_ms for cost, ours in pairs), 2),
            "wall": round(median(cost.wall_ms / ours.wall_ms for cost, ours in pairs), 2),
        }
        rows.append(
            {
                "measurement": measurement,
                "function": function.name,
                "cpu_ms": round(median(cost.cpu_ms for cost, _ in pairs), 3),
                "wall_ms": round(median(cost.wall_ms for cost, _ in pairs), 3),
                "of_ours": ratios,
            }
        )
    return rows


if __name__ == "__main__":
    sys.exit(Command("benchmarks.store", __doc__).start(main))
