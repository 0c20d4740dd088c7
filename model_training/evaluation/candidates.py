"""The list of all that is compared, in the order of the reports."""

from __future__ import annotations

import pandas as pd

from model_training.evaluation import baselines
from model_training.evaluation.candidate import Candidate
from model_training.evaluation.fsrs_candidates import FsrsCandidates
from model_training.evaluation.half_life import counts_design, half_life_fit, inputs_design
from model_training.evaluation.offset import with_offset
from model_training.evaluation.served_candidates import ServedCandidates

# Every other candidate is compared with those of these that the protocol has, in paired differences.
REFERENCES = ("fsrs6_default", "fsrs6_default_offset", "fsrs6_per_learner", "reference_logistic")
# What the plots show, each in the same colour everywhere.
HIGHLIGHTS = (
    "reference_logistic",
    "boosted_trees",
    "fsrs6_default",
    "fsrs6_default_offset",
    "recall_three_inputs",
    "recall_three_inputs_state",
    "recall_history",
    "recall_history_state",
)


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
    fsrs, served = FsrsCandidates(reviews), ServedCandidates(reviews)
    estimator = baselines.estimator_fit
    per_learner = Candidate("fsrs6_per_learner", "FSRS-6, fitted per learner", fsrs.fit_per_learner)
    return [
        Candidate("constant", "Constant", baselines.fit_constant),
        Candidate("moving_average", "Moving average", baselines.fit_moving_average),
        Candidate(
            "reference_logistic", "Logistic regression (reference)", estimator(baselines.reference_logistic)
        ),
        Candidate("half_life_regression", "Half-life regression", half_life_fit(counts_design)),
        Candidate("exponential", "Exponential curve", half_life_fit(inputs_design)),
        Candidate("power_curve", "Power curve, no prior", estimator(baselines.power_curve)),
        Candidate("boosted_trees", "Boosted trees, monotone", estimator(baselines.boosted_trees)),
        Candidate("fsrs6_default", "FSRS-6, default", fsrs.fit_default),
        Candidate("fsrs6_default_offset", "FSRS-6, default + offset", with_offset(fsrs.fit_default)),
        Candidate("fsrs6_pooled", "FSRS-6, pooled fit", fsrs.fit_pooled),
        *([per_learner] if protocol == "time" else []),
        Candidate("recall_three_inputs", "Recall, three inputs", served.fit_three_inputs),
        Candidate(
            "recall_three_inputs_state",
            "Recall, three inputs + learner state",
            served.fit_three_inputs_with_learner,
        ),
        Candidate("recall_history", "Recall, card history", served.fit_alone),
        Candidate("recall_history_state", "Recall, card history + learner state", served.fit_with_learner),
    ]
