"""The training side as a container image: what AWS Batch runs."""

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs

from stacks.config import StageSettings
from stacks.function_package import JOBS_SRC, PLATFORMS, PROJECT

DOCKERFILE = "model_training/batch.Dockerfile"
# Its build context: the code, and what pins its libraries. An exclusion of a folder hides what is in it, so
# each folder on the way is let in, and the rest of it left out again.
CONTEXT = [
    "*",
    "!pyproject.toml",
    "!uv.lock",
    "!lambda_src",
    "lambda_src/*",
    *(f"!{folder}" for folder in JOBS_SRC),
    "**/__pycache__",
    "**/*.pyc",
]


def training_image(settings: StageSettings) -> ecs.ContainerImage:
    """Return the image, which `cdk deploy` builds. Synthesis only stages the build context."""
    return ecs.ContainerImage.from_asset(
        str(PROJECT),
        file=DOCKERFILE,
        exclude=CONTEXT,
        ignore_mode=cdk.IgnoreMode.DOCKER,
        platform=PLATFORMS[settings.architecture],
        build_args={"PYTHON_VERSION": settings.runtime.removeprefix("python")},
    )
