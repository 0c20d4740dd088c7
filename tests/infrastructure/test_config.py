"""Wrong settings end the synthesis with one line that names them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from stacks.config import ConfigError, read_settings

PROJECT = Path(__file__).parents[2]
CONTEXT = json.loads((PROJECT / "cdk.json").read_text())["context"]


def changed(**values):
    """Return the context with some of dev's settings changed; None removes one."""
    block = {k: v for k, v in (CONTEXT["stages"]["dev"] | values).items() if v is not None}
    return {"stage": "dev", "stages": {"dev": block}}


@pytest.mark.parametrize("stage", ["local", "dev", "prod"])
def test_shipped_stages_are_valid(stage):
    settings = read_settings(CONTEXT | {"stage": stage})

    assert settings.stage == stage
    assert settings.memory_mb == CONTEXT["stages"][stage]["memory_mb"]


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"memory_md": 512}, "dev.memory_md is unknown"),
        ({"memory_mb": None}, "dev.memory_mb is missing"),
        ({"memory_mb": "512"}, "dev.memory_mb must be of type int, not '512'"),
        ({"memory_mb": 512.5}, "dev.memory_mb must be of type int, not 512.5"),
        ({"memory_mb": True}, "dev.memory_mb must be of type int, not True"),
        ({"memory_mb": 64}, "dev.memory_mb must be from 128 to 10240, not 64"),
        ({"timeout_seconds": 30}, "dev.timeout_seconds must be from 1 to 29, not 30"),
        ({"log_retention_days": 2}, "dev.log_retention_days must be one of 1, 3, 5"),
        ({"bundling": "podman"}, "dev.bundling must be one of local, docker, not podman"),
        ({"alarm_client_error_rate": 1.5}, "dev.alarm_client_error_rate must be from 0 to 1, not 1.5"),
        ({"alarm_email": 5}, "dev.alarm_email must be of type str, not 5"),
        ({"runbook_url": 5}, "dev.runbook_url must be of type str, not 5"),
        (
            {"runbook_url": ""},
            "dev.runbook_url must be a path or an URL without spaces and without / at its end",
        ),
        ({"runbook_url": "https://x.org/a/"}, "such as docs/runbook, not 'https://x.org/a/'"),
        ({"runbook_url": "my docs"}, "dev.runbook_url must be a path or an URL without spaces"),
        ({"saved_queries": "yes"}, "dev.saved_queries must be of type bool, not 'yes'"),
        ({"x_ray": 1}, "dev.x_ray must be of type bool, not 1"),
        ({"snap_start": "true"}, "dev.snap_start must be of type bool, not 'true'"),
        ({"release": "canary"}, "dev.release must be one of unguarded, all_at_once, canary_10_percent_5"),
        ({"retrain_every_days": 366}, "dev.retrain_every_days must be from 0 to 365, not 366"),
        ({"training_compute": "ec2"}, "dev.training_compute must be one of lambda, batch, not ec2"),
        ({"reserved_concurrency": -1}, "dev.reserved_concurrency must be from 0 to 100000, not -1"),
    ],
)
def test_wrong_setting_is_named_with_what_is_allowed(values, problem):
    with pytest.raises(ConfigError) as caught:
        read_settings(changed(**values))

    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        (
            {"snap_start": True},
            "dev.snap_start needs the runtime python3.12, python3.13, python3.14, not python3.11",
        ),
        (
            {"snap_start": True, "runtime": "python3.13", "packaging": "image"},
            "dev.snap_start needs packaging zip: Lambda takes no snapshot of an image",
        ),
        (
            {
                "snap_start": True, "runtime": "python3.13",
                "provisioned_concurrency": 1, "provisioned_concurrency_max": 1,
            },
            "dev.snap_start excludes provisioned_concurrency: set one of them to false or 0",
        ),
        (
            {"provisioned_concurrency": 3, "provisioned_concurrency_max": 2},
            "dev.provisioned_concurrency_max must be at least provisioned_concurrency (3)",
        ),
        (
            {"provisioned_concurrency_max": 2},
            "dev.provisioned_concurrency_max must be 0 while provisioned_concurrency is 0",
        ),
        (
            {"provisioned_concurrency": 3, "provisioned_concurrency_max": 8, "reserved_concurrency": 7},
            "dev.reserved_concurrency must be 0 or at least provisioned_concurrency_max (8)",
        ),
        (
            {"waf_requests_per_5_minutes": 9},
            "dev.waf_requests_per_5_minutes must be 0 or at least 10, which is what WAF can count",
        ),
        (
            {"retrain_every_days": 7},
            "dev.retrain_every_days needs reviews to train on; set reviews_retention_days, or set it to 0",
        ),
        (
            {"automl_seconds": 60},
            "dev.automl_seconds needs training_compute batch: the jobs function has no AutoML",
        ),
        (
            {"training_compute": "batch"},
            "dev.training_compute batch needs reviews to train on; set reviews_retention_days, or use lambda",
        ),
        (
            {"monthly_budget_usd": 5},
            "dev.monthly_budget_usd needs an alarm_email to mail to; set one, or set the budget to 0",
        ),
    ],
)  # fmt: skip
def test_settings_at_odds_are_named_before_aws_refuses_them(values, problem):
    with pytest.raises(ConfigError) as caught:
        read_settings(changed(**values))

    assert str(caught.value) == f"cdk.json: context.stages.{problem}"


@pytest.mark.parametrize(
    "values",
    [
        {"snap_start": True, "runtime": "python3.12"},
        {"provisioned_concurrency": 2, "provisioned_concurrency_max": 2, "reserved_concurrency": 2},
        {"waf_requests_per_5_minutes": 10},
        {"retrain_every_days": 365, "training_compute": "batch", "reviews_retention_days": 1},
        {"monthly_budget_usd": 5, "alarm_email": "someone@example.org"},
    ],
)
def test_settings_that_just_agree_are_taken(values):
    settings = read_settings(changed(**values))

    assert {name: getattr(settings, name) for name in values} == values


@pytest.mark.parametrize("context", [{}, {"stages": []}, {"stages": {"dev": 1}, "stage": "dev"}])
def test_context_without_settings_is_refused(context):
    with pytest.raises(ConfigError, match="stages"):
        read_settings(context)


def test_unknown_stage_is_refused_with_the_known_ones():
    with pytest.raises(ConfigError, match="stage=staging: unknown stage; known are dev, local, prod"):
        read_settings(CONTEXT | {"stage": "staging"})


def test_app_ends_with_one_line_and_no_traceback(tmp_path):
    context = changed(memory_mb=64)
    done = subprocess.run(
        [sys.executable, "app.py"],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin", "CDK_CONTEXT_JSON": json.dumps(context), "CDK_OUTDIR": str(tmp_path)}
        | {"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line == "error: cdk.json: context.stages.dev.memory_mb must be from 128 to 10240, not 64"
