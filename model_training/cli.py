"""The command line: ``recall COMMAND``, or ``python -m model_training COMMAND``.

Each command is a module of `model_training.commands`. The heavy libraries are imported when a command runs,
so that ``--help`` and a mistyped option answer at once.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from importlib import metadata

import click

from model_training.commands.aggregate import aggregate
from model_training.commands.calibrate import calibrate
from model_training.commands.doctor import doctor
from model_training.commands.due import due
from model_training.commands.erase import erase
from model_training.commands.evaluate import evaluate
from model_training.commands.expire import expire
from model_training.commands.fit import fit
from model_training.commands.fit_cells import fit_cells
from model_training.commands.import_reviews import import_
from model_training.commands.inspect import inspect
from model_training.commands.migrate import migrate
from model_training.commands.models import models
from model_training.commands.options import Finished
from model_training.commands.output import Output, show
from model_training.commands.promote import promote
from model_training.commands.publish import publish
from model_training.commands.reload import reload
from model_training.commands.retrain import retrain
from model_training.commands.rollback import rollback
from model_training.commands.sign_in import sign_in
from model_training.commands.simulate import simulate
from model_training.commands.simulate_schedule import simulate_schedule
from model_training.commands.trust import trust
from model_training.commands.tune import tune
from recall.errors import RecallError

EXIT_ERROR = 2
UNLIMITED = 10_000  # characters in a line
PACKAGE = "recall-service"
# As `--help` lists them.
SECTIONS = {
    "Train on review logs": (inspect, fit, evaluate),
    "The models in the lake": (publish, models, promote, rollback, trust),
    "The reviews that apps send": (calibrate, due, retrain, erase, expire, reload, migrate),
    "More reviews than fit into memory": (aggregate, fit_cells),
    "A service that remembers learners": (import_,),
    "Simulated learners": (simulate, simulate_schedule),
    "Before and after a deployment": (doctor, tune, sign_in),
}


class Sections(click.Group):
    """A group whose help lists the commands by what they are for."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """Write the commands with their first sentence, section by section."""
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl(
                    [(each.name or "", each.get_short_help_str(limit=200)) for each in commands]
                )


def _print_version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        try:
            click.echo(f"recall {metadata.version(PACKAGE)}")
        except metadata.PackageNotFoundError as error:
            raise click.ClickException(
                f"{PACKAGE} isn't installed here, only its code is: no version"
            ) from error
        ctx.exit()


@click.group(cls=Sections, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version.",
)
def recall() -> None:
    """Train the forgetting model on review logs, publish it, and look after what a deployment stores."""


for _commands in SECTIONS.values():
    for _command in _commands:
        recall.add_command(_command)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and print what it found.

    Returns
    -------
    int
        Exit code: 0, or 2 after one line on stderr that says what is wrong; 1 if `doctor` finds something.
    """
    try:
        finished = invoke(argv)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return EXIT_ERROR
    except (click.ClickException, RecallError, OSError) as error:
        print(f"error: {one_line(error)}", file=sys.stderr)
        return EXIT_ERROR
    return 0 if finished is None else _deliver(finished)


def _deliver(finished: Finished) -> int:
    """Print what was found, and return the exit code."""
    try:
        _print(finished)
        sys.stdout.flush()
    except OSError as error:
        # What is still buffered would fail once more when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):  # whoever reads, such as `head`, has seen enough
            return 0
        print(f"error: the result can't be printed: {one_line(error)}", file=sys.stderr)
        return EXIT_ERROR
    return finished.output.exit_code


def invoke(argv: Sequence[str] | None) -> Finished | None:
    """Run a command.

    Returns
    -------
    Finished or None
        What it found; None where there was only a help text or the version to print.

    Raises
    ------
    click.ClickException
        If there is no such command, or its options are wrong.
    RecallError, OSError
        What went wrong; `one_line` says it.
    """
    finished = recall.main(argv, prog_name="recall", standalone_mode=False)
    return finished if isinstance(finished, Finished) else None


def one_line(error: Exception) -> str:
    """Say in one line what went wrong."""
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f"{_flat(error.format_message())} See `{error.ctx.command_path} --help`."
    return _flat(error.format_message() if isinstance(error, click.ClickException) else str(error))


def _flat(text: str) -> str:
    return " ".join(text.split())


def _print(finished: Finished) -> None:
    output: Output = finished.output
    for note in output.notes:
        print(f"note: {note}", file=sys.stderr)
    from rich.console import Console  # noqa: PLC0415 - the jobs function prints nothing, and has no rich

    # A file or another program gets whole lines: only a terminal has a width.
    console = Console(width=None if sys.stdout.isatty() else UNLIMITED)
    if finished.as_json:
        output = Output({}, [json.dumps(output.data, indent=2, allow_nan=False)])
    with console.capture() as shown:  # Rich itself would end the process at a closed pipe
        show(output, console)
    sys.stdout.write(shown.get())
