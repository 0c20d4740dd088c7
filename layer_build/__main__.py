"""Command line: `python -m layer_build build --out DIR` and `python -m layer_build lock`."""

from __future__ import annotations

import argparse
import sys

from layer_build import build, lock

COMMANDS = {"build": build.main, "lock": lock.main}

parser = argparse.ArgumentParser(prog="layer_build", description=__doc__)
parser.add_argument("command", choices=COMMANDS)
parser.add_argument("options", nargs=argparse.REMAINDER, help="see `COMMAND --help`")
parsed = parser.parse_args()
sys.exit(COMMANDS[parsed.command](parsed.options))
