"""Progress of a long command: a bar on a terminal, and plain lines elsewhere."""

import sys
from io import StringIO

from model_training.progress import Progress, pace


class Terminal(StringIO):
    """A stderr that says it is a terminal."""

    def isatty(self):
        return True


def test_bar_on_a_terminal_shows_share_and_step_and_is_cleared(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with Progress(1) as progress:
        with progress.step("reading reviews", 4_000) as advance:
            advance(1_000)
        progress.add_steps(1)
        with progress.step("writing"):
            pass
    shown = terminal.getvalue()

    assert " 25%" in shown
    assert "0:00:00 left at " in shown
    assert "writing" in shown
    assert "100%" in shown
    assert shown.endswith("\x1b[2K")  # the line is empty again


def test_elsewhere_each_step_is_a_line_once(capsys):
    with Progress(3) as progress:
        progress.add_steps(1)
        for name in ("fitting", "fitting", "writing"):
            with progress.step(name):
                pass

    assert capsys.readouterr().err == "fitting\nwriting\n"


def test_pace_is_the_rate_and_what_is_left_at_that_rate():
    assert pace(500_000, 2_000_000, 4.0) == "0:00:12 left at 125,000 reviews/s"
