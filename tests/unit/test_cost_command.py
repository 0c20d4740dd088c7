"""``python -m benchmarks.cost``: its figures, its chart, and what it says about wrong input."""

import json

import pytest
from matplotlib.image import imread

from benchmarks.cost import __main__ as command
from benchmarks.cost import scenario
from benchmarks.cost.alternatives import CHOICES
from benchmarks.cost.measured import CpuTimes, read_cpu_times
from benchmarks.errors import BenchmarkError

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
    monkeypatch.setattr(command, "draw", lambda *_, **__: None)
    return drawing


def summary(run, *arguments):
    code, out, err = run("--json", *arguments)
    assert (code, err) == (0, "")
    return json.loads(out)


def test_items_add_up_to_the_total(run):
    found = summary(run, "--requests", "2e6", "--batch", "20")

    assert found["total_usd"] == pytest.approx(sum(item["usd"] for item in found["items"]))
    assert found["total_usd"] == pytest.approx(found["usage_usd"] + found["standing_usd"])
    assert found["usd_per_million_predictions"] == pytest.approx(found["total_usd"] / 40)
    assert found["alternatives_usd"]["this service"] == found["total_usd"]
    assert list(found["alternatives_usd"]) == list(CHOICES)


def test_durations_come_from_cpu_time_and_memory(run):
    found = summary(run, "--batch", "1000")["usage"]

    assert found["duration_ms"] == pytest.approx(3.0 * 1769 / 512 + 1)
    assert found["init_ms"] == pytest.approx(87.0 * 1769 / 512)


def test_given_durations_replace_measured_ones(run):
    found = summary(run, "--duration-ms", "7.5", "--init-ms", "0", "--cold-share", "0.5")["usage"]

    assert (found["duration_ms"], found["init_ms"], found["cold_share"]) == (7.5, 0, 0.5)


def test_free_tier_makes_a_small_month_cheaper(run):
    assert summary(run, "--free-tier")["total_usd"] < summary(run)["total_usd"] - 5


def test_uncompressed_responses_have_more_bytes(run):
    plain, compressed = (
        summary(run, "--batch", "1000", *option)["usage"]["response_bytes"] for option in (["--plain"], [])
    )

    assert plain > 5 * compressed


def test_requests_hold_the_aims_in_use_alone_without_a_web_acl(run, monkeypatch):
    with_acl = summary(run)["aims"]
    monkeypatch.setattr(command, "read_stage", lambda _stage: (settings(), DEPLOYED._replace(web_acls=0)))
    without = summary(run)["aims"]

    for aim, dearer in zip(without, with_acl, strict=True):
        assert aim["usage_usd"] < aim["aim_usd"]
        assert dearer["usage_usd"] - aim["usage_usd"] == pytest.approx(
            0.60 / aim["cards_per_request"], rel=0.01
        )


def test_all_in_figures_fall_with_the_volume_towards_the_use_alone(run):
    for aim in summary(run)["aims"]:
        paid = [row["paid"] for row in aim["all_in_usd"]]
        assert paid[0] > paid[1] > paid[2] > aim["usage_usd"] * 0.99


def test_tables_say_which_aims_are_missed(run):
    code, out, _err = run()

    assert code == 0
    assert "all in, 1 million a month" in out
    assert " MISSED   with the free tier " in out
    assert out.count("use alone, without free tier") == out.count("aim under") == 2


def test_chart_is_a_picture(drawing, tmp_path):
    drawing()
    height, width, _channels = imread(tmp_path / "chart.png").shape

    assert (width, height) == (1320, 572)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--requests", "many"], "error: --requests: must be a number from 1 to 1e+12, not 'many'"),
        (["--requests", "nan"], "error: --requests: must be a number from 1 to 1e+12, not 'nan'"),
        (["--requests", "0"], "error: --requests: must be a number from 1 to 1e+12, not '0'"),
        (["--batch", "1001"], "error: --batch: must be a number from 1 to 1000, not '1001'"),
        (["--batch", "2.5"], "error: --batch: must be a whole number, not '2.5'"),
        (["--cold-share", "2"], "error: --cold-share: must be a number from 0 to 1, not '2'"),
        (["--weekly"], "error: unrecognized arguments: --weekly"),
    ],
)
def test_wrong_arguments_end_in_one_line(run, arguments, message):
    assert run(*arguments) == (2, "", f"{message}\n")


@pytest.mark.parametrize("chart", ["missing/chart.png", "chart.xyz"])
def test_chart_that_cannot_be_written_ends_in_one_line(drawing, tmp_path, chart):
    code, out, err = drawing("--chart", str(tmp_path / chart))

    assert (code, out) == (2, "")
    assert err.startswith(f"error: --chart {tmp_path}/{chart}: can't be written (")
    assert err.count("\n") == 1


def test_unknown_stage_is_named_with_the_known_ones():
    with pytest.raises(
        BenchmarkError, match=r"--stage: .*stage=moon: unknown stage; known are dev, local, prod"
    ):
        scenario.read_stage("moon")


@pytest.mark.parametrize("text", [None, "no JSON", '{"medians": []}', '{"medians": [1]}'])
def test_results_that_cannot_be_used_are_named_with_the_fix(tmp_path, text):
    path = tmp_path / "results.json"
    if text is not None:
        path.write_text(text)

    with pytest.raises(BenchmarkError, match=r"^results\.json: .*; run make bench$"):
        read_cpu_times(path)
