"""The jobs function: made where reviews are collected, with room to work, and started every night."""

import json

from tests.infrastructure.conftest import STAGES, only, resources


def test_learning_stack_is_there_where_reviews_are_kept_and_nowhere_else(templates):
    assert [stage for stage in STAGES if "Learning" in templates(stage)] == ["local"]


def test_function_has_the_longest_time_two_layers_and_room_to_work(stacks):
    function = only(stacks["Learning"], "AWS::Lambda::Function", "Jobs")

    assert (function["Timeout"], function["MemorySize"]) == (900, 2048)
    assert function["EphemeralStorage"] == {"Size": 4096}
    assert [layer["Ref"].partition("LayerVersion")[0] for layer in function["Layers"]] == ["Ml", "Jobs"]
    variables = function["Environment"]["Variables"]
    assert "LakeBucket" in json.dumps(variables.pop("LAKE_BUCKET"))
    assert variables == {
        "METRICS_NAMESPACE": "Recall",
        "STAGE": "prod",
        "HOME": "/tmp",  # noqa: S108 - the value that is expected
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def test_jobs_layer_is_of_what_its_lock_pins(stacks):
    layer = only(stacks["Learning"], "AWS::Lambda::LayerVersion", "JobsLayer")

    assert {"fastparquet 2026.9.0", "pandas 2.3.3", "matplotlib 3.11.2"} <= set(
        layer["Description"].split(", ")
    )
    assert "numpy" not in layer["Description"]


def test_jobs_run_every_night_the_others_after_the_compaction(stacks):
    rules = resources(stacks["Learning"], "AWS::Events::Rule", "Jobs")
    nightly = {}
    for rule in rules:
        (target,) = rule["Targets"]
        nightly[rule["ScheduleExpression"], *json.loads(target["Input"])["command"]] = target["Arn"]

    assert set(nightly) == {
        ("cron(17 3 * * ? *)", "compact", "--retention-days", "400"),
        ("cron(47 3 * * ? *)", "due"),
        ("cron(47 3 * * ? *)", "calibrate"),
    }
    assert all("JobsFunction" in json.dumps(called) for called in nightly.values())
