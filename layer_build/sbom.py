"""Writes bills of materials of the function, and what those of the layer share with them (`sbom_layer`).

CycloneDX 1.6 in JSON, by the OWASP foundation's own library, which only the development environment has. A
bill holds no time, and its serial number is made of its content: the same files give the same bytes.
"""

from __future__ import annotations

import hashlib
import tomllib
import uuid
from collections.abc import Iterable
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6

from layer_build.errors import LayerError
from layer_build.targets import FOLDER

PYPROJECT = FOLDER.parent / "pyproject.toml"
# What the build of the function leaves out.
NOT_SHIPPED = {"__pycache__"}


def function_bom(folder: Path, runtime: str) -> Bom:
    """Return the bill of the function: its code, file by file, on the Python that Lambda provides.

    Parameters
    ----------
    folder : pathlib.Path
        The function's code, ``lambda_src``.
    runtime : str
        Lambda's name of the runtime, such as ``python3.11``.

    Raises
    ------
    LayerError
        If the folder has no code.
    """
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    shipped = [path for path in files if not NOT_SHIPPED.intersection(path.relative_to(folder).parts)]
    if not shipped:
        raise LayerError(f"{folder}: there is no code; name the folder of the function, lambda_src")
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    function = Component(
        type=ComponentType.APPLICATION,
        bom_ref="function",
        name=project["name"],
        version=project["version"],
        description=project["description"],
        licenses=licences(project["license"]),
    )
    python = Component(
        type=ComponentType.PLATFORM,
        bom_ref=runtime,
        name="python",
        version=runtime.removeprefix("python"),
        description="Lambda's own, which AWS keeps up to date",
    )
    files_of_code = (file_component(path, folder) for path in shipped)
    bom = Bom(metadata=BomMetaData(component=function), components=[python, *files_of_code])
    bom.register_dependency(function, [python])
    return bom


def as_json(bom: Bom) -> str:
    """Return a bill as CycloneDX 1.6, without a time and with a serial number made of its content."""
    bom.metadata.timestamp = None  # type: ignore[assignment]  # optional in the format; the library sets "now"
    bom.serial_number = uuid.UUID(int=0)
    bom.serial_number = uuid.uuid5(uuid.NAMESPACE_OID, JsonV1Dot6(bom).output_as_string())
    return JsonV1Dot6(bom).output_as_string(indent=2) + "\n"


def file_component(path: Path, root: Path) -> Component:
    """Return a file with its sha256 as a component; name and reference are its path below the root."""
    name = path.relative_to(root).as_posix()
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Component(type=ComponentType.FILE, bom_ref=name, name=name, hashes=[sha256(digest)])


def sha256(digest: str) -> HashType:
    """Return a sha256 in hex as CycloneDX has it."""
    return HashType(alg=HashAlgorithm.SHA_256, content=digest)


def licences(text: str) -> Iterable[License]:
    """Return a licence as an SPDX identifier or expression, or else as a name; nothing for no text."""
    return [LicenseFactory().make_from_string(text)] if text else []
