"""The steps of a run, in order. Each is a function of the run that returns what it found, as JSON values.

A step whose output has ``"go": false`` stops the run, and ``why`` gives people the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from model_training.fitting.starting_point import default_model
from model_training.progress import Progress
from model_training.registry.card import CARD_FILE, MODEL_FILE, timestamp
from model_training.registry.gates import GateError
from model_training.registry.moves import PROMOTE
from model_training.registry.promote import PromoteError
from model_training.registry.promote import promote as move_live
from model_training.registry.publish import Release, load_release
from model_training.registry.signing import SigningError
from model_training.retraining.comparison import clustered_by, compare_paired, measure, passes
from model_training.retraining.profile import profile
from model_training.retraining.reviews import reviews_until, scored
from model_training.retraining.run import Output, Run
from model_training.retraining.served import live_version, served
from model_training.review_log.features import OUTCOME
from model_training.review_table import load
from model_training.training.problems import MINIMUM_SCORED_REVIEWS
from model_training.training.train import describe, files, train

# The newest fifth of the scored reviews judges; fewer than a hundred couldn't separate two models.
HELD_OUT = 0.2
FEWEST_HELD_OUT = 100
OUTCOMES = 2  # failed and recalled
TRAINING_STEPS = 3
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
    features = scored(reviews).features
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
    judging = features[features["reviewed_at"] >= held_out_from]
    found |= {"held_out_from": held_out_from.strftime(EXACT), "held_out": len(judging)}
    if len(judging) < FEWEST_HELD_OUT or judging[OUTCOME].nunique() < OUTCOMES:
        return found | _stop(
            f"{len(judging)} scored reviews are newer than what the live model was trained on; "
            f"{FEWEST_HELD_OUT} are needed, recalled and failed ones"
        )
    return found | {"go": True}


def train_challengers(run: Run, _now: datetime) -> Output:
    """Fit models on the reviews before the judging ones, and store them beside the others, not live."""
    prepared = run.needs("prepare")
    reviews = reviews_until(run.lake, _moment(prepared["received_until"]))
    older = reviews[reviews["reviewed_at"] < _moment(prepared["held_out_from"])].reset_index(drop=True)
    # The run's own time, not the clock's: doing the step again gives the same version of our own model.
    at = datetime.fromisoformat(prepared["at"])
    searched = [] if not run.automl_seconds else _searched(run, older, at)
    with Progress(TRAINING_STEPS) as progress:
        trained = train(older, progress, default_model())
    trained.artifact.training["run"] = run.name  # by which callers of the service find the report
    model, card = files(trained, at)
    with TemporaryDirectory(prefix="recall-run-") as folder:
        for name, content in ((MODEL_FILE, model), (CARD_FILE, card)):
            (Path(folder) / name).write_bytes(content)
        releases = [load_release(Path(folder)), *searched]
    for release in releases:
        run.lake.write(release.key(release.model_file), release.model)
        run.lake.write(release.key(CARD_FILE), release.card)
    return {"go": True, "challengers": [release.version for release in releases], "reviews": len(older)}


def _searched(run: Run, older: pd.DataFrame, at: datetime) -> list[Release]:
    """Return the challenger of another kind; none when the reviews can't separate models."""
    from model_training.retraining.automl import challenger  # noqa: PLC0415 - few runs search

    found = challenger(older, run.automl_seconds, at, run.name)
    return [] if found is None else [found]


def evaluate(run: Run, _now: datetime) -> Output:
    """Measure champion and challengers on the judging reviews, which none of them has seen."""
    prepared, trained = run.needs("prepare"), run.needs("train")
    reviews = scored(reviews_until(run.lake, _moment(prepared["received_until"])))
    judging = reviews.since(_moment(prepared["held_out_from"]))
    champion = served(run.lake, prepared["live"])
    challengers = [served(run.lake, version) for version in trained["challengers"]]
    return {
        "go": True,
        "reviews": len(judging.features),
        "learners": int(judging.features["learner"].nunique()),
        "resampled": clustered_by(judging.features),
        "figures": {model.version: measure(model, judging) for model in (champion, *challengers)},
        "comparisons": {model.version: compare_paired(champion, model, judging) for model in challengers},
    }


def gate(run: Run, _now: datetime) -> Output:
    """Choose the challenger that beats the champion beyond the noise; none: the champion stays."""
    evaluated = run.needs("evaluate")
    passing = {
        version: min(result.get("difference", 0.0) for result in comparison.values())
        for version, comparison in evaluated["comparisons"].items()
        if passes(comparison)
    }
    if not passing:
        return _stop("no challenger is better than the live model beyond the noise: that one stays")
    best = min(passing, key=lambda version: passing[version])
    return {
        "go": True,
        "version": best,
        "why": f"log loss {passing[best]:+.4f} on {evaluated['reviews']:,} newer reviews",
    }


def promote(run: Run, now: datetime) -> Output:
    """Make the chosen challenger the served model, unless another went live since the run was prepared.

    A lake that trusts a signer lets no unsigned model go live: then a person signs and promotes it.
    """
    prepared, chosen = run.needs("prepare"), run.needs("gate")
    live = live_version(run.lake)
    if live not in (prepared["live"], chosen["version"]):
        return _stop(f"{live} was made live meanwhile, and {chosen['version']} wasn't compared with it")
    try:
        # Without a reason: that would force what the gates refuse.
        done = move_live(run.lake, chosen["version"], by=f"run {run.name}", now=now, kind=PROMOTE)
    except (GateError, PromoteError, SigningError) as error:
        return _stop(str(error))
    return {"go": True, "version": done.version, "before": prepared["champion"], "notes": done.notes}


STEPS: dict[str, Callable[[Run, datetime], Output]] = {
    "prepare": prepare,
    "train": train_challengers,
    "evaluate": evaluate,
    "gate": gate,
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


def _moment(text: str) -> datetime:
    return datetime.strptime(text, EXACT).replace(tzinfo=UTC)
