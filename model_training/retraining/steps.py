"""The steps of a run that follow `prepare`: functions of the run that return what they found, as JSON values.

They read the sample that `prepare` wrote, and not the table of reviews.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pandas as pd

from model_training.registry.gates import GateError, Judgement
from model_training.registry.moves import PROMOTE
from model_training.registry.promote import PromoteError
from model_training.registry.promote import promote as move_live
from model_training.registry.signing import SigningError
from model_training.registry.stored_model import StoredModel
from model_training.retraining import ledger
from model_training.retraining.challengers import fit_again, fit_challengers
from model_training.retraining.comparison import weighted_log_loss
from model_training.retraining.decision import against, below_baselines, decide, differences, worst
from model_training.retraining.reviews import Judging, Training, cells_of, judging, sample_of
from model_training.retraining.run import CELLS, OLDER_CELLS, Output, Run, stop
from model_training.retraining.served import served


def train_challengers(run: Run, _now: datetime) -> Output:
    """Fit models on the reviews before the judging ones, and store them beside the others, not live."""
    prepared, sample = run.needs("prepare"), sample_of(run)
    older = sample[sample["reviewed_at"] < _boundary(prepared)].reset_index(drop=True)
    data = prepared["older"] | {"scored_reviews": prepared["older_scored"]}
    training = Training(older, data, cells_of(run, OLDER_CELLS))
    versions = fit_challengers(run, training, datetime.fromisoformat(prepared["at"]))
    return {"go": True, "challengers": versions, "reviews": len(older)}


def evaluate(run: Run, _now: datetime) -> Output:
    """Measure champion and challengers on the judging reviews, which none of them has seen."""
    prepared, trained = run.needs("prepare"), run.needs("train")
    judges = _judges(prepared, sample_of(run))
    champion, *challengers = (
        served(run.lake, version) for version in (prepared["live"], *trained["challengers"])
    )
    name = f"run-{run.name}"
    decision = decide(
        judges,
        (champion.version, champion.judged(judges)),
        {model.version: model.judged(judges) for model in challengers},
        ledger.number(run.lake, champion.version, name),
    )
    ledger.keep(run.lake, name, decision)
    return {"go": True} | decision


def gate(run: Run, _now: datetime) -> Output:
    """Choose the challenger that is shown to be no worse in any way and better in one; else none.

    Of several that are, the one whose worst way is the best.
    """
    evaluated = run.needs("evaluate")
    reasons = {
        version: against(evaluated, version, compared=True, better=True)
        for version in evaluated["comparisons"]
    }
    passing = [version for version in reasons if not reasons[version]]
    if not passing:
        said = "; ".join(f"{version}: {'; '.join(each)}" for version, each in reasons.items())
        forced = 'to make one live all the same: promote <version> --force "reason"'
        return stop(f"the live model stays. {said}; {forced}") | {"against": reasons}
    best = min(passing, key=lambda version: worst(evaluated, version))
    return {
        "go": True,
        "version": best,
        "against": reasons,
        "why": f"log loss {differences(evaluated['comparisons'][best])}, on {evaluated['reviews']:,} newer "
        f"reviews of {evaluated['learners']:,} learners",
    }


def refit(run: Run, _now: datetime) -> Output:
    """Fit the chosen challenger once more, on all reviews: the newest ones have judged, and may teach now.

    On the reviews that judged it must beat the baselines still, though it has seen them.
    """
    prepared, evaluated, chosen = run.needs("prepare"), run.needs("evaluate"), run.needs("gate")
    at, sample = datetime.fromisoformat(prepared["at"]), sample_of(run)
    data = prepared["data"] | {"scored_reviews": prepared["scored"]}
    version = fit_again(run, chosen["version"], Training(sample, data, cells_of(run, CELLS)), at)
    judges = _judges(prepared, sample)
    ways = served(run.lake, version).judged(judges)
    losses = {way: weighted_log_loss(judges, probability) for way, probability in ways.items()}
    faults = list(below_baselines(evaluated["baselines"], losses))
    if faults:
        return stop(f"{version}, fitted to all reviews: {'; '.join(faults)}")
    return {"go": True, "version": version, "judged": chosen["version"]}


def promote(run: Run, now: datetime) -> Output:
    """Make the chosen challenger the served model, unless another went live since the run was prepared.

    A lake that trusts a signer lets no unsigned model go live: then a person signs and promotes it.
    """
    prepared, refitted = run.needs("prepare"), run.needs("refit")
    version = refitted["version"]
    record = {name: value for name, value in run.needs("evaluate").items() if name != "go"}

    def judge(_model: StoredModel, live: str | None) -> Judgement:
        met = live == prepared["live"]
        other = "" if met else f"{live} was made live meanwhile, and {version} wasn't compared with it"
        return Judgement(other, record | {"judged": refitted["judged"]})

    try:
        # Without a reason: that would force what the gates refuse.
        done = move_live(run.lake, version, by=f"run {run.name}", now=now, kind=PROMOTE, judge=judge)
    except (GateError, PromoteError, SigningError) as error:
        return stop(str(error))
    return {"go": True, "version": done.version, "before": prepared["champion"], "notes": done.notes}


AFTER_PREPARE: dict[str, Callable[[Run, datetime], Output]] = {
    "train": train_challengers,
    "evaluate": evaluate,
    "gate": gate,
    "refit": refit,
    "promote": promote,
}


def do(run: Run, step: str, now: datetime) -> Output:
    """Do a step after `prepare`, as `Run.do` does."""
    return run.do(step, lambda: AFTER_PREPARE[step](run, now))


def _judges(prepared: Output, sample: pd.DataFrame) -> Judging:
    return judging(sample, (sample["reviewed_at"] >= _boundary(prepared)).to_numpy())


def _boundary(prepared: Output) -> pd.Timestamp:
    return pd.Timestamp(prepared["held_out_from"], tz="UTC")
