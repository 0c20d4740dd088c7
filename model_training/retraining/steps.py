"""The steps of a run, in order. Each is a function of the run that returns what it found, as JSON values.

A step whose output has ``"go": false`` stops the run, and ``why`` gives people the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import takewhile

import pandas as pd

from model_training.registry.card import timestamp
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
from model_training.retraining.profile import profile
from model_training.retraining.reviews import Judging, judging, reviews_until
from model_training.retraining.run import Output, Run
from model_training.retraining.served import live_version, served
from model_training.review_log.features import OUTCOME, scored_features
from model_training.review_table import load
from model_training.training.problems import MINIMUM_SCORED_REVIEWS
from model_training.training.train import describe

# The newest fifth of the scored reviews judges; fewer than a hundred couldn't separate two models.
HELD_OUT = 0.2
FEWEST_HELD_OUT = 100
OUTCOMES = 2  # failed and recalled
EXACT = "%Y-%m-%dT%H:%M:%S.%fZ"


def prepare(run: Run, now: datetime) -> Output:
    """Fix what the run learns from, what judges it, and which model it has to beat.

    The judging reviews are newer than all that the live model was trained on: otherwise it would be measured
    on what it has seen.
    """
    rows = load(run.lake)
    champion = served(run.lake, live_version(run.lake))
    found: Output = {"at": timestamp(now), "champion": champion.version, "live": live_version(run.lake)}
    if rows.empty:
        return found | _stop("no reviews are stored: send some, or run `compact` first")
    received = rows["received_at"].max().to_pydatetime()
    reviews = reviews_until(run.lake, received)
    features = scored_features(reviews)
    times = features["reviewed_at"].sort_values(ignore_index=True)
    found |= {"received_until": received.strftime(EXACT), "data": describe(reviews), "scored": len(times)}
    if len(times):
        found["profile"] = profile(features)
    if len(times) < MINIMUM_SCORED_REVIEWS + FEWEST_HELD_OUT:
        return found | _stop(
            f"{len(times)} stored reviews come a day or more after the card's review before; "
            f"{MINIMUM_SCORED_REVIEWS + FEWEST_HELD_OUT} are needed"
        )
    held_out_from = times[int(len(times) * (1 - HELD_OUT))].to_pydatetime()
    if champion.newest_review is not None:
        held_out_from = max(held_out_from, champion.newest_review + timedelta(seconds=1))
    newest = features[features["reviewed_at"] >= held_out_from]
    found |= {"held_out_from": held_out_from.strftime(EXACT), "held_out": len(newest)}
    if len(newest) < FEWEST_HELD_OUT or newest[OUTCOME].nunique() < OUTCOMES:
        return found | _stop(
            f"{len(newest)} scored reviews are newer than what the live model was trained on; "
            f"{FEWEST_HELD_OUT} are needed, recalled and failed ones"
        )
    return found | {"go": True}


def train_challengers(run: Run, _now: datetime) -> Output:
    """Fit models on the reviews before the judging ones, and store them beside the others, not live."""
    prepared = run.needs("prepare")
    reviews = _reviews(run, prepared)
    older = reviews[reviews["reviewed_at"] < _moment(prepared["held_out_from"])].reset_index(drop=True)
    versions = fit_challengers(run, older, datetime.fromisoformat(prepared["at"]))
    return {"go": True, "challengers": versions, "reviews": len(older)}


def evaluate(run: Run, _now: datetime) -> Output:
    """Measure champion and challengers on the judging reviews, which none of them has seen."""
    prepared, trained = run.needs("prepare"), run.needs("train")
    judges = _judges(run, prepared)
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
        return _stop(f"the live model stays. {said}; {forced}") | {"against": reasons}
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
    at = datetime.fromisoformat(prepared["at"])
    version = fit_again(run, chosen["version"], _reviews(run, prepared), at)
    judges = _judges(run, prepared)
    ways = served(run.lake, version).judged(judges)
    losses = {way: weighted_log_loss(judges, probability) for way, probability in ways.items()}
    faults = list(below_baselines(evaluated["baselines"], losses))
    if faults:
        return _stop(f"{version}, fitted to all reviews: {'; '.join(faults)}")
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
        return _stop(str(error))
    return {"go": True, "version": done.version, "before": prepared["champion"], "notes": done.notes}


STEPS: dict[str, Callable[[Run, datetime], Output]] = {
    "prepare": prepare,
    "train": train_challengers,
    "evaluate": evaluate,
    "gate": gate,
    "refit": refit,
    "promote": promote,
}


def do(run: Run, step: str, now: datetime) -> Output:
    """Do a step, unless it is done already; return what it found.

    A step after one that stopped the run isn't done: that one's output is returned.

    Raises
    ------
    RunError
        If a step before it isn't done.
    RecallError
        If the step fails. Nothing is kept then: the step may be done again.
    """
    for earlier in takewhile(lambda name: name != step, STEPS):
        output = run.needs(earlier)
        if not output["go"]:
            return output
    done = run.output(step)
    return run.keep(step, STEPS[step](run, now)) if done is None else done


def _stop(why: str) -> Output:
    return {"go": False, "why": why}


def _reviews(run: Run, prepared: Output) -> pd.DataFrame:
    return reviews_until(run.lake, _moment(prepared["received_until"]))


def _judges(run: Run, prepared: Output) -> Judging:
    log = scored_features(_reviews(run, prepared))
    return judging(log, (log["reviewed_at"] >= _moment(prepared["held_out_from"])).to_numpy())


def _moment(text: str) -> datetime:
    return datetime.strptime(text, EXACT).replace(tzinfo=UTC)
