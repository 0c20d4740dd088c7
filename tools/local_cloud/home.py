"""Where a local cloud keeps its files, and the environment of the programs that use it."""

import os
import sys
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
CLOUD_PYTHON = PROJECT / ".venv-cloud" / "bin" / "python"
ACCOUNT, REGION = "000000000000", "us-east-1"

# What is said of a full disk: the environments have 2 GB, the layers, their zips and the cloud's copies 1 GB.
FULL_DISK = "free some space (all of it needs 3 GB), and run it again"

# The cloud is on this machine: the user's proxies can't reach it.
open_url = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


def past_proxies(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables by which programs reach this machine past the proxies of an environment.

    Some programs read only one of them, and those that read both prefer either.
    """
    kept = environment.get("no_proxy") or environment.get("NO_PROXY")
    hosts = ",".join(filter(None, [kept, "127.0.0.1", "localhost"]))
    return {"NO_PROXY": hosts, "no_proxy": hosts}


class LocalCloudError(Exception):
    """A step failed; the message is one line that says what to do."""


class CanaryFailedError(LocalCloudError):
    """The canary stopped the deployment, since the ML layer isn't what it should be."""


@dataclass(frozen=True)
class Home:
    """The folder, the port and the Python of one local cloud; several can run at once."""

    path: Path
    port: int
    python: Path = CLOUD_PYTHON

    @property
    def url(self) -> str:
        """The cloud's URL; the name `localhost` may resolve to an address on which it doesn't listen."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def cloud(self) -> Path:
        """The folder that is deleted with the cloud: its temporary files, log and account cache."""
        return self.path / "cloud"

    @property
    def process_file(self) -> Path:
        """The file that records the process that `up` started."""
        return self.cloud / "process.json"

    @property
    def model(self) -> Path:
        """The folder of the trained model, which `down` keeps."""
        return self.path / "model"

    @property
    def studio(self) -> Path:
        """The folder of the studio's built page, which `down` keeps."""
        return self.path / "studio"

    @property
    def outputs(self) -> Path:
        """The file with what a client needs: endpoint, key, bucket, model version."""
        return self.path / "outputs.json"

    def environment(self) -> dict[str, str]:
        """Return an environment in which programs reach this cloud, and no other."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "CDK_"))}
        kept |= past_proxies(kept)
        return kept | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}",
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            # The CDK CLI caches accounts there; those of another cloud would mislead it.
            "CDK_HOME": str(self.cloud / "cdk-home"),
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "CDK_DISABLE_VERSION_CHECK": "1",
            # What it warns of is for AWS, and finding it takes 14 of the 17 seconds of a synthesis.
            "CDK_VALIDATION": "false",
            "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
        }
