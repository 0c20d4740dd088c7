"""Fetches an object that may be large: to memory, or in parts to a file that its model is loaded from.

What an environment has of a file when it is frozen, or when S3 fails, it keeps, and goes on from there. A
file counts once its sha256 is the pointer's.
"""

from __future__ import annotations

import errno
import hashlib
from pathlib import Path

from inference.s3 import S3Error
from recall.errors import DamagedArtifactError, UnsupportedArtifactError
from recall.model_size import least_storage_mb

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from inference.s3 import S3Object, S3Reader

FOLDER = Path("/tmp/recall-models")  # noqa: S108 - Lambda's own disk: nobody else writes there
UNFINISHED = ".part"
DIGEST_DIGITS = 64
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
START_BEHIND_END = 416  # HTTP's status
OTHER_SHA256 = "the artifact's sha256 isn't the pointer's"


def fetch(reader: S3Reader, key: str, digest: str, maximum_bytes: int) -> bytes | Path:
    """Fetch an object.

    Parameters
    ----------
    reader : S3Reader
        Reads the object's bucket.
    key : str
        The object's key.
    digest : str
        Its sha256, hexadecimal.
    maximum_bytes : int
        The size that it may have.

    Returns
    -------
    bytes or pathlib.Path
        The object, or its file in `FOLDER` where it is larger than what S3 is read of at once.

    Raises
    ------
    S3Error
        If S3 doesn't give it.
    DamagedArtifactError
        If it has another sha256: nothing is left of it.
    UnsupportedArtifactError
        If it is too large, or the disk has no room for it.
    """
    if len(digest) != DIGEST_DIGITS or not digest.isalnum():  # it names a file
        raise DamagedArtifactError(OTHER_SHA256)
    path = FOLDER / digest
    if _holds(path, digest):
        return path
    unfinished = FOLDER / (digest + UNFINISHED)
    start = unfinished.stat().st_size if unfinished.exists() else 0
    found = _read(reader, key, unfinished, start)
    if found.size > maximum_bytes:
        raise UnsupportedArtifactError(
            f"the model has {found.size} bytes, allowed are {maximum_bytes}, a share of the function's "
            "memory: publish a smaller one, or raise memory_mb"
        )
    if start == 0 and found.size == len(found.body):
        if hashlib.sha256(found.body).hexdigest() != digest:
            raise DamagedArtifactError(OTHER_SHA256)
        return found.body
    _make_room(digest)
    _save(reader, key, unfinished, found)
    if not _holds(unfinished, digest):
        raise DamagedArtifactError(OTHER_SHA256)
    return unfinished.replace(path)


def _holds(path: Path, digest: str) -> bool:
    """Return whether a file has this sha256; one that has another is removed."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return False
    if found != digest:
        path.unlink()
    return found == digest


def _read(reader: S3Reader, key: str, unfinished: Path, start: int) -> S3Object:
    try:
        found = reader.read(key, start=start)
    except S3Error as error:
        if error.status == START_BEHIND_END:  # what is there isn't the beginning of this object
            unfinished.unlink(missing_ok=True)
        raise
    if found is None or not found.body:
        raise S3Error(f"GET {key}: S3 sent nothing from byte {start} on")
    return found


def _make_room(digest: str) -> None:
    """Remove other models' files: the last good model is in memory, so the disk needs room for one."""
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.iterdir():
        if not path.name.startswith(digest):
            path.unlink()


def _save(reader: S3Reader, key: str, unfinished: Path, found: S3Object) -> None:
    size = found.size
    try:
        with unfinished.open("ab") as file:
            while file.write(found.body) and file.tell() < size:
                found = _read(reader, key, unfinished, file.tell())
    except OSError as error:
        unfinished.unlink()
        if error.errno not in FULL:
            raise
        raise UnsupportedArtifactError(
            f"the model has {size} bytes, and /tmp is full: set ephemeral_storage_mb to "
            f"{least_storage_mb(size)} or more and deploy"
        ) from error
