"""What a size would cost and take by the CPU times that `make bench` measured: a prediction, without AWS."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from math import ceil
from pathlib import Path
from typing import NamedTuple

from tools.cost.duration import COLD_SHARE, MEMORY_MB_OF_A_CPU, RUNTIME_MS, duration_ms
from tools.cost.prices import read_prices
from tools.tune.errors import TuneError
from tools.tune.figures import MILLION
from tools.tune.prices import Prices, read_lambda_prices
from tools.tune.recommend import Option, recommend

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results.json"
COLD, WARM = "cold start", "warm call, "
BESIDE_CODE = "recall, model beside the code"
# Whose calls are measured where they are the same: once it is loaded, a model's origin makes no difference.
WARM_OF = {"recall, model from S3": BESIDE_CODE}
# Measured to compare with; not deployed, or only until a model is published.
COMPARED = {"floor", "reference", BESIDE_CODE}
ASSUMPTIONS = (
    f"a function has memory / {MEMORY_MB_OF_A_CPU} MB of a processor, and never more than one (one thread)",
    "Lambda's processor is as fast as the one that `make bench` ran on",
    "no wait for S3, DynamoDB or the network is in it, nor Lambda's own time before Python starts",
    f"the runtime adds {RUNTIME_MS:g} ms to a call, and one call in {1 / COLD_SHARE:.0f} is a cold start",
    "the processor is x86_64; which size has too little memory isn't known, nor is p99: fastest is by p50",
)


class Predicted(NamedTuple):
    """What is predicted of a function at a size.

    Attributes
    ----------
    memory_mb : int
        The size.
    warm_ms, cold_ms : float
        How long a call takes in an environment that is there, and from nothing.
    usd_per_million : float
        What a million calls cost.
    """

    memory_mb: int
    warm_ms: float
    cold_ms: float
    usd_per_million: float


class Prediction(NamedTuple):
    """A function's sizes for one kind of request.

    Attributes
    ----------
    function : str
        As the benchmark calls it.
    request : str
        The kind, such as ``1 card``.
    sizes : list of Predicted
        In ascending order.
    """

    function: str
    request: str
    sizes: list[Predicted]

    @property
    def recommended(self) -> dict[str, int]:
        """The size for each aim."""
        return recommend([Option(e.memory_mb, e.usd_per_million, e.warm_ms, e.warm_ms) for e in self.sizes])


def predict(sizes: Sequence[int], path: Path = RESULTS) -> list[Prediction]:
    """Predict for each function and kind of request that was measured.

    Parameters
    ----------
    sizes : sequence of int
        The memory sizes in MB, in ascending order.
    path : Path
        What the benchmark wrote.

    Raises
    ------
    TuneError
        If the benchmark's results aren't there, or have no such figures.
    """
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["medians"]
        cpu_ms = {(row["function"], row["measurement"]): float(row["cpu_ms"]) for row in rows}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TuneError(f"{path}: has no medians to predict from ({error!r}); run `make bench`") from error
    prices = read_lambda_prices(read_prices(), "x86_64")
    found = [
        Prediction(function, request, [_predicted(size, warm, cold, prices) for size in sizes])
        for function, request, warm, cold in _measured(cpu_ms)
    ]
    if not found:
        raise TuneError(f"{path}: has no function with cold and warm calls; run `make bench`")
    return found


def _measured(cpu_ms: dict[tuple[str, str], float]) -> Iterator[tuple[str, str, float, float]]:
    for (function, measurement), cold in cpu_ms.items():
        if measurement == COLD and function not in COMPARED:
            for (other, kind), warm in cpu_ms.items():
                if other == WARM_OF.get(function, function) and kind.startswith(WARM):
                    yield function, kind.removeprefix(WARM), warm, cold


def _predicted(memory_mb: int, warm_cpu_ms: float, cold_cpu_ms: float, prices: Prices) -> Predicted:
    warm = duration_ms(warm_cpu_ms, memory_mb) + RUNTIME_MS
    cold = warm + duration_ms(cold_cpu_ms, memory_mb)
    usd = (1 - COLD_SHARE) * prices.of(ceil(warm), memory_mb) + COLD_SHARE * prices.of(ceil(cold), memory_mb)
    return Predicted(memory_mb, warm, cold, MILLION * usd)
