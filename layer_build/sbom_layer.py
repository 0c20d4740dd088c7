"""The bill of materials of a built layer: every wheel of its lock, and the libraries and models inside."""

from __future__ import annotations

import fnmatch
import re
from email.message import Message
from pathlib import Path
from typing import NamedTuple

from cyclonedx.model import Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from packageurl import PackageURL

from layer_build.checks import layer_root
from layer_build.packages import check_packages, licence_files, read_metadata
from layer_build.sbom import file_component, licences, sha256
from layer_build.steps.weights import about
from layer_build.targets import Target
from layer_build.tree import tree_hash
from layer_build.versions import normalised

LOCKED = re.compile(r"^([\w.-]+)==(\S+) \\\n +--hash=sha256:([0-9a-f]{64})$", re.MULTILINE)
# A wheel's LICENSE describes the libraries inside it in paragraphs of "Name: …", "Files: …" and so on.
BUNDLED = re.compile(r"^Name: (.+)\nFiles: (.+)\n(?:(?:Description|Availability): .+\n)*License: (.+)$", re.M)
OPENBLAS_VERSION = re.compile(rb"OpenBLAS (\d+\.\d+\.\d+[\w.]*)")
# auditwheel puts a hash of the file into its name.
LIBRARY_NAME = re.compile(r"(\w+?)(?:-[0-9a-f]{8})?\.so[\d.]*")


class Bundled(NamedTuple):
    """A library inside a wheel, as the wheel's licence file describes it.

    Attributes
    ----------
    name : str
        What people call it, such as ``OpenBLAS``.
    files : str
        A pattern of its files, relative to the layer.
    licence : str
        An SPDX expression.
    """

    name: str
    files: str
    licence: str


def layer_bom(out: Path, target: Target) -> Bom:
    """Return the bill of a built layer.

    Parameters
    ----------
    out : pathlib.Path
        The directory that ``build --out`` wrote.
    target : Target
        The runtime, architecture and layer for which it was built.

    Raises
    ------
    LayerError
        If there is no layer, or it has other packages than the target's lock.
    """
    root = layer_root(out)
    check_packages(root, target)
    tree = tree_hash(root)
    layer = Component(
        type=ComponentType.LIBRARY,
        bom_ref="layer",
        name=f"{target.layer.name}-layer-{target.runtime}-{target.arch}",
        version=tree[:12],
        properties=[Property(name="recall:tree-sha256", value=tree)],
    )
    hashes = {name: digest for name, _, digest in LOCKED.findall(target.lock.read_text(encoding="utf-8"))}
    wheels, needs = {}, {}
    for package in sorted(root.glob("*.dist-info")):
        metadata = read_metadata(package)
        name = normalised(metadata["Name"])
        wheels[name] = _wheel(root, package, metadata, hashes[name])
        needs[name] = _needed(metadata)
    bom = Bom(metadata=BomMetaData(component=layer), components=wheels.values())
    bom.register_dependency(layer, wheels.values())
    for name, needed in needs.items():
        bom.register_dependency(wheels[name], [wheels[other] for other in needed & wheels.keys()])
    return bom


def _wheel(root: Path, package: Path, metadata: Message, digest: str) -> Component:
    name, version = normalised(metadata["Name"]), metadata["Version"]
    purl = PackageURL("pypi", name=name, version=version)
    return Component(
        type=ComponentType.LIBRARY,
        bom_ref=purl.to_string(),
        name=name,
        version=version,
        purl=purl,
        hashes=[sha256(digest)],
        licenses=licences(_declared_licence(package, metadata)),
        components=[*_libraries(root, package), *_models(root, package)],
    )


def _needed(metadata: Message) -> set[str]:
    """Return the names of what a package always needs, without its extras."""
    lines = [str(line) for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    return {normalised(re.split(r"[^\w.-]", line, maxsplit=1)[0]) for line in lines}


def _declared_licence(package: Path, metadata: Message) -> str:
    """Return the licence as the metadata names it, or else the first line of the licence's text."""
    expression, text = metadata.get("License-Expression", ""), metadata.get("License", "")
    if expression or (text and "\n" not in text and not text.startswith("Copyright")):
        return str(expression or text)
    classifiers = [str(line) for line in metadata.get_all("Classifier", []) if "License ::" in line]
    names = [line.rpartition(" :: ")[2] for line in classifiers]
    specific = [name for name in names if name != "OSI Approved"]
    return specific[0] if specific else _licence_text(package).strip().partition("\n")[0]


def _licence_text(package: Path) -> str:
    files = [path for path in licence_files(package) if path.is_file()]
    return files[0].read_text(encoding="utf-8") if files else ""


def _libraries(root: Path, package: Path) -> list[Component]:
    """Return the shared libraries that a wheel brought along; auditwheel puts them beside the package."""
    folder = root / f"{package.name.partition('-')[0]}.libs"
    bundled = [Bundled(*found) for found in BUNDLED.findall(_licence_text(package))]
    return [_library(path, root, bundled) for path in sorted(folder.glob("*.so*"))]


def _models(root: Path, package: Path) -> list[Component]:
    """Return the language models that a wheel brought along."""
    folder = root / package.name.partition("-")[0]
    return [_model(path, root) for path in sorted(folder.rglob("*.safetensors"))]


def _model(path: Path, root: Path) -> Component:
    component = file_component(path, root)
    component.type = ComponentType.MACHINE_LEARNING_MODEL
    metadata = about(path.read_bytes())
    component.name = metadata.get("model", component.name)
    component.description = metadata.get("changes")
    component.licenses = licences(metadata.get("license", ""))
    return component


def _library(path: Path, root: Path, bundled: list[Bundled]) -> Component:
    data = path.read_bytes()
    component = file_component(path, root)
    component.type = ComponentType.LIBRARY
    described = [each for each in bundled if fnmatch.fnmatchcase(component.name, f"{each.files}*")]
    if plain := LIBRARY_NAME.fullmatch(path.name):
        component.name = plain[1]
    if version := OPENBLAS_VERSION.search(data):
        component.version = version[1].decode()
    if described:
        component.description = described[0].name
        component.licenses = licences(" AND ".join(each.licence for each in described))
    return component
