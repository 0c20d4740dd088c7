"""What a bill of materials is put together from: components with hashes and licences."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any, NamedTuple

Component = dict[str, Any]
# An SPDX licence expression, of the forms that packages use; anything else is a licence's name.
EXPRESSION = re.compile(r"[\w.+-]*\w(?: (?:AND|OR|WITH) [\w.+-]+)*")


class Parts(NamedTuple):
    """A bill's subject, its components, and for each reference what it needs."""

    about: Component
    components: list[Component]
    depends_on: dict[str, list[str]]


def sha256(digest: str) -> list[dict[str, str]]:
    """Return a digest, in hex, as a component's ``hashes``."""
    return [{"alg": "SHA-256", "content": digest}]


def licences(text: str) -> list[dict[str, Any]]:
    """Return a licence, as an expression or a name, as a component's ``licenses``; none for no text."""
    if not text:
        return []
    return [{"expression": text} if EXPRESSION.fullmatch(text) else {"license": {"name": text}}]


def file_component(path: Path, root: Path) -> Component:
    """Return a file as a component, under its path below the root."""
    name = path.relative_to(root).as_posix()
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"type": "file", "bom-ref": name, "name": name, "hashes": sha256(digest)}
