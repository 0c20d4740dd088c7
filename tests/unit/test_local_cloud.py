"""What the local cloud's programs get of the user's environment; what a user reads when the disk is full."""

import errno
import os
import re
import signal
import sys
from pathlib import Path

import pytest
from botocore.utils import should_bypass_proxies

from tools.local_cloud import __main__ as command
from tools.local_cloud.commands import run_briefly
from tools.local_cloud.home import Home, LocalCloudError

FIX = "free some space (all of it needs 3 GB), and run it again"
HOME = Home(Path("/home/of the cloud"), 4566)


@pytest.fixture
def proxies(monkeypatch):
    """Give a way to set the proxies' variables, and none else."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)

    def put(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return put


@pytest.mark.parametrize(
    "own",
    [{}, {"no_proxy": "a.example"}, {"NO_PROXY": "a.example"}, {"no_proxy": "", "NO_PROXY": "a.example"}],
)
def test_programs_reach_the_cloud_past_a_proxy_and_all_else_as_the_user_wants(proxies, own, monkeypatch):
    proxies(http_proxy="http://127.0.0.1:9", **own)
    environment = HOME.environment()
    monkeypatch.setattr(os, "environ", environment)

    assert environment["http_proxy"] == "http://127.0.0.1:9"
    assert environment["NO_PROXY"] == environment["no_proxy"]
    assert should_bypass_proxies(HOME.url)
    assert should_bypass_proxies("http://a.example") == ("a.example" in own.values())
    assert not should_bypass_proxies("http://b.example")


def test_the_printed_command_goes_past_a_proxy_that_curl_would_use(proxies):
    def options():
        return command._curl("http://127.0.0.1:4566/v1", "key", "{}").partition(" -H")[0]

    assert options() == "curl -s http://127.0.0.1:4566/v1"
    proxies(ALL_PROXY="http://127.0.0.1:9")
    assert options() == "curl -s --noproxy 127.0.0.1 http://127.0.0.1:4566/v1"
    proxies(no_proxy="localhost,127.0.0.1")
    assert options() == "curl -s http://127.0.0.1:4566/v1"


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Give a way to run the command `up` with something else in the place of its work."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    monkeypatch.setattr(sys, "argv", ["local_cloud", "up", "--home", str(tmp_path)])

    def run(work):
        monkeypatch.setattr(command, "up", lambda *_arguments: work())
        return command.main()

    yield run
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_whatever_ends_it_is_an_interrupt_so_that_it_can_end_its_programs(run, capsys, number):
    assert run(lambda: signal.raise_signal(number)) == 130
    assert capsys.readouterr().err == "interrupted; `make up` goes on from here\n"


def test_under_nohup_it_goes_on_when_the_terminal_is_closed(run):
    signal.signal(signal.SIGHUP, signal.SIG_IGN)

    assert run(lambda: signal.raise_signal(signal.SIGHUP)) == 0


def test_a_full_disk_is_one_line_with_the_fix(run, capsys):
    def fail():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/some/file")

    assert run(fail) == 2
    problem = "error: /some/file: No space left on device"
    assert capsys.readouterr().err == f"{problem}; {FIX}\n"


def test_a_disk_that_is_full_for_one_of_its_programs_is_the_last_line(tmp_path):
    script = "import sys; sys.exit('error: pip failed ([Errno 28] No space left on device)')"

    with pytest.raises(LocalCloudError, match=f"^No space left on device, see above: {re.escape(FIX)}$"):
        run_briefly(Home(tmp_path, 4566), sys.executable, "-c", script)
