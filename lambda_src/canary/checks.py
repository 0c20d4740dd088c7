"""The checks: every locked package is there, and known models predict what they predicted when recorded."""

from __future__ import annotations

import importlib
import json
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from recall.pointer import ONNX, SKOPS, TOLERANCES

if TYPE_CHECKING:
    from collections.abc import Sequence

# Where a distribution's module has another name.
MODULES = {"scikit-learn": "sklearn"}
KNOWN = Path(__file__).parent / "known"
# Where the ONNX models are: they need no version of scikit-learn.
ONNX_FOLDER = "onnx"


class CanaryError(Exception):
    """The layer isn't what was locked, or doesn't predict what was recorded; the message is one line."""


def check_packages(locked: str) -> None:
    """Import every locked package and compare its version.

    Parameters
    ----------
    locked : str
        What the lock pins, such as ``numpy==2.2.6 scipy==1.16.3``.

    Raises
    ------
    CanaryError
        Naming every package that is missing, has another version, or can't be imported.
    """
    problems = [problem for pin in locked.split() if (problem := _problem(*pin.split("==")))]
    if problems:
        raise CanaryError("; ".join(problems))


def check_predictions(known: Path = KNOWN) -> None:
    """Load the models that were recorded with the layer's scikit-learn, and compare their predictions.

    Parameters
    ----------
    known : pathlib.Path
        A folder for each scikit-learn version, with ``answers.json`` and the models that it names.

    Raises
    ------
    CanaryError
        If nothing is recorded for this version, or a prediction differs.
    """
    import sklearn  # noqa: PLC0415 - removing the canary from a deployment must not depend on the layer

    folder = known / sklearn.__version__
    if not folder.is_dir():
        raise CanaryError(
            f"no predictions are recorded for scikit-learn {sklearn.__version__}: "
            "run model_training/own_model/record_canary.py with the packages of the layer's lock"
        )
    recorded = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    for name, predictions in recorded["answers"].items():
        predicted = _predict(folder / f"{name}.skops", recorded["cards"])
        _compare(name, predicted, predictions, TOLERANCES[SKOPS])


def check_onnx_predictions(known: Path = KNOWN) -> None:
    """Load the ONNX models that were recorded, and compare their predictions.

    Parameters
    ----------
    known : pathlib.Path
        A folder that holds ``onnx``, with ``answers.json`` and the models that it names.

    Raises
    ------
    CanaryError
        If a prediction differs.
    """
    from onnx_models.model import load  # noqa: PLC0415 - as above

    folder = known / ONNX_FOLDER
    recorded = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    for name, predictions in recorded["answers"].items():
        predicted = load(folder / f"{name}.onnx").predict(recorded["cards"])
        _compare(name, predicted, predictions, TOLERANCES[ONNX])


def _problem(name: str, version: str) -> str | None:
    try:
        installed = metadata.version(name)
        module = importlib.import_module(MODULES.get(name, name.replace("-", "_")))
    except metadata.PackageNotFoundError:
        return f"{name} {version} is locked, but missing"
    except Exception as error:  # noqa: BLE001 - a package may raise anything; the others are still checked
        return f"{name} {version} can't be imported ({type(error).__name__}: {error})"
    # The module's version counts too: the metadata could be of another copy.
    found = {installed, getattr(module, "__version__", installed)}
    return None if found == {version} else f"{name} {version} is locked, found {', '.join(sorted(found))}"


def _predict(path: Path, cards: Sequence[tuple[float, float, float]]) -> list[float]:
    from estimators.estimator import load  # noqa: PLC0415 - as above

    return load(path.read_bytes()).predict(cards)


def _compare(name: str, predicted: Sequence[float], recorded: Sequence[float], tolerance: float) -> None:
    for number, (here, there) in enumerate(zip(predicted, recorded, strict=True)):
        # Written so that NaN is a difference, too.
        if not abs(here - there) <= tolerance:
            raise CanaryError(f"{name}: card {number} gives {here!r}, recorded was {there!r}")
