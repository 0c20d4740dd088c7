"""Command line of the layer builder: `python -m layer_build --help`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from layer_build import commands
from layer_build.errors import LayerError
from layer_build.install import INSTALLERS
from layer_build.layers import LAYERS, ML
from layer_build.slim import STEPS
from layer_build.targets import ARCHITECTURES, RUNTIMES


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return 0, or 2 with one line on stderr."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (LayerError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """End with one line, without the usage that argparse puts before it."""
        self.exit(2, f"error: {message}; see {self.prog} --help\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m layer_build", description="Build the layers.")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")

    command = subparsers.add_parser("build", help="build a layer into a folder")
    command.set_defaults(run=commands.build)
    _add_target(command)
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="gets a folder `python`")
    command.add_argument("--zip", type=Path, metavar="FILE", help="also compress it into a zip file")
    command.add_argument("--installer", choices=INSTALLERS, default="pip")
    command.add_argument("--wheelhouse", type=Path, metavar="DIR", help="take the wheels from here only")
    command.add_argument(
        "--without", action="append", default=[], choices=list(STEPS), help="leave a slimming step out"
    )
    command.add_argument(
        "--keep", action="append", default=[], metavar="MODULE", help="a module that must stay"
    )
    command.add_argument(
        "--no-record", action="store_true", help="don't keep beside DIR what the steps did, for `report`"
    )
    command.add_argument("--image", action="store_true", help="for a container image, which has no limit")

    command = subparsers.add_parser("check", help="run every check of a built layer")
    command.set_defaults(run=commands.check)
    _add_layer_folder(command)
    _add_target(command)

    command = subparsers.add_parser("lock", help="pin the newest wheels that the requirements allow")
    command.set_defaults(run=commands.lock)
    command.add_argument("--runtime", choices=RUNTIMES, help="only this one")
    command.add_argument("--arch", choices=ARCHITECTURES, help="only this one")
    command.add_argument("--layer", choices=LAYERS, help="only this one")

    command = subparsers.add_parser("download", help="fetch the locked wheels, to build without a network")
    command.set_defaults(run=commands.download)
    _add_target(command)
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder for the wheels")

    command = subparsers.add_parser("report", help="show what is in a built layer, and what each step saved")
    command.set_defaults(run=commands.report)
    _add_layer_folder(command)
    command.add_argument("--json", type=Path, metavar="FILE", help="also write it as JSON, with every file")

    command = subparsers.add_parser(
        "sbom", help="write the CycloneDX bill of materials of a layer or the function"
    )
    command.set_defaults(run=commands.sbom)
    command.add_argument("what", choices=["layer", "function"])
    command.add_argument(
        "folder", type=Path, metavar="DIR", help="what `build --out` was given, or the function's code"
    )
    command.add_argument("--out", type=Path, required=True, metavar="FILE")
    _add_target(command)
    return parser


def _add_target(command: argparse.ArgumentParser) -> None:
    command.add_argument("--runtime", choices=RUNTIMES, default="python3.11")
    command.add_argument("--arch", choices=ARCHITECTURES, default="x86_64")
    command.add_argument("--layer", choices=LAYERS, default=ML.name)


def _add_layer_folder(command: argparse.ArgumentParser) -> None:
    command.add_argument("folder", type=Path, metavar="DIR", help="what `build --out` was given")


if __name__ == "__main__":
    sys.exit(main())
