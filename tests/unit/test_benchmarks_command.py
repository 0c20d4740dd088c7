"""The benchmarks as commands: `--help` measures nothing, a wrong option is one line."""

import runpy
import sys

import pytest

# Not `benchmarks.load`: locust makes this process's sockets and threads cooperative.
PACKAGES, MODULES = ("", ".capacity", ".cost", ".faults", ".store"), (".due", ".endpoints", ".scale")
BENCHMARKS = [
    *(f"benchmarks{name}.__main__" for name in PACKAGES),
    *(f"benchmarks{name}" for name in MODULES),
]


@pytest.fixture(params=BENCHMARKS)
def started(request, monkeypatch, capsys):
    """Give a way to run a benchmark as `python -m` does; it returns exit code, stdout and stderr."""
    monkeypatch.delitem(sys.modules, request.param, raising=False)  # other tests may have imported it

    def start(*arguments):
        monkeypatch.setattr(sys, "argv", [request.param, *arguments])
        with pytest.raises(SystemExit) as ended:
            runpy.run_module(request.param, run_name="__main__")
        return ended.value.code, *capsys.readouterr()

    return start


def test_help_says_what_the_benchmark_is_and_measures_nothing(started):
    code, out, err = started("--help")

    assert (code, err) == (0, "")
    assert out.startswith("usage: python -m benchmarks")


def test_wrong_option_ends_in_one_line(started):
    assert started("--weekly") == (2, "", "error: unrecognized arguments: --weekly\n")
