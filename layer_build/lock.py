"""Pins the wheels of a layer: `python -m layer_build lock`. Needs the network.

What the layer beneath holds is resolved with it, in that layer's versions, and pinned there only.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from layer_build.checks import check_machine_code
from layer_build.install import run_pip
from layer_build.targets import Target
from layer_build.versions import normalised, read_lock

HEADER = """\
# Every wheel of the {title} for Lambda's {runtime} on {arch} ({system}, glibc {glibc}), one hash each.
# Written by `python -m layer_build lock` from {requirements}; don't edit.
"""


def lock(target: Target) -> None:
    """Resolve a target's requirements, look at the machine code of what comes, and write the lock.

    Raises
    ------
    LayerError
        If a package has no wheel for the target, or one whose machine code doesn't load there.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "python")
        report = run_pip(
            "install",
            target,
            "--ignore-installed",
            *([] if target.layer.dependencies else ["--no-deps"]),
            "--report=-",
            f"--target={root}",
            f"--requirement={target.requirements}",
            f"--constraint={_constraints(Path(folder), target)}",
            fix=f"choose versions in {target.requirements.name} that have wheels for {target.name}, "
            "or check the network",
        )
        check_machine_code(root, target)
    target.lock.write_text(render(json.loads(report)["install"], target), encoding="utf-8")


def _constraints(folder: Path, target: Target) -> Path:
    """Write down what the layer beneath pins, without its hashes: of other packages there are none yet."""
    file = folder / "constraints.txt"
    beneath = read_lock(target.beneath) if target.beneath else {}
    file.write_text("".join(f"{name}=={version}\n" for name, version in beneath.items()), encoding="utf-8")
    return file


def render(installs: Iterable[dict[str, Any]], target: Target) -> str:
    """Return the lock file's text.

    Parameters
    ----------
    installs : iterable of dict
        The ``install`` entries of pip's installation report (its version 1).
    target : Target
        The runtime, architecture and layer for which the packages were resolved.
    """
    pins = {}
    for entry in installs:
        name = normalised(entry["metadata"]["name"])
        sha256 = entry["download_info"]["archive_info"]["hashes"]["sha256"]
        pins[name] = f"{name}=={entry['metadata']['version']} \\\n    --hash=sha256:{sha256}\n"
    beneath = read_lock(target.beneath) if target.beneath else {}
    header = HEADER.format(
        title=target.layer.title,
        runtime=target.runtime,
        arch=target.arch,
        system=target.system.name,
        glibc=".".join(map(str, target.system.glibc)),
        requirements=target.requirements.name,
    )
    elsewhere = target.layer.not_needed | beneath.keys()
    return header + "".join(pins[name] for name in sorted(pins.keys() - elsewhere))
