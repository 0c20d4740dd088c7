"""AWS Signature Version 4, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html."""

from __future__ import annotations

import hashlib
import hmac
import time

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_kit.credentials import ContainerCredentials


class Signer:
    """Signs requests to one service.

    Parameters
    ----------
    service : str
        Its name in signatures: ``s3``, ``dynamodb``.
    environment : mapping of str to str
        Lambda's own variables: region and credentials.

    Attributes
    ----------
    region : str
        Of AWS.
    ahead : float
        Seconds by which the service's clock is ahead of ours. Who meets a refusal for the time sets it.
    """

    def __init__(self, service: str, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.region = environment["AWS_REGION"]
        self.ahead = 0.0
        self._service = service
        self._container: ContainerCredentials | None = None
        if "AWS_CONTAINER_CREDENTIALS_FULL_URI" in environment:
            from aws_kit.credentials import ContainerCredentials  # noqa: PLC0415 - only with SnapStart

            self._container = ContainerCredentials(environment)

    def sign(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body_sha256: str
    ) -> dict[str, str]:
        """Return the headers to send.

        Parameters
        ----------
        method : str
            HTTP's.
        path, query : str
            Percent-encoded as they are sent; the query's parameters in the order of their names. Of other
            services than S3, whose signatures encode a path twice, the path is ``/``.
        headers : mapping of str to str
            The headers to sign, by names in lower case, ``host`` among them.
        body_sha256 : str
            The body's SHA-256 in hexadecimal.

        Raises
        ------
        OSError
            If the credentials can't be had.
        """
        key_id, secret, token = self._credentials()
        timestamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() + self.ahead))
        signed = {**headers, "x-amz-date": timestamp}
        if token:
            signed["x-amz-security-token"] = token
        names = sorted(signed)
        lines = "".join(f"{name}:{' '.join(signed[name].split())}\n" for name in names)
        canonical = f"{method}\n{path}\n{query}\n{lines}\n{';'.join(names)}\n{body_sha256}"
        scope = f"{timestamp[:8]}/{self.region}/{self._service}/aws4_request"
        to_sign = f"AWS4-HMAC-SHA256\n{timestamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = b"AWS4" + secret.encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
        signed["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={key_id}/{scope}, "
            f"SignedHeaders={';'.join(names)}, Signature={signature}"
        )
        return signed

    def renew(self) -> bool:
        """Have the next request fetch credentials; False where Lambda's variables have them for good."""
        if self._container is None:
            return False
        self._container.forget()
        return True

    def _credentials(self) -> tuple[str, str, str | None]:
        if self._container is not None:
            return self._container.get()
        given = self._environment
        return given["AWS_ACCESS_KEY_ID"], given["AWS_SECRET_ACCESS_KEY"], given.get("AWS_SESSION_TOKEN")


def seconds_ahead(date: str | None) -> float | None:
    """Return by how much the clock of a response's header Date is ahead of ours; None without a date."""
    from email.utils import mktime_tz, parsedate_tz  # noqa: PLC0415 - only when a clock is wrong

    parsed = parsedate_tz(date or "")
    return None if parsed is None else mktime_tz(parsed) - time.time()
