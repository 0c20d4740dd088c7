"""Arguments and options that several commands have, and what makes a function a command."""

from __future__ import annotations

import functools
from collections.abc import Callable
from math import isnan
from pathlib import Path
from typing import Any, NamedTuple

import click

from model_training.commands.output import Output

PATH = click.Path(path_type=Path)


class Reason(click.ParamType[str]):
    """A reason that says something."""

    name = "reason"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the reason without blanks around it."""
        if not value.strip():
            self.fail("give the reason, for the record", param, ctx)
        return str(value).strip()


class Finished(NamedTuple):
    """A command's output, and whether it is wanted as JSON."""

    output: Output
    as_json: bool


def command(function: Callable[..., Output]) -> click.Command:
    """Make a command of a function: its name with ``-`` for ``_``, its docstring as the help text.

    A name that is a word of Python's has a ``_`` at its end. Every command has ``--json``.
    """

    @functools.wraps(function)
    def run(*, as_json: bool, **options: Any) -> Finished:
        return Finished(function(**options), as_json)

    made = click.command(function.__name__.rstrip("_").replace("_", "-"))(run)
    what = "Print what was found as JSON, for programs."
    made.params.append(click.Option(["--json", "as_json"], is_flag=True, help=what))
    return made


def lake(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add which data lake a command works on."""
    bucket = click.option(
        "--bucket", metavar="NAME", help="The data lake's bucket.  [default: the one that `make up` deployed]"
    )
    return bucket(endpoint(function))


def endpoint(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add where the cloud is."""
    return click.option("--endpoint-url", metavar="URL", help="An S3 other than AWS's.")(function)


def table(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add which table of reviews a command works on."""
    return click.option(
        "--table-bucket",
        metavar="ARN",
        help="The table bucket with the reviews.  [default: the one that `make up` deployed]",
    )(function)


def service(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add which service a command calls."""
    endpoint = click.option(
        "--endpoint",
        envvar="RECALL_ENDPOINT",
        metavar="URL",
        help="The service, or RECALL_ENDPOINT.  [default: the one that `make up` deployed]",
    )
    key = click.option(
        "--api-key", envvar="RECALL_API_KEY", metavar="KEY", help="A key of the service, or RECALL_API_KEY."
    )
    return endpoint(key(function))


def by(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add who does it."""
    return click.option("--by", metavar="NAME", help="Who does it, for the record.  [default: user@host]")(
        function
    )


def reason(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add why it is done."""
    return click.option("--reason", type=Reason(), metavar="REASON", help="Why, for the record.")(function)


def out(metavar: str, what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add where to write.

    Parameters
    ----------
    metavar : str
        The placeholder of the path in the help text.
    what : str
        What the command writes there, to end the help text's sentence.
    """
    return click.option("--out", required=True, type=PATH, metavar=metavar, help=f"Where to write {what}.")


def verify(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add whose signature a model must have: ``verify`` is a path or None."""

    @functools.wraps(function)
    def run(*, verify_key: Path | None, verify_certificate_chain: Path | None, **options: Any) -> Any:
        if verify_key is not None and verify_certificate_chain is not None:
            raise click.UsageError("give --verify-key or --verify-certificate-chain, not both")
        return function(verify=verify_key or verify_certificate_chain, **options)

    key = click.option(
        "--verify-key",
        type=PATH,
        metavar="FILE.pem",
        help="The public key whose signature the model must have.",
    )
    chain = click.option(
        "--verify-certificate-chain",
        type=PATH,
        metavar="FILE.pem",
        help="The root certificate of the signature that the model must have.",
    )
    return key(chain(run))


class Recall(click.FloatRange):
    """A recall probability greater than 0 and less than 1."""

    def __init__(self) -> None:
        super().__init__(0.0, 1.0, min_open=True, max_open=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the probability."""
        recall = float(super().convert(value, param, ctx))
        if isnan(recall):
            self.fail("nan is no number", param, ctx)
        return recall


MOST_LEARNERS = 1_000
LARGEST_SEED = 2**32 - 1


def learners(default: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add how many learners are simulated."""
    return click.option(
        "--learners",
        type=click.IntRange(1, MOST_LEARNERS),
        default=default,
        show_default=True,
        metavar="N",
        help="How many learners to simulate.",
    )


def seed(what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add the seed of the random numbers; ``what`` depends on it."""
    return click.option(
        "--seed",
        type=click.IntRange(0, LARGEST_SEED),
        default=1,
        show_default=True,
        metavar="N",
        help=f"The random seed: another one gives other {what}.",
    )
