"""Checks that every locked package is there, in the locked version, and can be imported."""

from __future__ import annotations

import importlib
from importlib import metadata

from canary.errors import CanaryError

# Where the name to import isn't the distribution's own.
IMPORT_NAMES = {"scikit-learn": "sklearn"}


def check_packages(locked: str) -> None:
    """Import every locked package and compare its version.

    Parameters
    ----------
    locked : str
        What the lock pins, such as ``numpy==2.2.6 scipy==1.16.3``.

    Raises
    ------
    CanaryError
        With everything that is missing, of another version, or can't be imported.
    """
    problems = [problem for pin in locked.split() if (problem := _problem(*pin.split("==")))]
    if problems:
        raise CanaryError("; ".join(problems))


def _problem(name: str, version: str) -> str | None:
    try:
        installed = metadata.version(name)
        module = importlib.import_module(IMPORT_NAMES.get(name, name.replace("-", "_")))
    except metadata.PackageNotFoundError:
        return f"{name} {version} is locked, but not there"
    except Exception as error:  # noqa: BLE001 - whatever a package raises, the others are still looked at
        return f"{name} {version} can't be imported ({type(error).__name__}: {error})"
    # A package's own word counts too: its metadata could be another copy's.
    found = {installed, getattr(module, "__version__", installed)}
    return None if found == {version} else f"{name} {version} is locked, found {', '.join(sorted(found))}"
