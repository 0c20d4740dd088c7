"""A signal at any moment of a run: nothing is left of it."""

import signal
import sys
from contextlib import suppress

import pytest

from tests.unit.tune.aws_lambda import send
from tests.unit.tune.runs import run
from tools.tune.errors import TuneError
from tools.tune.estimate import Plan


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_ends_the_run_in_order(account, signal_number):
    handler = signal.getsignal(signal_number)
    account.after = lambda _: send(signal_number) if len(account.payloads) == 5 else None

    with pytest.raises(TuneError, match=f"interrupted \\({signal_number.name}\\): its copy .* is deleted"):
        run(account)

    assert account.names == ["live"]
    assert signal.getsignal(signal_number) == handler


def test_creation_is_waited_for_since_what_it_makes_could_not_be_deleted_yet(account):
    made = []
    create = account.create_function
    account.create_function = lambda **request: made.append(request["FunctionName"]) or create(**request)
    account.before = lambda at: send(signal.SIGINT) if account.called[at] == "CreateFunction" else None

    with pytest.raises(TuneError, match=r"interrupted \(SIGINT\)"):
        run(account)

    assert len(made) == 1
    assert account.names == ["live"]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_signal_at_any_call_leaves_nothing(account, moment):
    plan = Plan((128, 256), 1, 1, b"{}")
    run(account, plan)
    calls = len(account.called)
    assert calls > 15
    for number in range(calls):
        account.called.clear()
        setattr(account, moment, lambda at, number=number: send(signal.SIGINT) if at == number else None)
        with suppress(TuneError):  # at the copy's deletion it waits, and the run has its result
            run(account, plan)
        assert account.names == ["live"], f"after call {number}"


WATCHED = {"with_copy", "create", "wait_until_active", "delete", "held", "tune", "_patiently"}


class Interrupter:
    """Sends a signal at the n-th line that a run executes in what makes and deletes the copy."""

    def __init__(self, at, again):
        self._at, self._again, self.lines = at, again, 0

    def __call__(self, frame, event, _argument):
        if "/tools/tune/" not in frame.f_code.co_filename or frame.f_code.co_name not in WATCHED:
            return None
        if event == "line":
            self.lines += 1
            if self.lines == self._at or (self._again and self.lines == self._at + 1):
                send(signal.SIGTERM)
        return self


@pytest.mark.parametrize("again", [False, True], ids=["once", "twice"])
def test_signal_at_any_line_leaves_nothing(account, again):
    """Python runs a signal's handler between any two lines, those of the clean-up included."""
    plan = Plan((128,), 1, 1, b"{}")

    def traced(at):
        interrupter = Interrupter(at, again)
        before = sys.gettrace()
        sys.settrace(interrupter)
        try:
            with suppress(TuneError):
                run(account, plan)
        finally:
            sys.settrace(before)
        return interrupter.lines

    signal.signal(signal.SIGTERM, lambda *_: None)  # while the run hasn't begun or has ended
    try:
        lines = traced(at=0)
        assert lines > 40
        for at in range(1, lines + 1):
            traced(at)
            assert account.names == ["live"], f"line {at} of {lines}"
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
