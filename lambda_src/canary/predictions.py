"""Checks that known models predict what they predicted where they were recorded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from canary.errors import CanaryError

if TYPE_CHECKING:
    from collections.abc import Sequence

KNOWN = Path(__file__).parent / "known"
# Other processors add up in another order; anything coarser is another answer.
TOLERANCE = 1e-12


def check_predictions(known: Path = KNOWN) -> None:
    """Load the models that were recorded with the layer's scikit-learn, and compare their answers.

    Parameters
    ----------
    known : pathlib.Path
        A folder for each scikit-learn version, with ``answers.json`` and the models that it names.

    Raises
    ------
    CanaryError
        If there is no record of this version, or an answer is another one.
    """
    import sklearn  # noqa: PLC0415 - a deployment that takes the canary away must not depend on the layer

    folder = known / sklearn.__version__
    if not folder.is_dir():
        raise CanaryError(
            f"no answers are recorded for scikit-learn {sklearn.__version__}: "
            "run model_training/own_estimator/record_canary.py with the packages of the layer's lock"
        )
    recorded = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    for name, answers in recorded["answers"].items():
        _compare(name, _predict(folder / f"{name}.skops", recorded["cards"]), answers)


def _predict(path: Path, cards: Sequence[tuple[float, float, float]]) -> list[float]:
    from estimators.estimator import load  # noqa: PLC0415 - as above

    return load(path.read_bytes()).predict(cards)


def _compare(name: str, predicted: Sequence[float], recorded: Sequence[float]) -> None:
    for number, (here, there) in enumerate(zip(predicted, recorded, strict=True)):
        # Written so that a NaN is another answer too.
        if not abs(here - there) <= TOLERANCE:
            raise CanaryError(f"{name}: card {number} gives {here!r}, recorded was {there!r}")
