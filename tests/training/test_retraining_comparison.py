"""Champion against challenger: what counts as better, no worse and too uncertain, and what may go live."""

import numpy as np
import pandas as pd
import pytest

from model_training.evaluation.scores import log_losses
from model_training.retraining import ledger
from model_training.retraining.comparison import (
    FEWEST_LEARNERS,
    MARGIN,
    TAIL,
    baselines,
    compare_paired,
    tail,
    weighted_log_loss,
)
from model_training.retraining.decision import against, below_baselines, decide, worst
from model_training.retraining.reviews import Judging
from model_training.retraining.served import HISTORY, HISTORY_STATE, THREE_INPUTS, WAYS
from model_training.review_log.features import FEATURE_COLUMNS, OUTCOME
from tests.training.fake_s3 import FakeS3

EACH, LEARNERS, RECALLED = 200, 20, 0.8
CHAMPION = "v1"


def judges(learners=LEARNERS, sizes=None):
    """Return reviews of which every learner recalls about the same share; all of them judge."""
    sizes = sizes or [EACH] * learners
    learner = np.repeat([f"learner-{number:02d}" for number in range(len(sizes))], sizes)
    count = len(learner)
    features = pd.DataFrame(dict.fromkeys(FEATURE_COLUMNS, 1.0), index=range(count)).assign(
        learner=learner,
        card="card",
        reviewed_at=pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(np.arange(count), unit="h"),
        **{OUTCOME: (np.random.default_rng(3).random(count) < RECALLED).astype(int)},
    )
    return Judging(features, np.ones(count, dtype=bool))


def predicted(judging, gain, spread=0.0):
    """Return predictions whose log loss is `gain` below a constant's, and more or less by learner."""
    rng = np.random.default_rng(5)
    own = gain + spread * rng.standard_normal(judging.learners)
    gains = own[judging.features.groupby("learner", sort=False).ngroup()]
    losses = log_losses(judging.recalled, np.full(len(gains), RECALLED)) - gains
    likely = np.exp(-losses)
    return np.where(judging.recalled == 1, likely, 1.0 - likely)


def ways(judging, *gains, spread=0.0):
    return dict(zip(WAYS, (predicted(judging, gain, spread) for gain in gains), strict=True))


def decided(judging, *gains, spread=0.0, run=1, tried=1):
    """Compare challengers, better by these gains, with a champion; return what speaks against them, too."""
    champion = (CHAMPION, ways(judging, 0.03, 0.03, 0.03))
    challenger = ways(judging, *(0.03 + gain for gain in gains), spread=spread)
    names = [f"v{number}" for number in range(2, 2 + tried)]
    decision = decide(judging, champion, dict.fromkeys(names, challenger), run)
    return decision, against(decision, "v2", compared=True, better=True)


def verdicts(decision):
    return [each["verdict"] for each in decision["comparisons"]["v2"].values()]


def test_challenger_that_is_better_in_one_way_and_as_good_in_the_others_passes():
    decision, reasons = decided(judges(), 0.0, 0.004, 0.0)
    assert verdicts(decision) == ["no worse", "better", "no worse"]
    assert reasons == []


def test_difference_is_the_challengers_loss_minus_the_champions():
    decision, _ = decided(judges(), 0.0, 0.004, -0.01)
    differences = {way: each["difference"] for way, each in decision["comparisons"]["v2"].items()}
    assert differences == pytest.approx({THREE_INPUTS: 0.0, HISTORY: -0.004, HISTORY_STATE: 0.01}, abs=2e-6)


def test_challenger_that_is_as_good_in_every_way_and_better_in_none_stays_out():
    _, (reason,) = decided(judges(), 0.0, 0.0, 0.0)
    assert reason.startswith("in no way is it better beyond the noise (from three inputs +0.0000 (")


def test_harm_that_is_not_significant_is_no_harmless_level():
    """Better by .0078 in one way; worse by .05 in another, from about 0 to .1 by learner."""
    decision, reasons = decided(judges(10), 0.0078, 0.0078, 0.0078)
    assert reasons == []
    harmful = ways(judges(10), 0.0378, 0.0378, 0.0378)
    harmful[HISTORY] = predicted(judges(10), 0.03 - 0.05, spread=0.08)
    champion = (CHAMPION, ways(judges(10), 0.03, 0.03, 0.03))
    decision = decide(judges(10), champion, {"v2": harmful}, 1)
    low, high = decision["comparisons"]["v2"][HISTORY]["interval"]
    assert low < 0.01  # hardly significant
    assert high > 0.05  # harmful
    reason = next(each for each in against(decision, "v2", compared=True, better=True) if "ruled out" in each)
    assert reason.startswith("from review histories its log loss is +0.0")
    assert reason.endswith(f"more than {MARGIN} worse than {CHAMPION} can't be ruled out")


def test_one_learner_with_half_of_the_reviews_does_not_decide_alone():
    sizes = [67, 119, 144, 196, 329, 353, 398, 1_093, 1_111, 2_144, 3_930, 6_372, 9_191, 21_495]
    judging = judges(sizes=sizes)
    own = np.where(judging.features["learner"] == "learner-13", 0.06, -0.01)
    before = {THREE_INPUTS: np.full(len(own), RECALLED)}
    losses = log_losses(judging.recalled, before[THREE_INPUTS]) - own
    after = {THREE_INPUTS: np.where(judging.recalled == 1, np.exp(-losses), 1 - np.exp(-losses))}
    compared = compare_paired(judging, before, after, TAIL)[THREE_INPUTS]
    assert own.mean() > 0.02  # the mean over reviews is better
    assert compared["verdict"] == "unclear"


