"""``recall tune``: what it prints, draws and refuses."""

import json
import sys
from xml.etree import ElementTree as ET

import pytest

from model_training.cli import main
from tests.unit.tune.aws_lambda import Lambda

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def account(tmp_path, monkeypatch):
    """Let the command work on a stand-in for an account, in which time passes at once."""
    account = Lambda(tmp_path)
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setattr("model_training.commands.tune.cloud_of", lambda *_: account.cloud)
    return account


@pytest.fixture
def event(tmp_path):
    path = tmp_path / "event.json"
    path.write_text("{}")
    return str(path)


def run(*words, event):
    return main(["tune", "--stage", "dev", "--payload", event, "--calls", "3", "--cold", "1", *words])


def test_table_recommendations_and_cost_are_printed(account, event, capsys):
    account.needed_mb = 256

    assert run("--memory", "128,1769,3008", event=event) == 0

    out, err = capsys.readouterr()
    lines = [line.split() for line in out.splitlines()]
    assert out.startswith("live in AWS, eu-central-1\n")
    assert ["1,769", "3", "10.0", "10.0", "1", "110.0", "110.0", "100.0", "60", "0.45", "0"] in lines
    assert "128 MB isn't recommended: 3 of 3 calls failed: Runtime.ExitError: Error: signal: killed" in out
    assert '"memory_mb": 1769,    # cheapest' in out
    assert '"memory_mb": 1769,    # fastest' in out
    assert "by list prices of 2026-11-21, us-east-1, without the free tier" in out
    assert "its copy of the function is deleted" in out
    assert "mean nothing" not in out
    assert "estimate: 12 calls of 3 versions of the copy recall-tune-live-" in err


def test_local_cloud_is_said_to_measure_nothing(account, event, capsys):
    account.reports, account.cloud.endpoint_url = False, "http://127.0.0.1:4566"

    assert run("--memory", "128", event=event) == 0

    out, _ = capsys.readouterr()
    assert out.startswith("live in http://127.0.0.1:4566: a local cloud, whose times mean nothing\n")
    assert "reports no times, so that the clock of the caller measured" in out
    assert "write no memory_mb by it" in out


def test_figures_come_as_json(account, event, capsys):
    assert run("--memory", "1769", "--json", event=event) == 0

    found = json.loads(capsys.readouterr().out)
    assert found["recommended"] == {"cheapest": 1769, "balanced": 1769, "fastest": 1769}
    assert (found["measured_by"], found["times_mean_something"]) == ("Lambda's REPORT lines", True)
    assert found["sizes"][0]["warm"] == {"calls": 3, "p50": 10.0, "p99": 10.0, "longest": 10.0}
    assert found["sizes"][0]["excluded"] is None


def test_no_size_is_recommended_if_all_fail(account, event, capsys):
    account.needed_mb = 512

    assert run("--memory", "128,256", event=event) == 0
    assert "No size can be recommended: each is excluded." in capsys.readouterr().out


def test_chart_has_time_cost_and_the_aims(account, event, tmp_path):
    path = tmp_path / "tune.svg"
    account.needed_mb = 256

    assert run("--memory", "128,512,1769", "--out", str(path), event=event) == 0

    drawn = ET.parse(path).getroot()  # noqa: S314 - our own file
    assert drawn.tag == f"{SVG}svg"
    assert "live in AWS" in path.read_text()


def test_prediction_needs_no_account_and_says_what_it_is(tmp_path, capsys):
    path = tmp_path / "prediction.png"

    assert main(["tune", "--predict", "--memory", "128,1769", "-o", str(path)]) == 0

    out, _ = capsys.readouterr()
    assert out.startswith("A prediction from CPU times that `make bench` measured; nothing was measured")
    assert "recall, model from S3, requests of 1,000 cards" in out
    assert "It assumes that\n- a function has memory / 1769 MB of a processor" in out
    assert path.read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize(
    "option", ["--payload", "--function", "--calls", "--cold", "--stage", "--region", "--endpoint-url"]
)
def test_option_that_the_prediction_does_not_read_is_refused(capsys, option):
    assert main(["tune", "--predict", option, "5"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"error: --predict doesn't read {option}: give one of the two")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--memory", "64"], "--memory: a function has from 128 to 10240 MB, not 64; give sizes such as"),
        (["--payload", "none.json"], "--payload: none.json: No such file or directory; docs/tune.md has"),
        (["--payload", ""], "--payload: .: Is a directory; docs/tune.md has an event"),
        (["--out", "chart.pdf"], "--out: chart.pdf must end in .svg or .png"),
        (["--out", "nowhere/chart.svg"], "--out: there is no folder nowhere"),
        (["--function", "lvie"], "there is no function lvie in eu-central-1; --function takes a name"),
        (["--stage", "test"], "Invalid value for '--stage': 'test' isn't in cdk.json; known are dev"),
        (["--calls", "0"], "Invalid value for '--calls': 0 is not in the range 1<=x<=10000."),
    ],
)
def test_what_is_wrong_is_said_in_one_line(account, event, capsys, words, message):
    assert run(*words, event=event) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[-1].startswith(f"error: {message}")
    assert account.names == ["live"]


def test_payload_or_prediction_is_asked_for(account, capsys):
    assert main(["tune", "--stage", "dev"]) == 2
    assert capsys.readouterr().err.startswith(
        "error: give --payload, an event as the function gets it, or --pr"
    )


def test_jobs_layer_which_has_no_tools_says_where_it_runs(monkeypatch, event, capsys):
    monkeypatch.setitem(sys.modules, "tools.tune.chart", None)

    assert run(event=event) == 2
    assert "tune runs in a checkout of the project, in its environment" in capsys.readouterr().err
