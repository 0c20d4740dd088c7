"""Predictions, worked out by hand from CPU times."""

import json

import pytest

from tools.cost.prices import read_prices
from tools.tune.errors import TuneError
from tools.tune.predict import predict

GB_SECOND = 0.0000166667


def results(tmp_path, *rows):
    path = tmp_path / "results.json"
    names = ("measurement", "function", "cpu_ms")
    path.write_text(json.dumps({"medians": [dict(zip(names, row, strict=True)) for row in rows]}))
    return path


def test_cpu_time_is_stretched_by_the_share_of_a_processor(tmp_path):
    path = results(tmp_path, ("cold start", "ours", 100.0), ("warm call, 1 card", "ours", 3.0))

    (found,) = predict([1024, 3008], path)

    assert (found.function, found.request) == ("ours", "1 card")
    small, large = found.sizes
    assert (large.warm_ms, large.cold_ms) == (4.0, 104.0)
    assert small.warm_ms == pytest.approx(3 * 1769 / 1024 + 1)
    assert small.cold_ms == pytest.approx(103 * 1769 / 1024 + 1)
    # Rounded up to 7 and 179 ms, of which one in a hundred.
    usd = 0.2e-6 + GB_SECOND * (0.99 * 7 + 0.01 * 179) / 1000
    assert small.usd_per_million == pytest.approx(1e6 * usd)
    assert found.recommended == {"cheapest": 1024, "balanced": 3008, "fastest": 3008}


def test_model_from_the_lake_is_as_fast_when_warm_as_the_one_beside_the_code(tmp_path):
    path = results(
        tmp_path,
        *(("cold start", "floor", 30.0), ("cold start", "recall, model beside the code", 40.0)),
        *(("cold start", "recall, model from S3", 90.0), ("cold start", "reference", 3000.0)),
        *(
            ("warm call, 1 card", "recall, model beside the code", 0.5),
            ("warm call, 1 card", "reference", 0.8),
        ),
    )

    (found,) = predict([1769], path)

    assert found.function == "recall, model from S3"
    assert (found.sizes[0].warm_ms, found.sizes[0].cold_ms) == (1.5, 91.5)


def test_what_was_measured_last_gives_predictions():
    kinds = {(each.function, each.request) for each in predict([128])}

    assert {("recall, model from S3", "1 card"), ("recall, model from S3", "1,000 cards")} <= kinds
    assert read_prices().prices["lambda_duration_x86_64"].charge(1) == GB_SECOND


@pytest.mark.parametrize("content", ["", "{}", '{"medians": [{}]}', '{"medians": []}'])
def test_results_without_figures_are_named_with_the_way_to_make_them(tmp_path, content):
    path = tmp_path / "results.json"
    path.write_text(content)

    with pytest.raises(TuneError, match=r"results\.json: has no .*; run `make bench`"):
        predict([128], path)