def test_few_learners_say_nothing_of_others_and_the_owner_decides():
    decision, (reason,) = decided(judges(FEWEST_LEARNERS - 1), 0.01, 0.01, 0.01)
    assert verdicts(decision) == ["better"] * 3  # whatever the interval says
    assert reason.startswith(
        "7 learner(s) judge, and with fewer than 8 nobody can say how others would fare ("
    )
    assert reason.endswith("its owner has to decide")
    assert decided(judges(FEWEST_LEARNERS), 0.01, 0.01, 0.01)[1] == []


def test_what_passes_at_the_first_run_may_be_luck_at_the_fifth():
    gain, spread = (0.005, 0.005, 0.005), 0.005
    (first, passes), (fifth, reasons) = (decided(judges(), *gain, spread=spread, run=run) for run in (1, 5))
    assert passes == []
    assert "in no way is it better beyond the noise" in reasons[-1]
    assert first["comparisons"]["v2"][HISTORY]["interval"] == fifth["comparisons"]["v2"][HISTORY]["interval"]


def test_chance_of_error_is_that_of_an_interval_of_95_percent_over_all_runs():
    spent = [tail(run, 1) for run in range(1, 20_000)]
    assert sum(spent) == pytest.approx(TAIL, rel=1e-4)
    assert spent[0] == pytest.approx(TAIL * 6 / np.pi**2)
    assert tail(3, 2) == pytest.approx(TAIL * 6 / np.pi**2 / 9 / 2)


def test_challengers_share_the_chance_of_error():
    alone, _ = decided(judges(), 0.004, 0.004, 0.004, spread=0.006)
    together, _ = decided(judges(), 0.004, 0.004, 0.004, spread=0.006, tried=4)
    assert together["tail"] == alone["tail"] / 4
    assert worst(together, "v2") > worst(alone, "v2")


def test_challenger_ranks_by_its_worst_way():
    even, _ = decided(judges(), 0.004, 0.004, 0.004)
    uneven, _ = decided(judges(), 0.02, 0.02, 0.001)
    assert worst(even, "v2") == pytest.approx(-0.004, abs=1e-5)
    assert worst(uneven, "v2") == pytest.approx(-0.001, abs=1e-5)


def test_model_that_is_worse_than_a_constant_in_one_way_is_refused_with_the_figures():
    judging = judges()
    simple = baselines(judging)["constant"]
    decision, reasons = decided(judging, 0.01, -0.04, 0.01)
    loss = weighted_log_loss(judging, predicted(judging, -0.01))
    figures = f"its log loss is {loss:.4f}, and that of always predicting their share {simple:.4f}"
    assert reasons[0] == f"from review histories {figures}"
    assert against(decision, "v2", compared=False, better=False) == reasons[:1]


@pytest.mark.parametrize(
    ("ways", "losers"),
    [
        ({THREE_INPUTS: 0.5009, HISTORY: 0.49, HISTORY_STATE: 0.46}, []),
        ({THREE_INPUTS: 0.503, HISTORY: 0.49, HISTORY_STATE: 0.46}, [THREE_INPUTS]),
        ({THREE_INPUTS: 0.5009, HISTORY: 0.5009, HISTORY_STATE: 0.5009}, [THREE_INPUTS, THREE_INPUTS]),
        ({THREE_INPUTS: 0.49, HISTORY: 0.48, HISTORY_STATE: 0.475}, [HISTORY_STATE]),
        ({THREE_INPUTS: float("nan")}, [THREE_INPUTS, THREE_INPUTS]),
    ],
    ids=["a hair in one way", "one way", "a hair in all", "the moving average", "no number"],
)
def test_ways_that_lose_to_a_constant_and_a_best_one_that_loses_to_a_moving_average_are_named(ways, losers):
    reasons = below_baselines({"constant": 0.5, "moving_average": 0.47}, ways)
    assert [reason.split(" its log loss")[0] for reason in reasons] == [WAYS[way] for way in losers]


def test_constant_is_the_share_that_was_recalled_and_the_average_moves_with_outcomes():
    judging = judges()
    share = judging.recalled.mean()
    entropy = -(share * np.log(share) + (1 - share) * np.log(1 - share))
    found = baselines(judging)
    assert found["constant"] == pytest.approx(entropy)
    assert found["moving_average"] > entropy  # it follows noise


def test_moving_average_knows_outcomes_before_the_judging_ones():
    judging = judges(2)
    rows = judging.features.groupby("learner").cumcount() >= EACH // 2
    newest = Judging(judging.log, rows.to_numpy())
    offset, losses = 1.2, []
    for recalled in judging.recalled[:EACH]:
        probability = 1 / (1 + np.exp(-offset))
        losses.append(-np.log(probability if recalled else 1 - probability))
        offset += 0.3 * (recalled - probability)
    first = newest.features["learner"] == "learner-00"
    only = Judging(judging.log[:EACH], newest.rows[:EACH])
    assert first.sum() == EACH // 2
    assert baselines(only)["moving_average"] == pytest.approx(np.mean(losses[EACH // 2 :]))


def test_every_try_against_a_live_model_counts_once():
    lake = FakeS3().lake
    assert ledger.number(lake, CHAMPION, "run-a") == 1
    for name in ("run-a", "run-a", "by-hand-v2-0a"):
        ledger.keep(lake, name, {"champion": CHAMPION})
    assert [ledger.number(lake, CHAMPION, name) for name in ("run-a", "run-b")] == [2, 3]
    assert ledger.number(lake, "v2", "run-c") == 1
