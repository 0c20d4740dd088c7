"""The code that Spark runs on EMR Serverless: the entry script, and an archive of all that it imports."""

import shlex

from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct

from stacks.bundling import LAMBDA_RUNTIMES, Command, bundled
from stacks.config import StageSettings
from stacks.function_package import JOBS_SRC, PROJECT, build_command, jobs_files

SCRIPT = "model_training/jobs/spark_job.py"
# Packages that EMR's Python 3.11 lacks; all are pure Python, so they run on any machine.
REQUIREMENTS = "model_training/jobs/spark_requirements.txt"


class SparkCode(Construct):
    """The script and the archive, in the bucket of the CDK's assets.

    An archive is unpacked where the driver runs; a zip on Python's path wouldn't do, since some of its files
    are read as files.

    Attributes
    ----------
    script, archive : aws_cdk.aws_s3_assets.Asset
    """

    def __init__(self, scope: Construct, construct_id: str, *, settings: StageSettings) -> None:
        super().__init__(scope, construct_id)
        self.script = s3_assets.Asset(self, "Script", path=str(PROJECT / SCRIPT))
        self.archive = s3_assets.Asset(
            self,
            "Archive",
            path=str(PROJECT),
            **bundled(
                PROJECT,
                jobs_files(),
                _with_requirements(build_command(JOBS_SRC)),
                runtime=LAMBDA_RUNTIMES[settings.runtime],
                use_docker=settings.bundling == "docker",
            ),
        )


def _with_requirements(build: Command) -> Command:
    def command(python: str, out: str) -> list[str]:
        *shell, steps = build(python, out)
        install = (
            f"{shlex.quote(python)} -m pip install --quiet --disable-pip-version-check --no-deps "
            f"--require-hashes --only-binary :all: --no-compile --target {shlex.quote(out)} -r {REQUIREMENTS}"
        )
        return [*shell, f"{steps} && {install}"]

    return command
