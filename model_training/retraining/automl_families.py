"""What FLAML may search: scikit-learn's monotone estimators, and their parameters.

Only what the service can predict with: estimators that skops stores and the ML layer loads, and whose recall
can't rise with elapsed days or difficulty. Boosted trees and forests take that as a constraint; neighbours
and linear models on these inputs don't, and would be refused when they are promoted. FLAML's own list of
estimators isn't used: importing it takes LightGBM and XGBoost, which can't be served.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier, RandomForestClassifier

from recall.errors import RecallError

SEED = 20261121
NEVER_RISES = [-1, 0, -1]  # with days, not with review count, with difficulty


class AutoMLError(RecallError):
    """The search can't be done here: says what is missing."""


def boosting(**config: Any) -> Any:
    """Return gradient-boosted trees."""
    return HistGradientBoostingClassifier(
        monotonic_cst=NEVER_RISES, early_stopping=False, random_state=SEED, **config
    )


def forest(**config: Any) -> Any:
    """Return a random forest."""
    return RandomForestClassifier(monotonic_cst=NEVER_RISES, random_state=SEED, **config)


def extra_trees(**config: Any) -> Any:
    """Return a forest of extremely randomised trees."""
    return ExtraTreesClassifier(monotonic_cst=NEVER_RISES, random_state=SEED, **config)


FAMILIES: dict[str, Callable[..., Any]] = {
    "boosting": boosting,
    "forest": forest,
    "extra_trees": extra_trees,
}


def searchers() -> dict[str, Any]:
    """Return FLAML's cost-frugal search for each family: it begins with what is cheap to fit."""
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="flaml.automl is not available")
            from flaml.tune.sample import lograndint, loguniform, randint  # noqa: PLC0415 - few have it
            from flaml.tune.searcher.blendsearch import CFO  # noqa: PLC0415 - the same
    except ImportError as error:
        raise AutoMLError(
            "--automl-seconds needs flaml, which isn't installed here: uv sync --group automl (the jobs "
            "function never has it: do the step train elsewhere)"
        ) from error
    trees = {"max_leaf_nodes": lograndint(4, 65), "min_samples_leaf": lograndint(5, 501)}
    steps = {
        "max_iter": lograndint(8, 401),
        "learning_rate": loguniform(0.01, 0.5),
        "l2_regularization": loguniform(1e-6, 100.0),
    }
    many = {"n_estimators": lograndint(8, 201), "max_features": randint(1, 4)}
    spaces = {"boosting": trees | steps, "forest": trees | many, "extra_trees": trees | many}
    cheap = {"max_leaf_nodes": 4, "max_iter": 8, "n_estimators": 8}
    return {
        family: CFO(
            metric="loss",
            mode="min",
            space=space,
            low_cost_partial_config={name: cheap[name] for name in space if name in cheap},
            seed=SEED,
            cost_attr=None,  # measured times would make another search of it each time
        )
        for family, space in spaces.items()
    }
