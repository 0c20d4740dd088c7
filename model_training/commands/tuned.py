"""What `recall tune` prints of what it measured, or predicted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from model_training.commands.output import Output
from model_training.reports.tables import Table

if TYPE_CHECKING:
    from tools.doctor.cloud import Cloud
    from tools.tune.figures import SizeFigures, Times
    from tools.tune.measure import Tuned
    from tools.tune.predict import Prediction

PREDICTED = "A prediction from CPU times that `make bench` measured; nothing was measured on Lambda"
MEANINGLESS = (
    "These times mean nothing: this is a local cloud, not AWS, and gives a function no share of a processor "
    "by its memory{clock}. The run shows that tuning works; write no memory_mb by it."
)
CLOCK = " and reports no times, so that the clock of the caller measured"
NOTHING = "–"
HEAD = (
    *("MB", "warm calls", "p50 ms", "p99 ms", "cold starts", "p50 ms", "longest ms"),
    *("of it init ms", "used MB", "USD a million", "failed"),
)


def measured(cloud: Cloud, tuned: Tuned) -> Output:
    """Return the output for a run."""
    from tools.cost.prices import read_prices
    from tools.tune.recommend import options_of, recommend

    table = read_prices()
    is_aws = cloud.endpoint_url is None and tuned.reported
    recommended = recommend(options_of(tuned.sizes))
    where = cloud.endpoint_url or f"AWS, {cloud.region}"
    title = f"{tuned.source.name} in {where}" + (
        "" if is_aws else ": a local cloud, whose times mean nothing"
    )
    data: dict[str, Any] = {
        "title": title,
        "function": tuned.source.name,
        "region": cloud.region,
        "endpoint_url": cloud.endpoint_url,
        "measured_by": "Lambda's REPORT lines" if tuned.reported else "the caller's clock",
        "times_mean_something": is_aws,
        "memory_mb": tuned.source.memory_mb,
        "sizes": [_data(each) for each in tuned.sizes],
        "recommended": recommended,
        "prices": {
            "date": table.date,
            "region": table.region,
            "source": table.prices["lambda_requests"].source,
        },
        "tuning_usd": tuned.usd,
    }
    shown: list[str | Table] = [
        title,
        *([] if is_aws else [MEANINGLESS.format(clock="" if tuned.reported else CLOCK)]),
        Table(HEAD, [_row(each) for each in tuned.sizes]),
        *_excluded(tuned.sizes),
        _aims(recommended, "  # {aim}"),
        "The memory_mb of the predicting function is written into its stage's block of cdk.json; it has "
        f"{tuned.source.memory_mb} MB now. p99 of fewer than 100 calls is the longest. A million calls are "
        f"priced with one in a hundred a cold start, by list prices of {table.date}, {table.region}, without "
        "the free tier.",
        f"The run's calls cost {tuned.usd:.6f} USD; its copy of the function is deleted.",
    ]
    return Output(data, shown)


def _aims(recommended: dict[str, int], comment: str) -> str:
    if not recommended:
        return "No size can be recommended: each is excluded."
    return "\n".join(
        f'"memory_mb": {size},'.ljust(20) + comment.format(aim=aim) for aim, size in recommended.items()
    )


def _data(size: SizeFigures) -> dict[str, Any]:
    times = {name: value and value._asdict() for name, value in (("warm", size.warm), ("cold", size.cold))}
    return size._asdict() | times


def _row(size: SizeFigures) -> list[str]:
    return [
        f"{size.memory_mb:,}",
        *_times(size.warm, "p99"),
        *_times(size.cold, "longest"),
        _number(size.start_p50_ms, ",.1f"),
        _number(size.max_memory_mb, ","),
        _number(size.usd_per_million, ",.2f"),
        str(size.errors),
    ]


def _times(times: Times | None, last: str) -> list[str]:
    if times is None:
        return ["0", NOTHING, NOTHING]
    return [f"{times.calls:,}", f"{times.p50:,.1f}", f"{getattr(times, last):,.1f}"]


def _number(value: float | None, form: str) -> str:
    return NOTHING if value is None else format(value, form)


def _excluded(sizes: Sequence[SizeFigures]) -> list[str]:
    lines = [f"{each.memory_mb:,} MB isn't recommended: {each.excluded}" for each in sizes if each.excluded]
    return ["\n".join(lines)] if lines else []


def predicted(predictions: Sequence[Prediction]) -> Output:
    """Return the output for predictions."""
    from tools.cost.prices import read_prices
    from tools.tune.predict import ASSUMPTIONS

    table = read_prices()
    data = {
        "title": PREDICTED,
        "assumptions": list(ASSUMPTIONS),
        "predictions": [
            {
                "function": each.function,
                "request": each.request,
                "sizes": [size._asdict() for size in each.sizes],
                "recommended": each.recommended,
            }
            for each in predictions
        ],
        "prices": {
            "date": table.date,
            "region": table.region,
            "source": table.prices["lambda_requests"].source,
        },
    }
    shown: list[str | Table] = [PREDICTED]
    for each in predictions:
        rows = [
            [f"{s.memory_mb:,}", f"{s.warm_ms:,.1f}", f"{s.cold_ms:,.1f}", f"{s.usd_per_million:,.2f}"]
            for s in each.sizes
        ]
        shown += [
            f"{each.function}, requests of {each.request}",
            Table(("MB", "warm ms", "cold start ms", "USD a million"), rows),
            _aims(each.recommended, "  # {aim}"),
        ]
    assumed = "\n".join(f"- {line}" for line in ASSUMPTIONS)
    prices = f"List prices of {table.date}, {table.region}, without the free tier."
    return Output(data, [*shown, f"It assumes that\n{assumed}", prices])
