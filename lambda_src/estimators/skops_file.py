"""Checks of a skops file before any object in it is created: format, size, types and versions."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

import sklearn
from skops.io._protocol import PROTOCOL

from estimators.trusted import LOADERS
from recall.errors import ArtifactError, DamagedArtifactError, UnsupportedArtifactError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, BinaryIO

SCHEMA = "schema.json"
# A schema may have this part of what a model may: parsing takes several times its size in memory.
SCHEMA_SHARE = 4
SAVE = 'save it with skops.io.dump(model, "model.skops")'
# How pickles begin in protocols 2 to 5, and in the compressions of joblib: zlib, gzip, bz2, xz, lzma, lz4.
PICKLE_STARTS = (b"\x80", b"\x78", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x5d\x00", b"\x04\x22\x4d\x18")
OLD_PICKLE_STARTS = (b"c", b"(", b"]", b"}")  # protocols 0 and 1; both end with a full stop
LONGEST_START = 8
LONGEST_END = 64


def check_file(file: BinaryIO, maximum_bytes: int) -> int:
    """Refuse anything but a skops file of the installed versions, within the limits of size.

    Parameters
    ----------
    file : binary file
        The whole file, which can be searched.
    maximum_bytes : int
        The size that it may have, as a file and decompressed.

    Returns
    -------
    int
        Its size, in bytes: the file's, or what it decompresses to, whichever is more.

    Raises
    ------
    DamagedArtifactError
        If it isn't a skops file, or not a whole one.
    UnsupportedArtifactError
        If it is too large, of another version, or of a format that is never read, such as a pickle.
    """
    file_bytes = file.seek(0, os.SEEK_END)
    if file_bytes > maximum_bytes:
        raise UnsupportedArtifactError(_too_large(file_bytes, "as a file", maximum_bytes))
    try:
        schema, sizes = _read_schema(file, maximum_bytes)
    except ArtifactError:
        raise
    except Exception as error:  # a damaged file makes zipfile and json raise anything
        raise DamagedArtifactError(
            f"the model's file is damaged ({type(error).__name__}: {error})"
        ) from error
    nodes = list(_nodes(schema))
    _check_loaders(nodes, schema)
    _check_versions(nodes, schema)
    # Each node that names a member decompresses it anew.
    named = sum(sizes.get(str(node.get("file")), 0) for node in nodes)
    if named > maximum_bytes:
        raise UnsupportedArtifactError(_too_large(named, "decompressed", maximum_bytes))
    return max(file_bytes, named, sum(sizes.values()))


def _read_schema(file: BinaryIO, maximum_bytes: int) -> tuple[Any, dict[str, int]]:
    """Return the schema, and the decompressed size of each member by its name."""
    try:
        archive = ZipFile(file)
    except BadZipFile as error:
        raise _other_file(file) from error
    with archive:
        sizes = {member.filename: member.file_size for member in archive.infolist()}
        if SCHEMA not in sizes:
            raise DamagedArtifactError(
                f"the model's file isn't a skops file, but a zip without {SCHEMA}: {SAVE}"
            )
        # zipfile never decompresses more of a member than is announced here.
        size = sum(member.file_size for member in archive.infolist())
        if size > maximum_bytes:
            raise UnsupportedArtifactError(_too_large(size, "decompressed", maximum_bytes))
        if sizes[SCHEMA] > maximum_bytes // SCHEMA_SHARE:
            raise UnsupportedArtifactError(
                _too_large(sizes[SCHEMA], f"in {SCHEMA}", maximum_bytes // SCHEMA_SHARE)
            )
        return json.loads(archive.read(SCHEMA)), sizes


def _other_file(file: BinaryIO) -> ArtifactError:
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    start = file.read(LONGEST_START)
    file.seek(max(0, size - LONGEST_END))
    old_pickle = start.startswith(OLD_PICKLE_STARTS) and file.read().rstrip().endswith(b".")
    if old_pickle or start.startswith(PICKLE_STARTS):
        return UnsupportedArtifactError(
            f"the model's file is a pickle, which runs code when it is read: {SAVE}"
        )
    return DamagedArtifactError(f"the model's file isn't a skops file, or only a part of one: {SAVE}")


def _nodes(part: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of a schema, without recursion: a hostile file may be nested to any depth."""
    waiting = [part]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if "__loader__" in part:
                yield part
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)


def _check_loaders(nodes: list[dict[str, Any]], schema: Any) -> None:
    if not isinstance(schema, dict) or "__loader__" not in schema:
        raise DamagedArtifactError(f"the model's file is damaged ({SCHEMA} describes no object)")
    if schema.get("protocol") != PROTOCOL:
        raise UnsupportedArtifactError(
            f"the model was saved with protocol {schema.get('protocol')!r} of skops, the layer's skops has "
            f"{PROTOCOL}: save it with the layer's version"
        )
    for node in nodes:
        if str(node["__loader__"]) not in LOADERS:
            name = f"{node.get('__module__')}.{node.get('__class__')}"
            raise UnsupportedArtifactError(
                f"the model holds {name[:200]}, which isn't trusted: "
                "only numbers, text and scikit-learn's own objects are"
            )


def _check_versions(nodes: list[dict[str, Any]], schema: dict[str, Any]) -> None:
    found = {_version(node) for node in nodes if _version(node) is not None}
    if _version(schema) is None:
        raise UnsupportedArtifactError(
            "the model is no scikit-learn estimator: its file doesn't say which version fitted it"
        )
    others = sorted(map(str, found - {sklearn.__version__}))
    if others:
        raise UnsupportedArtifactError(
            f"the model was fitted with scikit-learn {others[0][:40]}, here is {sklearn.__version__}: "
            "fit it with the version of the layer"
        )


def _version(node: dict[str, Any]) -> Any:
    """Return the scikit-learn version of an estimator's node as it is written, None for other nodes."""
    attributes = node.get("content")
    content = attributes.get("content") if isinstance(attributes, dict) else None
    version = content.get("_sklearn_version") if isinstance(content, dict) else None
    if not isinstance(version, dict) or not isinstance(version.get("content"), str):
        return None
    return version["content"].strip('"')


def _too_large(size: int, where: str, limit: int) -> str:
    return (
        f"the model has {size} bytes {where}, allowed are {limit}, a share of the function's memory: "
        "fit a smaller one, compress the file, or raise memory_mb"
    )
