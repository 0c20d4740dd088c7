"""``python -m benchmarks.capacity``: traces, figures, charts, and what it says about wrong input."""

import json

import pytest
from matplotlib.image import imread

from benchmarks.capacity import __main__ as command
from benchmarks.capacity import arrivals
from benchmarks.cost.measured import CpuTimes

from .cost import DEPLOYED, settings

TIMES = CpuTimes(0.01, 3.0, 87.0, 0.8, 3.6)


@pytest.fixture
def drawing(monkeypatch, tmp_path, capsys):
    """Give the command, on a fixed stage and fixed times; it returns exit code, stdout and stderr."""
    monkeypatch.setattr(command, "read_stage", lambda _stage: (settings(), DEPLOYED))
    monkeypatch.setattr(command, "read_cpu_times", lambda: TIMES)

    def call(*arguments):
        code = command.main(["--chart", str(tmp_path / "chart.png"), *arguments])
        return code, *capsys.readouterr()

    return call


@pytest.fixture
def run(drawing, monkeypatch):
    """Give the command without its chart, which takes longer than all else."""
    for chart in ("draw_run", "draw_sweep"):
        monkeypatch.setattr(command, chart, lambda *_: None)
    return drawing


def result(run, *arguments):
    code, out, err = run("--json", *arguments)
    assert (code, err) == (0, "")
    return json.loads(out)


@pytest.fixture
def trace(tmp_path):
    """Give a function that writes a trace and returns its path."""

    def write(*lines):
        path = tmp_path / "trace.csv"
        path.write_text("\n".join(lines) + "\n")
        return str(path)

    return write


def test_trace_is_simulated_with_the_stages_memory_and_the_measured_times(run, trace):
    found = result(run, "--trace", trace("0", "10", "10", "500"), "--spread", "0")
    (summary,) = found["runs"]

    warm_ms, more_ms = 0.01 * 1769 / 512 + 1, 87 * 1769 / 512
    assert found["function"]["warm_s"] == pytest.approx(warm_ms / 1000)
    # One warm; cold are the first, the one beside it, and the one after 490 idle seconds.
    assert (summary["requests"], summary["cold_starts"], summary["environments"]) == (4, 3, 2)
    assert summary["max_ms"] == pytest.approx(warm_ms + more_ms)
    assert summary["concurrency_mean"] == pytest.approx((4 * warm_ms + 3 * more_ms) / 1000 / 500)


def test_steady_rate_costs_what_the_bill_of_its_month_says(run):
    (summary,) = result(run, "--rate", "50", "--seconds", "60", "--warm-ms", "2", "--spread", "0")["runs"]
    requests = summary["requests"] / 60 * 730 * 3600

    # Gateway, web ACL, Lambda's requests: tiers don't begin below 333 million.
    least = requests * (3.50 + 0.60 + 0.20) / 1e6
    assert least < summary["usd_a_month"] < 1.25 * least


def test_provisioned_environments_cost_even_when_they_are_idle(run):
    without, with_ten = (
        result(run, "--rate", "1", "--seconds", "20", "--provisioned", n)["runs"][0] for n in ("0", "10")
    )

    assert with_ten["usd_a_month"] - without["usd_a_month"] == pytest.approx(
        10 * 0.5 * 730 * 3600 * 0.0000041667, rel=0.01
    )
    assert with_ten["cold_starts"] == 0 < without["cold_starts"]


def test_sweep_runs_through_all_rates_and_draws_them(drawing, monkeypatch, tmp_path):
    monkeypatch.setattr(command, "RATES", (1, 10, 50))
    monkeypatch.setattr(command, "SWEEP_SECONDS", (20.0, 60.0))
    code, out, _err = drawing()

    assert code == 0
    assert [line.split()[0] for line in out.strip().splitlines()[-3:]] == ["1.0", "10.0", "50.0"]
    assert imread(tmp_path / "chart.png").shape[:2] == (770, 1210)


def test_rate_above_the_stages_throttle_is_pointed_out(run):
    _code, out, _err = run("--rate", "200", "--seconds", "5")

    assert "The stage's throttle lets 100 requests a second through" in out


def test_same_seed_prints_the_same(run):
    first, again, other = (run("--rate", "30", "--seconds", "10", "--seed", seed) for seed in "112")

    assert first == again != other


def test_run_is_drawn(drawing, tmp_path):
    drawing("--rate", "30", "--seconds", "10")

    assert imread(tmp_path / "chart.png").shape[:2] == (770, 1210)


def test_trace_takes_iso_times_a_head_and_any_order(trace, tmp_path):
    trace(
        "time,path",
        "2026-11-21T09:00:10Z,/v1/predict",
        "2026-11-21T10:00:00+01:00,/",
        "",
        "2026-11-21T09:00:00.5",
    )

    assert arrivals.read_trace(tmp_path / "trace.csv").tolist() == [0.0, 0.5, 10.0]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["1", "noon"], "line 2: 'noon' is neither seconds nor an ISO 8601 time"),
        (["time", "1", "inf"], "line 3: 'inf' is neither seconds nor an ISO 8601 time"),
        (["time"], "has no times; give one request's time a line, in the first column"),
    ],
)
def test_wrong_trace_ends_in_one_line(run, trace, lines, message):
    path = trace(*lines)

    assert run("--trace", path) == (2, "", f"error: {path}: {message}\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--rate", "0"], "--rate: must be a number from 0.001 to 100000, not '0'"),
        (
            ["--rate", "100000", "--seconds", "1000"],
            "100,000,000 requests are too many to simulate; ask for 20,000,000 at most",
        ),
        (["--provisioned", "1001"], "--provisioned: must be at most the concurrency (1000), not 1001"),
    ],
)
def test_wrong_arguments_end_in_one_line(run, arguments, message):
    assert run(*arguments) == (2, "", f"error: {message}\n")


@pytest.mark.parametrize(
    "arguments", [["--trace", "{}/none.csv"], ["--rate", "1", "--chart", "{}/none/a.png"]]
)
def test_file_that_cannot_be_read_or_written_ends_in_one_line(drawing, tmp_path, arguments):
    code, out, err = drawing(*(argument.format(tmp_path) for argument in arguments))

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"{tmp_path}/none" in err
