"""What FLAML's AutoML may search: boosted trees and forests whose recall can't rise, and their parameters.

Only what can be served: scikit-learn's estimators, which skops stores, and those of LightGBM and XGBoost,
which become ONNX models. All of them take as a constraint that recall never rises with elapsed days or
difficulty; neighbours and linear models on these inputs don't, and would be refused when they are promoted.
"""

from __future__ import annotations

from typing import Any

from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier, RandomForestClassifier

from recall.errors import RecallError

SEED = 20261121
NEVER_RISES = [-1, 0, -1]  # with days, not with review count, with difficulty
# FLAML allows as many of both as there are reviews: a model of 16 MiB couldn't be published.
MOST_TREES, MOST_LEAVES = 400, 64
FEWEST = 4  # of both, where FLAML begins

# By FLAML's names. What isn't searched: the constraints, and no early stopping on reviews drawn by chance.
SKLEARN: dict[str, dict[str, Any]] = {
    "histgb": {"monotonic_cst": NEVER_RISES, "early_stopping": False},
    "rf": {"monotonic_cst": NEVER_RISES},
    "extra_tree": {"monotonic_cst": NEVER_RISES},
}
ONNX: dict[str, dict[str, Any]] = {
    "lgbm": {"monotone_constraints": NEVER_RISES},
    "xgboost": {"monotone_constraints": str(tuple(NEVER_RISES))},
}
LEAVES = {"lgbm": "num_leaves"}  # of the others: max_leaves

SKLEARN_CLASSES = {
    each.__name__: each
    for each in (HistGradientBoostingClassifier, RandomForestClassifier, ExtraTreesClassifier)
}


class AutoMLError(RecallError):
    """The search can't be done here, or found nothing: says what to do."""


def automl() -> Any:
    """Return FLAML's AutoML, which loads LightGBM and XGBoost.

    Raises
    ------
    AutoMLError
        If it isn't installed, or the system has no OpenMP for them.
    """
    try:
        from flaml import AutoML  # noqa: PLC0415 - few have it, and it takes seconds
    except ImportError as error:
        raise AutoMLError(
            "--automl-seconds needs flaml, which isn't installed here: uv sync --group automl (the jobs "
            "function never has it: do the step train elsewhere)"
        ) from error
    except OSError as error:  # LightGBM's wheel is the only one here that brings no OpenMP along
        raise AutoMLError(
            f"--automl-seconds needs OpenMP ({error}): apt install libgomp1, or brew install libomp"
        ) from error
    return AutoML()


def searched(families: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return what FLAML's own spaces are changed to: fixed parameters, and bounded sizes."""
    from flaml.tune.sample import lograndint  # noqa: PLC0415 - as in `automl`

    def size(most: int) -> dict[str, Any]:
        return {
            "domain": lograndint(FEWEST, most + 1),
            "init_value": FEWEST,
            "low_cost_init_value": FEWEST,
        }

    return {
        family: {name: {"domain": value} for name, value in fixed.items()}
        | {"n_estimators": size(MOST_TREES), LEAVES.get(family, "max_leaves"): size(MOST_LEAVES)}
        for family, fixed in families.items()
    }


def estimator_class(name: str) -> Any:
    """Return an estimator's class by its name, which the cards of challengers have.

    Raises
    ------
    AutoMLError
        If its library isn't installed.
    """
    if name in SKLEARN_CLASSES:
        return SKLEARN_CLASSES[name]
    try:
        from lightgbm import LGBMClassifier  # noqa: PLC0415 - few have them
        from xgboost import XGBClassifier  # noqa: PLC0415 - the same
    except ImportError as error:
        raise AutoMLError(f"{name} isn't installed here: uv sync --group automl") from error
    return {each.__name__: each for each in (LGBMClassifier, XGBClassifier)}[name]
