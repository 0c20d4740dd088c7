"""The options of the commands for models that are in the lake already."""

from __future__ import annotations

import argparse
from pathlib import Path

from model_training.cli_arguments import add_lake, reason


def add_lifecycle(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `models`, `promote`, `rollback` and `trust`."""
    models = commands.add_parser("models", help="list the models in the lake, and which is live")
    promote = commands.add_parser("promote", help="make a model in the lake the served one")
    promote.add_argument("version", metavar="VERSION", help="as `models` lists it")
    promote.add_argument(
        "--force",
        type=reason,
        metavar="REASON",
        help="promote it though it is worse than the live one, or a scikit-learn model whose recall rises",
    )
    rollback = commands.add_parser("rollback", help="go back to the model that was live before")
    trust = commands.add_parser("trust", help="let only signed models go live from now on")
    trust.add_argument(
        "trusted", type=Path, metavar="FILE.pem", help="the signer's public key, or the root of certificates"
    )
    named = {"models": models, "promote": promote, "rollback": rollback, "trust": trust}
    for name, command in named.items():
        add_lake(command)
        command.set_defaults(command=name)
    for command in (promote, rollback):
        verify = command.add_mutually_exclusive_group()
        for option, what in (("key", "public key"), ("certificate-chain", "root certificate")):
            told = f"whose signature must hold: a {what}"
            verify.add_argument(f"--verify-{option}", dest="verify", type=Path, metavar="FILE.pem", help=told)
    for command in (promote, rollback, trust):
        command.add_argument("--by", metavar="NAME", help="who does it, for the record (default: user@host)")
