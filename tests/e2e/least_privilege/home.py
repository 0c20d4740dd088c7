"""A local cloud that enforces IAM, over TLS: it checks signatures, and the policies of roles and buckets.

What it does otherwise than AWS is in docs/security.md.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import boto3
import pytest

from tools.local_cloud import process
from tools.local_cloud.home import REGION, Home

OWNER = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}


class EnforcingHome(Home):
    """A home whose cloud enforces IAM."""

    def start(self) -> None:
        """Start the cloud."""
        with pytest.MonkeyPatch.context() as settings:
            settings.setenv("AUTH", "true")
            process.start(self)

    def client(self, name: str, credentials: dict[str, str] | None = None, **options: Any) -> Any:
        """Return a boto3 client with a role's credentials, or with the account owner's."""
        return boto3.client(
            name, endpoint_url=self.url, region_name=REGION, **options, **(credentials or OWNER)
        )

    def assume(self, role: str) -> dict[str, str]:
        """Return temporary credentials of a role."""
        arn = self.client("iam").get_role(RoleName=role)["Role"]["Arn"]
        given = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        return {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }


class GuardedHome(EnforcingHome):
    """A home whose cloud enforces IAM, and speaks TLS with a certificate of its own."""

    @property
    def url(self) -> str:
        """Base URL of the cloud; the certificate is for this address."""
        return super().url.replace("http:", "https:")

    @property
    def certificate(self) -> Path:
        """The cloud's certificate, signed by itself."""
        return self.path / "certificate.pem"

    def environment(self) -> dict[str, str]:
        """Return the environment of every program that talks to this cloud; the AWS SDKs in them trust it."""
        return super().environment() | {"AWS_CA_BUNDLE": str(self.certificate)}

    def start(self) -> None:
        """Start the cloud; what `trusted` set must be in force."""
        key = self.path / "key.pem"
        _certify(self.certificate, key)
        with pytest.MonkeyPatch.context() as settings:
            settings.setenv("USE_SSL", "1")
            settings.setenv("MINISTACK_SSL_CERT", str(self.certificate))
            settings.setenv("MINISTACK_SSL_KEY", str(key))
            super().start()

    def trusted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let Python and the CDK CLI trust the cloud's certificate, and no other, while the patch lasts."""
        for name in ("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"):
            monkeypatch.setenv(name, str(self.certificate))

    def client(self, name: str, credentials: dict[str, str] | None = None, **options: Any) -> Any:
        """Return a boto3 client that trusts the cloud's certificate."""
        return super().client(name, credentials, verify=str(self.certificate), **options)

    def function_environments(self) -> list[dict[str, str]]:
        """Return what the processes of the functions were given, as Linux tells it; elsewhere nothing."""
        group = json.loads(self.process_file.read_text())["pid"]
        environments = [_environment(folder, group) for folder in Path("/proc").glob("[0-9]*")]
        return [found for found in environments if "AWS_LAMBDA_FUNCTION_NAME" in found]


def _certify(certificate: Path, key: Path) -> None:
    request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", *request, *subject, *files], check=True, capture_output=True)


def _environment(folder: Path, group: int) -> dict[str, str]:
    try:
        if os.getpgid(int(folder.name)) != group:
            return {}
        text = (folder / "environ").read_text()
    except OSError:  # it has ended meanwhile
        return {}
    return dict(line.split("=", 1) for line in text.split("\0") if "=" in line)
