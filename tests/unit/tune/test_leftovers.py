"""What killed runs left, and what only looks like it."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest

from tests.unit.aws_account import RefusedError
from tests.unit.tune.runs import left_by, run
from tools.tune import leftovers


@pytest.fixture
def ended_process():
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_copy_of_a_run_that_was_killed_is_deleted_by_the_next(account, ended_process):
    name = left_by(account, ended_process)
    account.log_groups.add(f"/aws/lambda/{name}")

    _, said = run(account)

    assert said[0] == f"note: deleted {name}, which a run that was killed left of live"
    assert (account.names, account.log_groups) == (["live"], set())


def test_copy_of_a_run_that_goes_on_is_left_alone(account):
    name = left_by(account, os.getpid())

    _, said = run(account)

    assert f"{name} is a copy of live by a run elsewhere" in said[0]
    assert account.names == sorted(["live", name])


def test_copy_of_a_run_on_another_machine_is_deleted_when_that_must_be_over(account, ended_process):
    elsewhere = {leftovers.RUN: "another:1"}
    going_on = left_by(account, None, **elsewhere)
    left_by(account, None, until=timedelta(seconds=-1), **elsewhere)

    run(account)

    assert account.names == sorted(["live", going_on])


def test_function_that_only_begins_so_is_never_deleted(account, ended_process):
    account._add("recall-tune-of-my-own", {}, {"team": "piano"})

    run(account)

    assert account.names == ["live", "recall-tune-of-my-own"]


def test_run_goes_on_where_it_may_not_look_for_leftovers(account):
    account.refusals["ListFunctions"] = [RefusedError("AccessDeniedException", "not authorized")]

    tuned, said = run(account)

    assert said[0].startswith("note: copies that killed runs left can't be looked for or deleted")
    assert tuned.sizes[0].warm.calls == 4


def test_name_of_a_copy_fits_and_tells_of_what_it_is():
    name = leftovers.new_name("recall-prod-inference-InferenceFunction1A2B3C4D-abcdefghijklmnop")

    assert name.startswith("recall-tune-recall-prod-inference-Inference")
    assert len(name) == 64
    assert name != leftovers.new_name("recall-prod-inference-InferenceFunction1A2B3C4D-abcdefghijklmnop")
