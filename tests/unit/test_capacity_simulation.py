"""The simulated Lambda: traces small enough to follow by hand, and queueing theory for large ones."""

import numpy as np
import pytest

from benchmarks.capacity.arrivals import DAY, daily, poisson
from benchmarks.capacity.simulation import Function, simulate

REFUSED = np.nan


def run(arrivals, **changes):
    function = Function(**{"warm_s": 1.0, "cold_s": 2.0, "idle_s": 10.0, "concurrency": 1000} | changes)
    return simulate(np.array(arrivals, dtype=float), function, np.random.default_rng(1))


def latencies(arrivals, **changes):
    return run(arrivals, **changes).latencies.tolist()


def test_first_request_is_cold_and_one_after_its_answer_is_warm():
    assert latencies([0.0, 3.0, 4.5]) == [3.0, 1.0, 1.0]


def test_request_beside_another_gets_an_environment_of_its_own():
    # The second comes while the first is answered until 3; the third finds the first's environment idle.
    assert latencies([0.0, 2.9, 3.0]) == [3.0, 3.0, 1.0]


def test_environment_that_nobody_calls_is_gone_after_its_idle_time():
    # Idle since 3: at 13 it is still there, busy until 14, and at 24.1 gone.
    assert latencies([0.0, 13.0, 24.1]) == [3.0, 1.0, 3.0]


def test_shortest_idle_environment_is_taken_so_that_the_others_go():
    # Two from 0; one of them alone answers from then on, and at 14 the other is gone.
    found = run([0.0, 0.0, 5.0, 9.0, 13.0, 13.5])

    assert found.latencies.tolist() == [3.0, 3.0, 1.0, 1.0, 1.0, 3.0]
    assert found.environments == 2


def test_requests_beyond_the_concurrency_are_refused_until_one_is_free():
    assert latencies([0.0, 0.5, 1.0, 3.0], concurrency=2) == pytest.approx([3, 3, REFUSED, 1], nan_ok=True)


def test_provisioned_environments_are_never_cold_and_come_first():
    found = run([0.0, 0.1, 0.2, 1.1], provisioned=2)

    assert found.latencies.tolist() == [1.0, 1.0, 3.0, 1.0]
    assert found.provisioned.tolist() == [True, True, False, True]
    assert found.cold.tolist() == [False, False, True, False]
    assert found.environments == 3


def test_provisioned_environments_are_a_part_of_the_concurrency_and_stay_when_idle():
    assert latencies([0.0, 0.1, 0.2, 1000.0], provisioned=2, concurrency=2) == pytest.approx(
        [1, 1, REFUSED, 1], nan_ok=True
    )


def test_function_gets_a_thousand_environments_at_once_and_a_hundred_a_second_then():
    found = run([0.0] * 1500 + [2.0] * 500, concurrency=10_000)

    assert np.isnan(found.latencies[:1500]).sum() == 500
    assert np.isnan(found.latencies[1500:]).sum() == 300
    assert found.environments == 1200


def test_scaling_that_was_not_used_is_not_saved_up():
    found = run([1000.0] * 1500, concurrency=10_000)

    assert found.cold.sum() == 1000


def test_short_requests_are_refused_beyond_ten_a_second_for_each_unit_of_concurrency():
    # 100 at once, then as many as a second gives again: a tenth of 100 in 0.1 s.
    found = run([0.001 * k for k in range(200)], warm_s=1e-6, cold_s=0.0, concurrency=10)

    assert np.isnan(found.latencies[:100]).sum() == 0
    assert (~np.isnan(found.latencies)).sum() == 100 + 19


def test_concurrency_counts_the_requests_that_are_being_answered():
    found = run([0.0, 1.0, 6.0])

    # Until 3 and 4 both cold, from 6 to 7 one warm.
    assert found.concurrency(np.array([-1.0, 0.0, 0.5, 1.0, 2.9, 3.5, 4.0, 6.5, 7.0])).tolist() == [
        0, 1, 1, 2, 2, 1, 0, 1, 0,
    ]  # fmt: skip


def test_mean_concurrency_is_rate_times_duration():
    """M/G/∞: with no bound, the number in service is Poisson with mean λ·E[S], by Little's law too."""
    times = poisson(200.0, 600.0, np.random.default_rng(3))
    found = run(times, warm_s=0.1, cold_s=0.0, spread=2.0, idle_s=1e6)
    busy = found.concurrency(np.linspace(60, 540, 5_000))

    assert busy.mean() == pytest.approx(20.0, rel=0.05)
    assert busy.var() == pytest.approx(20.0, rel=0.25)
    assert found.latencies.mean() == pytest.approx(0.1, rel=0.05)


def test_share_of_refused_requests_is_erlangs_loss_formula():
    """M/G/c/c: blocked calls are lost with probability B(c, λ·E[S]), for every distribution of S."""
    load, servers, blocked = 5.0, 5, 1.0
    for number in range(1, servers + 1):
        blocked = load * blocked / (number + load * blocked)
    # So slow that ten a second for each unit of concurrency never bind.
    times = poisson(load / 10.0, 200_000.0, np.random.default_rng(5))
    found = run(times, warm_s=10.0, cold_s=0.0, spread=0.7, idle_s=1e9, concurrency=servers)

    assert np.isnan(found.latencies).mean() == pytest.approx(blocked, rel=0.07)


def test_poisson_arrivals_have_exponential_gaps_of_mean_one_over_the_rate():
    gaps = np.diff(poisson(100.0, 1000.0, np.random.default_rng(7)))

    assert (gaps >= 0).all()
    assert gaps.mean() == pytest.approx(0.01, rel=0.02)
    assert gaps.std() == pytest.approx(0.01, rel=0.02)


def test_day_has_the_mean_rate_and_its_own_hours():
    times = daily(10.0, np.random.default_rng(7))
    hours = np.bincount((times // 3600).astype(int), minlength=24)

    assert times.size == pytest.approx(864_000, rel=0.01)
    assert hours / 36_000 == pytest.approx(DAY, rel=0.05)
    assert (np.diff(times) >= 0).all()
