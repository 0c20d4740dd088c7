"""Whether a challenger may go live, by what it predicts for unseen reviews, and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from model_training.evaluation.scores import rounded
from model_training.retraining.comparison import (
    BETTER,
    FEWEST_LEARNERS,
    MARGIN,
    NO_WORSE,
    Predicted,
    baselines,
    compare_paired,
    figures,
    tail,
)
from model_training.retraining.reviews import Judging
from model_training.retraining.served import WAYS

Decision = dict[str, Any]
BASELINES = {"constant": "always predicting their share", "moving_average": "a moving average of outcomes"}


def decide(
    judging: Judging,
    champion: tuple[str, Predicted],
    challengers: Mapping[str, Predicted],
    run: int,
) -> Decision:
    """Compare challengers with the live model and with baselines on the same reviews.

    Parameters
    ----------
    judging : Judging
        The reviews, which none of the models was fitted to.
    champion : tuple of str and dict
        The live model's version, and its predictions by way.
    challengers : mapping of str to dict
        The challengers' predictions, by version.
    run : int
        How many runs were judged against this champion, this one included.

    Returns
    -------
    dict
        JSON values: the ``champion``; how many ``reviews`` and ``learners`` judge, ``from`` when ``until``
        when; the ``run``, the number of ``challengers`` and the ``tail`` that each may spend; the ``margin``;
        the log losses of the ``baselines``; every model's ``figures``; and by challenger ``comparisons``.
    """
    version, before = champion
    spent = tail(run, len(challengers))
    time = judging.features["reviewed_at"]
    return {
        "champion": version,
        "reviews": len(judging.features),
        "learners": judging.learners,
        "from": time.min().isoformat(),
        "until": time.max().isoformat(),
        "run": run,
        "challengers": len(challengers),
        "tail": spent,
        "margin": MARGIN,
        "baselines": {name: rounded(loss) for name, loss in baselines(judging).items()},
        "figures": {name: figures(judging, ways) for name, ways in {version: before, **challengers}.items()},
        "comparisons": {
            name: compare_paired(judging, before, ways, spent) for name, ways in challengers.items()
        },
    }


def against(decision: Decision, version: str, *, compared: bool, better: bool) -> list[str]:
    """Return what speaks against a challenger, a sentence each; none: it may go live.

    Parameters
    ----------
    decision : dict
        Result of `decide`.
    version : str
        The challenger.
    compared : bool
        Whether it has to be no worse than the champion in any way; else baselines are all that it must beat.
    better : bool
        Whether it has to be better in one way, too.
    """
    reasons = list(below_baselines(decision["baselines"], losses(decision["figures"][version])))
    ways = decision["comparisons"][version]
    if not compared:
        return reasons
    if decision["learners"] < FEWEST_LEARNERS:
        reasons.append(
            f"{decision['learners']} learner(s) judge, and with fewer than {FEWEST_LEARNERS} nobody can say "
            f"how others would fare ({differences(ways)}): its owner has to decide"
        )
        return reasons
    reasons += [
        f"{WAYS[way]} its log loss is {_difference(result)}: more than {MARGIN} worse than "
        f"{decision['champion']} can't be ruled out"
        for way, result in ways.items()
        if result["verdict"] not in {BETTER, NO_WORSE}
    ]
    if better and not any(result["verdict"] == BETTER for result in ways.values()):
        reasons.append(f"in no way is it better beyond the noise ({differences(ways)})")
    return reasons


def losses(ways: Mapping[str, Any]) -> dict[str, float]:
    """Return a model's weighted log losses, by way, from its figures."""
    return {way: found["weighted_log_loss"] for way, found in ways.items()}


def below_baselines(simple: Mapping[str, float], ways: Mapping[str, float]) -> Iterator[str]:
    """Yield where a model loses to what knows no card.

    Its best way has to be better than a constant and than a moving average. None may be more than `MARGIN`
    worse than a constant; a moving average knows the learner, and what doesn't may lose to it.
    """
    best = min(ways, key=lambda way: ways[way])
    for way, loss in ways.items():
        if not loss <= simple["constant"] + MARGIN or (way == best and not loss < simple["constant"]):
            yield _loses(way, loss, "constant", simple)
    if not ways[best] < simple["moving_average"]:
        yield _loses(best, ways[best], "moving_average", simple)


def worst(decision: Decision, version: str) -> float:
    """Return the bound of the way in which a challenger may be the worst, in nats."""
    return max(float(result["bound"]) for result in decision["comparisons"][version].values())


def _loses(way: str, loss: float, name: str, simple: Mapping[str, float]) -> str:
    return f"{WAYS[way]} its log loss is {loss:.4f}, and that of {BASELINES[name]} {simple[name]:.4f}"


def differences(ways: Mapping[str, Any]) -> str:
    """Say how much a challenger differs from the champion, by way, from its comparisons."""
    return "; ".join(f"{WAYS[way]} {_difference(result)}" for way, result in ways.items())


def _difference(result: Mapping[str, Any]) -> str:
    if result["interval"] is None:
        return f"{result['difference']:+.4f}"
    low, high = result["interval"]
    return f"{result['difference']:+.4f} ({low:+.4f} to {high:+.4f}; at most {result['bound']:+.4f})"
