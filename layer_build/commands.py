"""What each command of `python -m layer_build` does with its parsed arguments."""

from __future__ import annotations

import json
from argparse import Namespace

from layer_build import build as builder
from layer_build import install
from layer_build.archive import write_zip
from layer_build.checks import layer_root
from layer_build.layers import LAYERS
from layer_build.lock import lock as lock_target
from layer_build.report import as_text, summarize, write_steps
from layer_build.targets import ARCHITECTURES, FOLDER, Target, find_target, targets_of
from layer_build.versions import check_versions

# A container has only this package mounted: the synthesis that started it has compared the versions.
PYPROJECT = FOLDER.parent / "pyproject.toml"


def build(options: Namespace) -> None:
    """Build a layer into a folder, and on request into a zip file."""
    target = _target(options)
    results = builder.build(
        options.out,
        target,
        installer=options.installer,
        wheelhouse=options.wheelhouse,
        keep=options.keep,
        without=options.without,
        in_image=options.image,
    )
    if not options.no_record:
        write_steps(options.out, results)
    if options.zip:
        size = write_zip(options.out, options.zip)
        builder.log(target, f"{options.zip}: {size / 1e6:.1f} MB compressed")


def check(options: Namespace) -> None:
    """Run every check of a built layer."""
    builder.check(layer_root(options.folder), _target(options))


def lock(options: Namespace) -> None:
    """Write the locks of all layers, runtimes and architectures, or of the chosen ones."""
    for target in _chosen(options):
        lock_target(target)
        _compare_with_training(target)
        print(target.lock)


def _chosen(options: Namespace) -> list[Target]:
    """Return the targets of what the options name; without a layer, of those that the runtime can have."""
    if options.layer and options.runtime:
        layer = LAYERS[options.layer]
        architectures = [options.arch] if options.arch else ARCHITECTURES
        return [find_target(options.runtime, arch, layer) for arch in architectures]
    layers = [LAYERS[options.layer]] if options.layer else LAYERS.values()
    return [
        target
        for layer in layers
        for target in targets_of(layer)
        if options.runtime in (None, target.runtime) and options.arch in (None, target.arch)
    ]


def download(options: Namespace) -> None:
    """Fetch the wheels of a lock into a folder."""
    install.download(options.out, find_target(options.runtime, options.arch, LAYERS[options.layer]))


def report(options: Namespace) -> None:
    """Print what is in a built layer."""
    summary = summarize(options.folder)
    if options.json:
        options.json.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    print(as_text(summary))


def sbom(options: Namespace) -> None:
    """Write the bill of materials of a layer or of the function."""
    # Not at the top: Lambda's build image, where layers are built, lacks the library that writes bills.
    from layer_build.sbom import as_json, function_bom  # noqa: PLC0415
    from layer_build.sbom_layer import layer_bom  # noqa: PLC0415

    if options.what == "layer":
        bom = layer_bom(options.folder, find_target(options.runtime, options.arch, LAYERS[options.layer]))
    else:
        bom = function_bom(options.folder, options.runtime)
    options.out.write_text(as_json(bom), encoding="utf-8")
    print(f"{options.out}: {len(bom.components)} components")


def _target(options: Namespace) -> Target:
    target = find_target(options.runtime, options.arch, LAYERS[options.layer])
    _compare_with_training(target)
    return target


def _compare_with_training(target: Target) -> None:
    if PYPROJECT.exists():
        check_versions(target, PYPROJECT)
