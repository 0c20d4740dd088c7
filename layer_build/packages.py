"""Checks of a layer's packages: they are the locked ones, and their licences are kept."""

from __future__ import annotations

import re
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path

from layer_build.errors import LayerError
from layer_build.targets import Target
from layer_build.versions import normalised, read_lock

LICENCE = re.compile(r"LICEN[CS]E|COPYING|NOTICE")


def check_packages(root: Path, target: Target) -> int:
    """Check that a folder has the packages of a target's lock and no others, and return their number.

    Raises
    ------
    LayerError
        If one is missing, in another version or not locked.
    """
    locked = read_lock(target)
    installed = dict(_name_and_version(package) for package in root.glob("*.dist-info"))
    for name in sorted(locked.keys() | installed.keys()):
        if locked.get(name) != installed.get(name):
            raise LayerError(
                f"{name}: the layer has {installed.get(name)}, locks/{target.lock.name} {locked.get(name)}: "
                "build the layer again"
            )
    return len(locked)


def _name_and_version(package: Path) -> tuple[str, str]:
    metadata = read_metadata(package)
    return normalised(metadata["Name"]), metadata["Version"]


def check_licences(root: Path) -> None:
    """Check that every package still has the licence files that its metadata names.

    Raises
    ------
    LayerError
        If one is missing, or a package has none at all.
    """
    for package in sorted(root.glob("*.dist-info")):
        named = [str(name) for name in read_metadata(package).get_all("License-File", [])]  # PEP 639
        missing = [name for name in named if not _has_licence(package, name)]
        if missing or not (named or licence_files(package)):
            raise LayerError(
                f"{package.name}: its licence {', '.join(missing) or 'file'} is missing: "
                "licences must stay in the layer; build it again without the step that removed it"
            )


def licence_files(package: Path) -> list[Path]:
    """Return a package's licences by their usual names: in its ``dist-info``, or else beside its code."""
    top_level = package / "top_level.txt"
    names = top_level.read_text(encoding="utf-8").split() if top_level.exists() else []
    folders = [package, *(package.parent / name for name in names)]
    found = ((path for path in folder.rglob("*") if LICENCE.match(path.name)) for folder in folders)
    return next((files for files in map(sorted, found) if files), [])


def read_metadata(package: Path) -> Message:
    """Return the metadata in a ``dist-info`` folder."""
    return HeaderParser().parsestr((package / "METADATA").read_text(encoding="utf-8"))


def _has_licence(package: Path, name: str) -> bool:
    # PEP 639 puts them into licenses/; older wheels have them beside METADATA, wherever the source had them.
    return (package / "licenses" / name).is_file() or (package / Path(name).name).is_file()
