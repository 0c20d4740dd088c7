"""The credentials of a function that starts from a snapshot (SnapStart).

Credentials in a snapshot's environment would have expired before it is used. So Lambda sets none there,
and has an address of its own that gives them out:
https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html.
"""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from http.client import HTTPConnection
from urllib.parse import urlsplit

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT_SECONDS = 2.0
# A request that is signed with them may still be on its way when they expire.
SPARE_SECONDS = 300


class ContainerCredentials:
    """Fetches credentials, and keeps them until shortly before they expire.

    Parameters
    ----------
    environment : mapping of str to str
        ``AWS_CONTAINER_CREDENTIALS_FULL_URI`` and ``AWS_CONTAINER_AUTHORIZATION_TOKEN``.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._address = urlsplit(environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"])
        self._token = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
        self._expiration = ""
        self._credentials = ("", "", "")

    def get(self) -> tuple[str, str, str]:
        """Return access key id, secret access key and session token.

        Raises
        ------
        OSError
            If they can't be had.
        """
        # As text, times in UTC are in the order of the times.
        if self._expiration <= time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + SPARE_SECONDS)):
            answer = self._fetch()
            self._credentials = answer["AccessKeyId"], answer["SecretAccessKey"], answer["Token"]
            self._expiration = answer["Expiration"]
        return self._credentials

    def forget(self) -> None:
        """Fetch new ones when they are needed next."""
        self._expiration = ""

    def _fetch(self) -> dict[str, str]:
        connection = HTTPConnection(self._address.netloc, timeout=TIMEOUT_SECONDS)
        try:
            path = f"{self._address.path or '/'}?{self._address.query}".removesuffix("?")
            connection.request("GET", path, headers={"Authorization": self._token})
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        if response.status != HTTPStatus.OK:
            raise OSError(f"the function's credentials: status {response.status}")
        answer: dict[str, str] = json.loads(body)
        return answer
