"""Command line of the layer builder: `python -m layer_build --help`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from itertools import product
from pathlib import Path

from layer_build import build, report, sbom
from layer_build.archive import write_zip
from layer_build.errors import LayerError
from layer_build.install import INSTALLERS, download
from layer_build.layers import LAYERS, ML
from layer_build.lock import lock
from layer_build.slim import STEPS
from layer_build.targets import ARCHITECTURES, FOLDER, RUNTIMES, Target, find_target
from layer_build.versions import check_versions

# A container has only this package mounted: the synthesis that started it has compared the versions.
PYPROJECT = FOLDER.parent / "pyproject.toml"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return 0, or 2 with one line on stderr."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    own = {"report": report.main, "sbom": sbom.main}  # they have options of their own
    if words[:1] and words[0] in own:
        return own[words[0]](words[1:])
    options = _parser().parse_args(words)
    try:
        options.run(options)
    except (LayerError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="layer_build", description="Build the layers.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("build", help="build a layer into a folder")
    command.set_defaults(run=_build)
    _add_target(command)
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="gets a folder `python`")
    command.add_argument("--zip", type=Path, metavar="FILE", help="also pack it, and tell the zip's size")
    command.add_argument("--installer", choices=INSTALLERS, default="pip")
    command.add_argument("--wheelhouse", type=Path, metavar="DIR", help="take wheels from here, ask no index")
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

    command = commands.add_parser("check", help="run every check of a built layer")
    command.set_defaults(run=_check)
    command.add_argument("folder", type=Path, metavar="DIR", help="what `build --out` was given")
    _add_target(command)

    command = commands.add_parser("lock", help="pin the newest wheels that the requirements allow")
    command.set_defaults(run=_lock)
    command.add_argument("--runtime", choices=RUNTIMES, help="only this one")
    command.add_argument("--arch", choices=ARCHITECTURES, help="only this one")
    command.add_argument("--layer", choices=LAYERS, help="only this one")

    command = commands.add_parser("download", help="fetch the locked wheels, to build without a network")
    command.set_defaults(run=_download)
    _add_target(command)
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="the wheelhouse")

    commands.add_parser("report", help="show what is in a built layer, and what each step saved")
    commands.add_parser("sbom", help="write the CycloneDX bill of materials of a layer, or of the function")
    return parser


def _add_target(command: argparse.ArgumentParser) -> None:
    command.add_argument("--runtime", choices=RUNTIMES, default="python3.11")
    command.add_argument("--arch", choices=ARCHITECTURES, default="x86_64")
    command.add_argument("--layer", choices=LAYERS, default=ML.name)


def _build(options: argparse.Namespace) -> None:
    target = _target(options)
    results = build.build(
        options.out,
        target,
        installer=options.installer,
        wheelhouse=options.wheelhouse,
        keep=options.keep,
        without=options.without,
        in_image=options.image,
    )
    if not options.no_record:
        report.write_steps(options.out, results)
    if options.zip:
        size = write_zip(options.out, options.zip)
        build.report(target, f"{options.zip}: {size / 1e6:.1f} MB zipped")


def _check(options: argparse.Namespace) -> None:
    target = _target(options)
    root = options.folder / "python"
    if not root.is_dir():
        raise LayerError(f"{root}: no such folder; name the folder that `build --out` was given")
    build.check(root, target)


def _lock(options: argparse.Namespace) -> None:
    layers = [LAYERS[options.layer]] if options.layer else LAYERS.values()
    runtimes = [options.runtime] if options.runtime else RUNTIMES
    architectures = [options.arch] if options.arch else ARCHITECTURES
    for layer, runtime, arch in product(layers, runtimes, architectures):
        target = find_target(runtime, arch, layer)
        lock(target)
        _compare(target)
        print(target.lock)


def _download(options: argparse.Namespace) -> None:
    download(options.out, _find(options))


def _target(options: argparse.Namespace) -> Target:
    target = _find(options)
    _compare(target)
    return target


def _find(options: argparse.Namespace) -> Target:
    return find_target(options.runtime, options.arch, LAYERS[options.layer])


def _compare(target: Target) -> None:
    if PYPROJECT.exists():
        check_versions(target, PYPROJECT)


if __name__ == "__main__":
    sys.exit(main())
