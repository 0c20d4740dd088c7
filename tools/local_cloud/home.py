"""Where a local cloud keeps its files, and what its programs get as environment."""

import os
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
ACCOUNT, REGION = "000000000000", "us-east-1"

# The cloud is on this machine: no proxy of the user's knows it.
open_url = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


class LocalCloudError(Exception):
    """A step failed; the message is one line that says what to do."""


class CanaryFailedError(LocalCloudError):
    """The deployment was rolled back, since the ML layer isn't what it should be."""


@dataclass(frozen=True)
class Home:
    """The folder of one local cloud; several can run side by side, each on its own port."""

    path: Path
    port: int

    @property
    def url(self) -> str:
        """Base URL of the cloud; the name `localhost` may resolve to an address that it doesn't listen on."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def cloud(self) -> Path:
        """What lives and dies with the cloud's process: its temporary files, log and account cache."""
        return self.path / "cloud"

    @property
    def process_file(self) -> Path:
        """The record of the process that `up` started."""
        return self.cloud / "process.json"

    @property
    def model(self) -> Path:
        """The trained model, kept across `down`."""
        return self.path / "model"

    @property
    def outputs(self) -> Path:
        """What a client needs: endpoint, key, bucket, model version."""
        return self.path / "outputs.json"

    def environment(self) -> dict[str, str]:
        """Return the environment of every program that talks to this cloud, and to no other."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "CDK_"))}
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
            "NO_PROXY": "127.0.0.1",
            # The CLI remembers accounts there, and another cloud's would mislead it.
            "CDK_HOME": str(self.cloud / "cdk-home"),
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "CDK_DISABLE_VERSION_CHECK": "1",
            "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
        }
