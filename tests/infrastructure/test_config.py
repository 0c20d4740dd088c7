"""Wrong settings end the synthesis with one line for each, and docs/settings.md has all that there are."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from stacks import local_cloud
from stacks.config import DEFAULTS, SETTINGS, ConfigError, read_settings
from stacks.setting_values import accepted_values

PROJECT = Path(__file__).parents[2]
CONTEXT = json.loads((PROJECT / "cdk.json").read_text())["context"]
REQUIRED = {name: CONTEXT["stages"]["dev"][name] for name in SETTINGS if name not in DEFAULTS}
RETENTIONS = "1, 3, 5, 7, 14, 30, 60, 90, 180, 365, 731, 1827, 3653"

TENANTS = (
    "tenants must be an object of at most 50 names (a-z, 0-9, -) and beginnings of learners' ids "
    "(letters, digits, . _ : @ / -), each of 1 to 32 characters"
)


def changed(stage="dev", **values):
    """Return the context of a stage with the required settings, some of them changed; None removes one."""
    block = {k: v for k, v in (REQUIRED | values).items() if v is not None}
    return {"stage": stage, "stages": {stage: block}}


def problems(context):
    """Return the lines about wrong settings, without what they have in common."""
    with pytest.raises(ConfigError) as caught:
        read_settings(context)
    start = f"cdk.json: context.stages.{context['stage']}."
    lines = str(caught.value).splitlines()
    assert all(line.startswith(start) for line in lines)
    return [line.removeprefix(start) for line in lines]


def test_setting_that_is_not_named_has_its_default():
    settings = read_settings(changed())

    assert settings.model_dump() == {"stage": "dev"} | DEFAULTS | REQUIRED


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"throttle_burst": None}, "throttle_burst is missing; set it to an integer from 1 to 5000"),
        ({"memory_mb": "512"}, 'memory_mb must be an integer from 128 to 10240, not "512"'),
        ({"memory_mb": 512.5}, "memory_mb must be an integer from 128 to 10240, not 512.5"),
        ({"memory_mb": True}, "memory_mb must be an integer from 128 to 10240, not true"),
        ({"memory_mb": 127}, "memory_mb must be an integer from 128 to 10240, not 127"),
        ({"ephemeral_storage_mb": 511}, "ephemeral_storage_mb must be an integer from 512 to 10240, not 511"),
        ({"memory_mb": 10_241}, "memory_mb must be an integer from 128 to 10240, not 10241"),
        ({"alarm_client_error_rate": True}, "alarm_client_error_rate must be a number from 0 to 1, not true"),
        ({"alarm_client_error_rate": 1.5}, "alarm_client_error_rate must be a number from 0 to 1, not 1.5"),
        ({"log_retention_days": 2}, f"log_retention_days must be one of {RETENTIONS}, not 2"),
        ({"log_retention_days": True}, f"log_retention_days must be one of {RETENTIONS}, not true"),
        ({"bundling": "podman"}, 'bundling must be one of "local", "docker", not "podman"'),
        ({"x_ray": 1}, "x_ray must be true or false, not 1"),
        ({"alarm_email": "nobody"}, 'alarm_email must be an email address, or empty, not "nobody"'),
        ({"memory_retention_days": 0}, "memory_retention_days must be an integer from 1 to 36500, not 0"),
        ({"tenants": {"A": "a:"}}, f'{TENANTS}, not {{"A": "a:"}}'),
        ({"tenants": {"a": ""}}, f'{TENANTS}, not {{"a": ""}}'),
        ({"tenants": {"a": 'a"'}}, f'{TENANTS}, not {{"a": "a\\""}}'),
        ({"tenants": ["a"]}, f'{TENANTS}, not ["a"]'),
        ({"runbook_url": "x/"}, "runbook_url must be a path or a URL without spaces and without / at its "
                                'end, not "x/"'),
    ],
)  # fmt: skip
def test_wrong_value_is_named_with_what_is_accepted(values, problem):
    assert problems(changed(**values)) == [problem]


def test_unknown_settings_are_named_with_the_known_ones():
    assert problems(changed(memory_md=512, stage_name="dev")) == [
        "memory_md is unknown",
        f"stage_name is unknown; known are {', '.join(SETTINGS)}",
    ]


def test_old_name_of_a_setting_is_told_its_new_one():
    assert problems(changed(console=False)) == ["console is called studio now: rename it"]


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        (
            {"snap_start": True},
            "snap_start needs the runtime python3.12, python3.13, python3.14, not python3.11",
        ),
        (
            {"snap_start": True, "runtime": "python3.13", "packaging": "image"},
            "snap_start needs packaging zip: Lambda takes no snapshot of an image",
        ),
        (
            {
                "snap_start": True, "runtime": "python3.13",
                "provisioned_concurrency": 1, "provisioned_concurrency_max": 1,
            },
            "snap_start excludes provisioned_concurrency: set one of them to false or 0",
        ),
        (
            {"snap_start": True, "runtime": "python3.13", "ephemeral_storage_mb": 513},
            "snap_start needs ephemeral_storage_mb 512, not 513: Lambda takes no snapshot of a larger /tmp",
        ),
        *(
            (
                {"onnx": True, "packaging": packaging},
                "onnx needs the runtime python3.12 or later: Amazon Linux 2 of python3.11 has glibc 2.26, "
                "onnxruntime needs 2.27; set runtime to python3.13",
            )
            for packaging in ("zip", "image")
        ),
        (
            {"provisioned_concurrency": 3, "provisioned_concurrency_max": 2},
            "provisioned_concurrency_max must be at least provisioned_concurrency (3)",
        ),
        (
            {"provisioned_concurrency_max": 2},
            "provisioned_concurrency_max must be 0 while provisioned_concurrency is 0",
        ),
        (
            {"provisioned_concurrency": 3, "provisioned_concurrency_max": 8, "reserved_concurrency": 7},
            "reserved_concurrency must be 0 or at least provisioned_concurrency_max (8)",
        ),
        (
            {"waf_requests_per_5_minutes": 9},
            "waf_requests_per_5_minutes must be 0 or at least 10, which is what WAF can count",
        ),
        (
            {"tenants": {"a": "a:"}},
            "tenants need the memory, whose learners they share: set memory to true, or tenants to {}",
        ),
        *(
            (
                {"memory": True, "tenants": tenants},
                "tenants must have no two beginnings of ids of which one begins with the other",
            )
            for tenants in ({"a": "a:", "b": "a:"}, {"a": "a:b", "b": "a:"})
        ),
        (
            {"retrain_every_days": 7},
            "retrain_every_days needs reviews to train on; set reviews_retention_days, or set it to 0",
        ),
        (
            {"automl_seconds": 60},
            "automl_seconds needs training_compute batch: no function has AutoML",
        ),
        *(
            (
                {"training_compute": compute},
                f"training_compute {compute} needs reviews to train on; set reviews_retention_days, or use "
                "lambda",
            )
            for compute in ("batch", "spark")
        ),
        (
            {"monthly_budget_usd": 5},
            "monthly_budget_usd needs an alarm_email to mail to; set one, or set the budget to 0",
        ),
    ],
)  # fmt: skip
def test_settings_at_odds_are_named_before_aws_refuses_them(values, problem):
    assert problems(changed(**values)) == [problem]


def test_every_wrong_setting_is_named_at_once():
    context = changed(
        memory_md=512,
        memory_mb="512",
        throttle_burst=None,
        release="canary",
        retrain_every_days=7,
        monthly_budget_usd=5,
    )

    assert [line.split()[0] for line in problems(context)] == [
        *("memory_md", "memory_mb", "release", "throttle_burst", "retrain_every_days", "monthly_budget_usd")
    ]


def test_setting_is_not_compared_with_one_that_is_wrong_itself():
    context = changed(snap_start=True, runtime="python2.7")

    assert [line.split()[0] for line in problems(context)] == ["runtime"]


def test_stage_local_is_refused_what_the_local_cloud_cannot_deploy():
    values = {
        "release": "all_at_once",
        "provisioned_concurrency": 1,
        "waf_requests_per_5_minutes": 10,
        "training_compute": "batch",
        "monthly_budget_usd": 5,
    }
    possible = {
        "provisioned_concurrency_max": 1,
        "reviews_retention_days": 1,
        "alarm_email": "a@example.org",
    }

    assert problems(changed(local_cloud.STAGE, **values | possible)) == [
        f"{name} must be {json.dumps(only)} in the stage local, whose cloud has nothing else"
        for name, only in local_cloud.ONLY_VALUES.items()
    ]
    assert values.keys() == local_cloud.ONLY_VALUES.keys()


@pytest.mark.parametrize(
    "values",
    [
        {"snap_start": True, "runtime": "python3.12"},
        {"onnx": True, "text": True, "runtime": "python3.12", "ephemeral_storage_mb": 10_240},
        {"provisioned_concurrency": 2, "provisioned_concurrency_max": 2, "reserved_concurrency": 2},
        {"waf_requests_per_5_minutes": 10},
        {"retrain_every_days": 365, "training_compute": "batch", "reviews_retention_days": 1},
        {"monthly_budget_usd": 5, "alarm_email": "someone@example.org"},
        {"memory": True, "tenants": {"a": "school/a:", "b-2": "school/b@"}},
        {"reviews_retention_days": 1, "runtime": "python3.14", "architecture": "arm64"},
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


@pytest.mark.parametrize("stage", ["Prod", "my_stage", "1", "-a", "s" * 33])
def test_stage_of_which_no_resource_can_be_named_is_refused(stage):
    with pytest.raises(ConfigError, match=rf"^cdk.json: context.stages.{stage} needs another name: 1 to 32"):
        read_settings(changed(stage))


def test_app_ends_with_one_line_for_each_problem_and_no_traceback(tmp_path):
    context = changed(memory_mb=64, x_ray="yes")
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
    assert done.stderr.splitlines() == [
        "error: cdk.json: context.stages.dev.memory_mb must be an integer from 128 to 10240, not 64",
        'error: cdk.json: context.stages.dev.x_ray must be true or false, not "yes"',
    ]


def test_page_has_every_setting_with_its_values_and_default():
    page = (PROJECT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| `")]

    assert [(row[1].strip(), row[3].strip(), row[4].strip()) for row in rows] == [
        (f"`{name}`", accepted_values(field), json.dumps(DEFAULTS[name]) if name in DEFAULTS else "")
        for name, field in SETTINGS.items()
    ]
