"""Makes an installed tree independent of its installer, and gives it a hash to compare it by."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

# In a package's metadata, what pip and uv write about the installation.
INSTALLER_FILES = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json"}


def normalise(root: Path) -> None:
    """Remove what depends on the installer, its machine or the time, and set the modes.

    Licences and the rest of the metadata stay.
    """
    shutil.rmtree(root / "bin", ignore_errors=True)  # scripts that name the installing interpreter
    for path in sorted(root.rglob("*"), reverse=True):  # children come before their folder
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif _is_left_over(path, root):
            path.unlink()
    set_modes(root)


def set_modes(root: Path) -> None:
    """Set the modes that Lambda wants, 0755 for folders and 0644 for files, whatever the user's umask is.

    https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html
    """
    for path in [root, *root.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


def _is_left_over(path: Path, root: Path) -> bool:
    if path.parent.suffix == ".dist-info":
        return path.name in INSTALLER_FILES
    return path.suffix == ".pyc" or path == root / ".lock"


def tree_hash(root: Path) -> str:
    """Return a sha256, in hex, over the names, modes and contents of all files below a folder."""
    digest = hashlib.sha256()
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        line = f"{path.stat().st_mode & 0o777:o} {content} {path.relative_to(root).as_posix()}\n"
        digest.update(line.encode())
    return digest.hexdigest()
