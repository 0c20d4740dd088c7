"""Which versions a lock pins, and whether models are trained with the same.

Reads files only, so that it works at synth.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from layer_build.errors import LayerError
from layer_build.targets import Target

PIN = re.compile(r"^([\w.-]+)==([^\s\\;]+)", re.MULTILINE)

# Of packages without a wheel for Intel Macs; layers are for Linux.
MAC = "; sys_platform != 'darwin' or platform_machine != 'x86_64'"
# name==version, for every Python and machine, or with markers of these forms
TRAINING_PIN = re.compile(
    r"([\w.-]+)==([^\s;]+)(?: *; *python_version *(<|>=) *'3\.(\d+)')?"
    r"(?: and platform_machine *(==|!=) *'(\w+)')?"
)


def read_lock(target: Target) -> dict[str, str]:
    """Return what a target's lock pins, such as ``{"numpy": "2.2.6"}``, in the file's order.

    Raises
    ------
    LayerError
        If there is no lock, or one that lacks what the requirements name.
    """
    options = f"--layer {target.layer.name} --runtime {target.runtime} --arch {target.arch}"
    command = f"python -m layer_build lock {options}"
    fix = f"run `{command}`, which says whether there are wheels for it"
    if not target.lock.exists():
        raise LayerError(f"locks/{target.lock.name} is missing: {fix}")
    pins = dict(PIN.findall(target.lock.read_text(encoding="utf-8")))
    for name, version in read_requirements(target).items():
        if pins.get(name) != version:
            required = f"{name}=={version}, which {target.requirements.name} requires"
            raise LayerError(f"locks/{target.lock.name} lacks {required}: {fix}")
    return pins


def read_requirements(target: Target) -> dict[str, str]:
    """Return what a target's requirements pin: without what those packages need in turn."""
    return dict(PIN.findall(target.requirements.read_text(encoding="utf-8")))


def normalised(name: str) -> str:
    """Return a package's name as locks spell it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def check_versions(target: Target, pyproject: Path) -> None:
    """Check that the layer has the training environment's versions of what decides results.

    Raises
    ------
    LayerError
        If the lock and the training environment's pins for the runtime's Python differ.
    """
    locked = read_lock(target)
    pinned = training_pins(pyproject, target)
    for name in target.layer.same_as_training:
        if locked.get(name) != pinned.get(name):
            raise LayerError(
                f"{name}: locks/{target.lock.name} has {locked.get(name)}, the training environment "
                f"{pinned.get(name)}: write one version into layer_build/{target.requirements.name} and "
                "pyproject.toml, then run `python -m layer_build lock` and `make lock`"
            )


def training_pins(pyproject: Path, target: Target) -> dict[str, str]:
    """Return the exact pins of the group ``training`` for a Python and a machine like the target's."""
    group = tomllib.loads(pyproject.read_text(encoding="utf-8"))["dependency-groups"]["training"]
    pins = {}
    lines = (line.removesuffix(MAC) for line in group if isinstance(line, str))
    for match in filter(None, map(TRAINING_PIN.fullmatch, lines)):
        name, version, compare, minor, equals, machine = match.groups()
        of_python = compare is None or (target.python[1] < int(minor)) == (compare == "<")
        of_machine = equals is None or (target.wheel_arch == machine) == (equals == "==")
        if of_python and of_machine:
            pins[name] = version
    return pins
