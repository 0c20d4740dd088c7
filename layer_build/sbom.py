"""Writes the bill of materials of a built layer or of the function: `python -m layer_build sbom --help`.

CycloneDX 1.6 in JSON, https://cyclonedx.org/docs/1.6/json/. It holds no time, and its serial number is made
of its content: the same layer gives the same bytes.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from layer_build.errors import LayerError
from layer_build.sbom_layer import layer_parts
from layer_build.sbom_parts import Parts, file_component
from layer_build.targets import ARCHITECTURES, FOLDER, RUNTIMES, Target, find_target

PYPROJECT = FOLDER.parent / "pyproject.toml"
# What the build of the function leaves out.
NOT_SHIPPED = {"__pycache__"}


def function_parts(folder: Path, runtime: str) -> Parts:
    """Return the function's code, file by file, on the Python that Lambda has.

    Raises
    ------
    LayerError
        If the folder has no code.
    """
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    kept = [path for path in files if not NOT_SHIPPED.intersection(path.relative_to(folder).parts)]
    if not kept:
        raise LayerError(f"{folder}: there is no code; name the folder of the function, lambda_src")
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    about = {
        "type": "application",
        "bom-ref": "function",
        "name": project["name"],
        "version": project["version"],
        "description": project["description"],
        "licenses": [{"expression": project["license"]}],
    }
    version = runtime.removeprefix("python")
    python = {
        "type": "platform",
        "bom-ref": runtime,
        "name": "python",
        "version": version,
        "description": "Lambda's own, which AWS keeps up to date",
    }
    components = [python, *(file_component(path, folder) for path in kept)]
    return Parts(about, components, {"function": [runtime]})


def document(parts: Parts) -> dict[str, Any]:
    """Return the bill of materials of some parts, as JSON values."""
    content: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": parts.about},
        "components": parts.components,
        "dependencies": [
            {"ref": ref, "dependsOn": sorted(parts.depends_on[ref])} for ref in sorted(parts.depends_on)
        ],
    }
    serial = uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(content, sort_keys=True))
    return {"serialNumber": f"urn:uuid:{serial}", **content}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, or 2 with one line on stderr."""
    parser = argparse.ArgumentParser(prog="layer_build sbom", description="Write a CycloneDX SBOM.")
    parser.add_argument("what", choices=["layer", "function"])
    parser.add_argument(
        "folder", type=Path, metavar="DIR", help="what `build --out DIR` made, or the function's code"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    parser.add_argument("--runtime", choices=RUNTIMES, default="python3.11")
    parser.add_argument("--arch", choices=ARCHITECTURES, default="x86_64")
    chosen = parser.parse_args(arguments)
    try:
        parts = _parts(chosen.what, chosen.folder, find_target(chosen.runtime, chosen.arch))
        chosen.out.write_text(json.dumps(document(parts), indent=2) + "\n", encoding="utf-8")
    except (LayerError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"{chosen.out}: {len(parts.components)} components")
    return 0


def _parts(what: str, folder: Path, target: Target) -> Parts:
    return layer_parts(folder, target) if what == "layer" else function_parts(folder, target.runtime)
