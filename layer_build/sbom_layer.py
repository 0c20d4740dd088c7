"""The components of a built layer: every wheel of its lock, and the libraries that wheels bring along."""

from __future__ import annotations

import fnmatch
import re
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path
from typing import NamedTuple

from layer_build.checks import check_packages
from layer_build.elf import Elf
from layer_build.errors import LayerError
from layer_build.install import tree_hash
from layer_build.sbom_parts import Component, Parts, file_component, licences, sha256
from layer_build.targets import Target
from layer_build.versions import normalised

LOCKED = re.compile(r"^([\w.-]+)==(\S+) \\\n +--hash=sha256:([0-9a-f]{64})$", re.MULTILINE)
# A wheel's LICENSE tells of the libraries inside it in paragraphs of "Name: …", "Files: …" and so on.
BUNDLED = re.compile(r"^Name: (.+)\nFiles: (.+)\n(?:(?:Description|Availability): .+\n)*License: (.+)$", re.M)
OPENBLAS_VERSION = re.compile(rb"OpenBLAS (\d+\.\d+\.\d+[\w.]*)")
# auditwheel puts a hash of the file into its name.
LIBRARY_NAME = re.compile(r"(\w+?)(?:-[0-9a-f]{8})?\.so[\d.]*")
FORWARDS = "Made by the layer's build: passes calls on to the one OpenBLAS in the layer"


class Bundled(NamedTuple):
    """A library inside a wheel, as the wheel's licence file tells of it."""

    name: str
    files: str
    licence: str


def layer_parts(out: Path, target: Target) -> Parts:
    """Return what a built layer is made of.

    Parameters
    ----------
    out : pathlib.Path
        What ``build --out`` was given.
    target : Target
        What it was built for.

    Raises
    ------
    LayerError
        If there is no layer, or it has other packages than the target's lock.
    """
    root = out / "python"
    if not root.is_dir():
        raise LayerError(
            f"{root}: there is no layer; make one with `python -m layer_build build --out {out}`"
        )
    check_packages(root, target)
    tree = tree_hash(root)
    about: Component = {
        "type": "library",
        "bom-ref": "layer",
        "name": f"ml-layer-{target.name}",
        "version": tree[:12],
        "properties": [{"name": "recall:tree-sha256", "value": tree}],
    }
    pins = {name: (version, digest) for name, version, digest in LOCKED.findall(target.lock.read_text())}
    components, depends_on = [], {"layer": [_purl(name, version) for name, (version, _) in pins.items()]}
    for package in sorted(root.glob("*.dist-info")):
        metadata = HeaderParser().parsestr((package / "METADATA").read_text(encoding="utf-8"))
        name = normalised(metadata["Name"])
        version, digest = pins[name]
        component = _wheel(name, version, digest, _declared_licence(package, metadata))
        if libraries := _libraries(root, package):
            component["components"] = libraries
        components.append(component)
        needed = sorted(_needed(metadata) & pins.keys())
        depends_on[component["bom-ref"]] = [_purl(other, pins[other][0]) for other in needed]
    return Parts(about, components, depends_on)


def _wheel(name: str, version: str, digest: str, licence: str) -> Component:
    purl = _purl(name, version)
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "hashes": sha256(digest),
        "licenses": licences(licence),
    }


def _purl(name: str, version: str) -> str:
    return f"pkg:pypi/{name}@{version}"


def _needed(metadata: Message) -> set[str]:
    """Return the names of what a package always needs, without its extras."""
    lines = [str(line) for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    return {normalised(re.split(r"[^\w.-]", line, maxsplit=1)[0]) for line in lines}


def _declared_licence(package: Path, metadata: Message) -> str:
    """Return the licence as the metadata names it, or else the first line of the licence's text."""
    expression, text = metadata.get("License-Expression", ""), metadata.get("License", "")
    if expression or (text and "\n" not in text and not text.startswith("Copyright")):
        return str(expression or text)
    names = [
        str(line).rpartition(" :: ")[2] for line in metadata.get_all("Classifier", []) if "License ::" in line
    ]
    told = [name for name in names if name != "OSI Approved"]
    return told[0] if told else _licence_text(package).strip().partition("\n")[0]


def _licence_text(package: Path) -> str:
    files = sorted(p for p in package.rglob("*") if p.name.startswith(("LICENSE", "COPYING")) and p.is_file())
    return files[0].read_text(encoding="utf-8") if files else ""


def _libraries(root: Path, package: Path) -> list[Component]:
    """Return the shared libraries that a wheel brought along; auditwheel puts them beside the package."""
    folder = root / f"{package.name.partition('-')[0]}.libs"
    bundled = [Bundled(*found) for found in BUNDLED.findall(_licence_text(package))]
    return [_library(path, root, bundled) for path in sorted(folder.glob("*.so*"))]


def _library(path: Path, root: Path, bundled: list[Bundled]) -> Component:
    data = path.read_bytes()
    component = file_component(path, root) | {"type": "library"}
    if any(name.startswith("libscipy_openblas") for name in Elf(data).needed):
        return component | {"description": FORWARDS}
    told = [b for b in bundled if fnmatch.fnmatchcase(component["name"], f"{b.files}*")]
    plain = LIBRARY_NAME.fullmatch(path.name)
    component["name"] = plain[1] if plain else path.name
    if version := OPENBLAS_VERSION.search(data):
        component["version"] = version[1].decode()
    if told:
        component["description"] = told[0].name
        component["licenses"] = licences(" AND ".join(b.licence for b in told))
    return component
