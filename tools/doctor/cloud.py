"""The account as the checks see it: clients that give up soon, and what an error of theirs means."""

from collections.abc import Iterator
from functools import cached_property
from threading import Lock
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import boto3
from botocore import exceptions
from botocore.config import Config

from tools.doctor.finding import Finding, cannot_tell

# One more try, and no more than some seconds for each: who waits for a preflight may be offline.
QUICK = Config(connect_timeout=3, read_timeout=10, retries={"total_max_attempts": 2, "mode": "standard"})
# Where the CDK deploys to if nobody chooses: `AwsCliCompatible.region` in its CLI, 2.1148.1.
FALLBACK_REGION = "us-east-1"
DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "403"}
UNUSABLE = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
    "AuthFailure",
}
NO_CREDENTIALS = (
    exceptions.NoCredentialsError,
    exceptions.PartialCredentialsError,
    exceptions.CredentialRetrievalError,
    exceptions.SSOError,
    exceptions.UnauthorizedSSOTokenError,
    exceptions.TokenRetrievalError,
)
LOOK_YOURSELF = "look in AWS's console, or deploy and see"
SIGN_IN = "sign in (`aws configure`, `aws sso login`), or name a profile that has credentials with --profile"


class StackResource(NamedTuple):
    """A resource of a deployed stack."""

    kind: str
    logical_id: str
    physical_id: str


class Cloud:
    """One account in one region.

    Parameters
    ----------
    session : boto3.Session
        With the credentials to use.
    region : str or None
        Its name; None if nobody chose one.
    endpoint_url : str or None
        Where the cloud is, if it isn't AWS.
    """

    def __init__(self, session: boto3.Session, region: str | None, endpoint_url: str | None) -> None:
        self.session, self.chosen_region = session, region
        self.region = region or FALLBACK_REGION
        self.endpoint_url = endpoint_url
        # No proxy reaches this machine's own ports.
        here = endpoint_url is not None and urlsplit(endpoint_url).hostname in {
            "127.0.0.1",
            "localhost",
            "::1",
        }
        self._config = QUICK.merge(Config(proxies={})) if here else QUICK
        self._lock = Lock()  # sessions aren't made for threads, clients are

    def client(self, service: str, region: str | None = None, config: Config | None = None) -> Any:
        """Return a client of a service, in this or another region; it may be more patient than the others."""
        with self._lock:
            return self.session.client(
                service,
                region_name=region or self.region,
                endpoint_url=self.endpoint_url,
                config=self._config.merge(config) if config else self._config,
            )

    @cached_property
    def identity(self) -> dict[str, str]:
        """Who the credentials belong to: ``Account`` and ``Arn``."""
        identity: dict[str, str] = self.client("sts").get_caller_identity()
        return identity

    @property
    def account(self) -> str:
        """The account's number."""
        return self.identity["Account"]

    def stack_status(self, name: str) -> str | None:
        """Return a stack's status, such as ``CREATE_COMPLETE``, or None where there is none."""
        try:
            found = self.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
        except exceptions.ClientError as error:
            if code_of(error) == "ValidationError" and "does not exist" in str(error):
                return None
            raise
        status = str(found[0]["StackStatus"])
        return None if status == "DELETE_COMPLETE" else status

    def stack_resources(self, name: str) -> list[StackResource]:
        """Return what a stack has; nothing where there is no stack."""
        if self.stack_status(name) is None:
            return []
        pages = self.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=name)
        return [
            StackResource(each["ResourceType"], each["LogicalResourceId"], each.get("PhysicalResourceId", ""))
            for page in pages
            for each in page["StackResourceSummaries"]
            if each["ResourceStatus"] != "DELETE_COMPLETE"
        ]


def code_of(error: exceptions.ClientError) -> str:
    """Return the code of a response that is an error, such as ``AccessDenied``."""
    return str(error.response.get("Error", {}).get("Code"))


def lookup_failed(error: exceptions.BotoCoreError | exceptions.ClientError) -> Finding:
    """Return that a check can't tell, since AWS couldn't be asked."""
    if isinstance(error, NO_CREDENTIALS):
        return cannot_tell(str(error), SIGN_IN)
    if isinstance(error, exceptions.ClientError):
        code, operation = code_of(error), error.operation_name
        if code in DENIED:
            return cannot_tell(
                f"the credentials may not call {operation}",
                "for the preflight, give them AWS's policy ReadOnlyAccess",
            )
        if code in UNUSABLE:
            return cannot_tell(f"AWS refuses the credentials ({code})", SIGN_IN)
        message = error.response.get("Error", {}).get("Message")
        return cannot_tell(f"{operation} fails: {message or code}", LOOK_YOURSELF)
    return cannot_tell(str(error), "check the network, the proxy, the region and --endpoint-url")


def pages(client: Any, operation: str, key: str, **arguments: Any) -> Iterator[Any]:
    """Yield what a listing operation has under a key of its responses, page by page."""
    for page in client.get_paginator(operation).paginate(**arguments):
        yield from page.get(key) or ()
