"""A model that a person publishes or promotes, judged on reviews that it can't have seen.

Of three ways the first that the reviews allow:

1. Reviews newer than all that it and the live model were fitted to: the very model on those. An ONNX model,
   which has no other way, is judged on those that it hasn't seen if the live model has seen too many.
2. The reviews that `fit` held out of the same log: the model that `fit` measured, which is of the same kind
   and fitted without them. The card has their fingerprint.
3. For a scikit-learn estimator of an owner's own, each learner's newest 20 %: the same estimator fitted anew
   to the others.

With 2 and 3 the model itself must beat the baselines, too, though it may have seen the reviews.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import pandas as pd

from model_training.evaluation.holdout import fingerprint, held_out
from model_training.registry.card import MEASURED_FILE, newest_review
from model_training.registry.gates import Judge, Judgement
from model_training.registry.lake import Lake, LakeError
from model_training.registry.stored_model import PREFIX, StoredModel
from model_training.retraining import ledger
from model_training.retraining.comparison import weighted_log_loss
from model_training.retraining.decision import against, below_baselines, decide
from model_training.retraining.reviews import Judging, Mask, judging, newest_sample
from model_training.retraining.served import ServedModel, of_artifact, of_stored, served
from model_training.review_log.features import OUTCOME, design, scored_features
from recall.pointer import ONNX, SKOPS

FEWEST = 100  # reviews; fewer can't tell two models apart
OUTCOMES = 2  # failed and recalled
NONE_STORED = (
    "no reviews were given to compare it on, and the lake has no sample of a training run of the last week"
)
GIVE_REVIEWS = ": give --reviews FILE"
PREPARE = ": run `retrain --steps prepare`, or give --reviews FILE"
UNTIL_WHEN = (
    "an ONNX model can't be fitted anew to be judged, and its card doesn't say until when the reviews went "
    "that it was fitted to"
)
PUBLISH_AGAIN = ": publish it again with --trained-until TIME and newer reviews"
AS_IT_IS, MEASURED, ANEW = "the model itself", "the one that fit measured", "the estimator, fitted anew"


@dataclass(frozen=True)
class Case:
    """What is judged in a model's place, and on what.

    Parameters
    ----------
    model : ServedModel
        The model, or one of the same kind that was fitted without the judging reviews.
    judges : Judging
        The reviews.
    what : str
        `AS_IT_IS`, `MEASURED` or `ANEW`.
    """

    model: ServedModel
    judges: Judging
    what: str


def judge_by_hand(lake: Lake, reviews: pd.DataFrame | None) -> Judge:
    """Return what compares a model with the live one on reviews.

    Parameters
    ----------
    lake : Lake
        The lake that holds both models.
    reviews : DataFrame, optional
        `model_training.review_log.canonical.ReviewLog.reviews`; by default the sample of the newest run that
        the lake has.
    """

    def judge(model: StoredModel, live: str | None) -> Judgement:
        if model.format == ONNX and newest_review(model.card) is None:
            return Judgement(UNTIL_WHEN, {}, PUBLISH_AGAIN)
        try:
            log = newest_sample(lake) if reviews is None else _scored(reviews)
        except LakeError as error:  # who publishes may have no right to read what learners did
            return Judgement(f"the lake's reviews can't be read ({error})", {}, GIVE_REVIEWS)
        if log is None:
            return Judgement(NONE_STORED, {}, PREPARE)
        champion, candidate = served(lake, live), of_stored(model)
        found = _case(lake, model, candidate, champion, log)
        if isinstance(found, str):
            return Judgement(found, {})
        return _judged(lake, found, champion, candidate, first=live is None)

    return judge


def _judged(
    lake: Lake, case: Case, champion: ServedModel, candidate: ServedModel, *, first: bool
) -> Judgement:
    judges, version = case.judges, candidate.version
    name = f"by-hand-{version}-{_digest(judges)}"
    decision = decide(
        judges,
        (champion.version, champion.judged(judges)),
        {version: case.model.judged(judges)},
        ledger.number(lake, champion.version, name),
    ) | {"judged": case.what, "first": first}
    ledger.keep(lake, name, decision)
    reasons = against(decision, version, compared=not first, better=False)
    if not reasons and case.what != AS_IT_IS:
        ways = candidate.judged(judges).items()
        losses = {way: weighted_log_loss(judges, probability) for way, probability in ways}
        reasons = list(below_baselines(decision["baselines"], losses))
    if not reasons:
        return Judgement("", decision)
    on = f"on {len(judges.features):,} reviews of {judges.learners:,} learner(s), by {case.what}"
    return Judgement(f"{on}: {'; '.join(reasons)}", decision)


def _case(
    lake: Lake, model: StoredModel, candidate: ServedModel, champion: ServedModel, log: pd.DataFrame
) -> Case | str:
    """Return what is judged on what, or why nothing can be."""
    times = log["reviewed_at"]
    unseen_by_champion = _after(times, champion)
    unseen = unseen_by_champion & _after(times, candidate)
    if candidate.newest_review is not None and _enough(log, unseen):
        return Case(candidate, judging(log, unseen), AS_IT_IS)
    if model.format == ONNX:
        return _on_newer(candidate, log)
    newest = held_out(log)
    # The live model may have seen some of them: that is to its advantage, and the challenger's burden.
    rows = newest & unseen_by_champion
    rows = rows if _enough(log, rows) else newest
    why = ""
    if not _enough(log, rows):
        why = f", and {int(newest.sum()):,} are each learner's newest 20 %"
    elif model.format == SKOPS:
        return _anew(model, log, newest, rows)
    elif (measured := _measured(lake, model, log, newest)) is not None:
        return Case(measured, judging(log, rows), MEASURED)
    else:
        why = ", and they aren't the log of which fit held reviews out of this model"
    return (
        f"it can't be compared: {int(unseen.sum()):,} of {len(times):,} scored reviews are newer than what "
        f"it and the live model were trained on{why}; {FEWEST} are needed, recalled and failed ones"
    )


def _on_newer(candidate: ServedModel, log: pd.DataFrame) -> Case | str:
    """Return a model that can't be fitted anew, on all that it hasn't seen; the live one may have."""
    unseen = _after(log["reviewed_at"], candidate)
    if _enough(log, unseen):
        return Case(candidate, judging(log, unseen), AS_IT_IS)
    return (
        f"it can't be compared: {int(unseen.sum()):,} of {len(log):,} scored reviews are newer than what it "
        f"was trained on; {FEWEST} are needed, recalled and failed ones"
    )


def _after(times: pd.Series, model: ServedModel) -> Mask:
    if model.newest_review is None:
        return np.ones(len(times), dtype=bool)
    # The card has whole seconds.
    return np.asarray(times >= model.newest_review + pd.Timedelta(seconds=1))


def _enough(log: pd.DataFrame, rows: Mask) -> bool:
    outcomes = log.loc[rows, OUTCOME]
    return len(outcomes) >= FEWEST and outcomes.nunique() == OUTCOMES


def _measured(lake: Lake, model: StoredModel, log: pd.DataFrame, newest: Mask) -> ServedModel | None:
    """Return the model that fit measured on these very reviews; None when it measured on others."""
    if model.card.get("held_out_sha256") != fingerprint(*design(log[newest])):
        return None
    stored = lake.read(f"{PREFIX}{model.version}/{MEASURED_FILE}")
    if stored is None or sha256(stored.body).hexdigest() != model.card.get("measured_sha256"):
        return None
    return of_artifact(model.version, None, stored.body)


def _anew(model: StoredModel, log: pd.DataFrame, newest: Mask, rows: Mask) -> Case | str:
    from model_training.own_model.measure import fitted_anew  # noqa: PLC0415 - skops takes a second

    try:
        predict = fitted_anew(model.body, log[~newest])
    except Exception as error:  # noqa: BLE001 - it is foreign code with foreign data
        return f"the estimator can't be fitted anew on the older reviews ({type(error).__name__}: {error})"
    return Case(ServedModel(model.version, None, predict, None), judging(log, rows), ANEW)


def _scored(reviews: pd.DataFrame) -> pd.DataFrame | None:
    return None if reviews.empty else scored_features(reviews)


def _digest(judges: Judging) -> str:
    return fingerprint(*design(judges.features))[:8]
