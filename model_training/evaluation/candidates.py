"""The list of all that is compared, in the order of the reports."""

from __future__ import annotations

import pandas as pd

from model_training.evaluation import baselines
from model_training.evaluation.candidate import Candidate
from model_training.evaluation.fsrs_candidates import FsrsCandidates
from model_training.evaluation.half_life import counts_design, half_life_fit, inputs_design
from model_training.evaluation.offset import with_offset
from model_training.evaluation.served_candidates import ServedCandidates

# The served models, each compared with every other candidate in paired differences.
SERVED = ("recall_history_state", "recall_history", "recall_three_inputs_state", "recall_three_inputs")
# What the plots show, each in the same colour everywhere.
HIGHLIGHTS = (
    "reference_logistic",
    "boosted_trees",
    "fsrs6_default",
    "fsrs6_pooled_state",
    "recall_three_inputs",
    "recall_three_inputs_state",
    "recall_history",
    "recall_history_state",
)

# What a prediction rests on: of the card, and of its learner's earlier outcomes.
INPUTS, COUNTS, HISTORY = "three inputs", "counts", "history"
LEARNER, OWN_FIT = " + learner", " + own fit"


def make_candidates(reviews: pd.DataFrame, protocol: str) -> list[Candidate]:
    """Return the candidates for a log.

    Parameters
    ----------
    reviews : DataFrame
        `model_training.review_log.canonical.ReviewLog.reviews`, for candidates that read whole histories.
    protocol : str
        A key of `model_training.evaluation.protocols.PROTOCOLS`. FSRS-6 is fitted per learner under ``time``
        only: under ``new`` the learner's own reviews aren't there to fit on.
    """
    return [*_baselines(), *_fsrs(FsrsCandidates(reviews), protocol), *_served(ServedCandidates())]


def _baselines() -> list[Candidate]:
    logistic, curve, trees = (
        baselines.estimator_fit(make)
        for make in (baselines.reference_logistic, baselines.power_curve, baselines.boosted_trees)
    )
    return [
        Candidate("constant", "Constant", "nothing", baselines.fit_constant),
        Candidate("moving_average", "Moving average", "learner", baselines.fit_moving_average),
        Candidate("reference_logistic", "Logistic regression (reference)", INPUTS, logistic),
        Candidate("half_life_regression", "Half-life regression", COUNTS, half_life_fit(counts_design)),
        Candidate("exponential", "Exponential curve", INPUTS, half_life_fit(inputs_design)),
        Candidate("power_curve", "Power curve, no prior", INPUTS, curve),
        Candidate("boosted_trees", "Boosted trees, monotone", INPUTS, trees),
        Candidate("boosted_trees_offset", "Boosted trees + offset", INPUTS + LEARNER, with_offset(trees)),
    ]


def _fsrs(fsrs: FsrsCandidates, protocol: str) -> list[Candidate]:
    online, own = HISTORY + LEARNER, HISTORY + OWN_FIT
    everywhere = [
        Candidate("fsrs6_default", "FSRS-6, default", HISTORY, fsrs.fit_default),
        Candidate("fsrs6_pooled", "FSRS-6, pooled fit", HISTORY, fsrs.fit_pooled),
        Candidate("fsrs6_default_offset", "FSRS-6, default + offset", online, with_offset(fsrs.fit_default)),
        Candidate("fsrs6_default_state", "FSRS-6, default + state", online, fsrs.fit_default_with_learner),
        Candidate("fsrs6_pooled_state", "FSRS-6, pooled fit + state", online, fsrs.fit_pooled_with_learner),
    ]
    per_learner = [
        Candidate("fsrs6_per_learner", "FSRS-6, fit per learner", own, fsrs.fit_per_learner),
        Candidate(
            "fsrs6_per_learner_state",
            "FSRS-6, fit per learner + state",
            own + LEARNER,
            fsrs.fit_per_learner_with_learner,
        ),
    ]
    return everywhere + (per_learner if protocol == "time" else [])


def _served(served: ServedCandidates) -> list[Candidate]:
    return [
        Candidate("recall_three_inputs", "Recall, three inputs", INPUTS, served.fit_three_inputs),
        Candidate(
            "recall_three_inputs_state",
            "Recall, three inputs + state",
            INPUTS + LEARNER,
            served.fit_three_inputs_with_learner,
        ),
        Candidate("recall_history", "Recall, history", HISTORY, served.fit_alone),
        Candidate(
            "recall_history_state", "Recall, history + state", HISTORY + LEARNER, served.fit_with_learner
        ),
    ]
