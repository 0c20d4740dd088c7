"""The function that is tuned, as Lambda describes it, and the request for a copy of it."""

import base64
import hashlib
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from tools.doctor.cloud import Cloud, code_of
from tools.tune.errors import TuneError, aws_errors

# Zipped, where the code is in the request: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MOST_CODE_BYTES = 50 * 1024**2
DOWNLOAD_SECONDS = 60.0
# What a copy has as the function has it. Not so: its log group, so that no call of the copy is in the
# function's log and metrics, X-Ray, its queue for failed events, its concurrency.
COPIED = ("Runtime", "Role", "Handler", "Timeout", "MemorySize", "Architectures", "PackageType", "KMSKeyArn")


class Source(NamedTuple):
    """A function.

    Attributes
    ----------
    configuration : mapping
        As GetFunction gives it.
    code : mapping
        The code in CreateFunction's terms: a zip file's bytes, or an image.
    """

    configuration: Mapping[str, Any]
    code: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The function's name."""
        return str(self.configuration["FunctionName"])

    @property
    def memory_mb(self) -> int:
        """The memory that it has now."""
        return int(self.configuration["MemorySize"])

    @property
    def timeout_seconds(self) -> int:
        """The seconds that an invocation may take."""
        return int(self.configuration["Timeout"])

    @property
    def architecture(self) -> str:
        """Its processor: ``x86_64`` or ``arm64``."""
        return str((self.configuration.get("Architectures") or ["x86_64"])[0])

    @property
    def snap_start(self) -> bool:
        """Whether published versions start from a snapshot."""
        return bool(self.configuration.get("SnapStart", {}).get("ApplyOn") == "PublishedVersions")

    def copy_request(self, name: str, tags: Mapping[str, str]) -> dict[str, Any]:
        """Return the arguments of CreateFunction for a copy."""
        found = self.configuration
        request = {key: found[key] for key in COPIED if found.get(key)}
        request |= {"FunctionName": name, "Code": dict(self.code), "Tags": dict(tags)}
        request["Description"] = f"Temporary copy of {self.name}, by recall tune"
        if variables := found.get("Environment", {}).get("Variables"):
            request["Environment"] = {"Variables": variables}
        if layers := found.get("Layers"):
            request["Layers"] = [layer["Arn"] for layer in layers]
        if size := found.get("EphemeralStorage", {}).get("Size"):
            request["EphemeralStorage"] = {"Size": size}
        if self.snap_start:
            request["SnapStart"] = {"ApplyOn": "PublishedVersions"}
        if image := found.get("ImageConfigResponse", {}).get("ImageConfig"):
            request["ImageConfig"] = image
        if network := _network(found.get("VpcConfig", {})):
            request["VpcConfig"] = network
        if systems := found.get("FileSystemConfigs"):
            request["FileSystemConfigs"] = systems
        return request


def _network(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the private network that a function is in, without what only responses have; empty for none."""
    if not found.get("SubnetIds"):
        return {}
    return {key: value for key, value in found.items() if key != "VpcId"}


def read_source(cloud: Cloud, client: Any, function: str) -> Source:
    """Read a function with its code.

    Parameters
    ----------
    cloud : tools.doctor.cloud.Cloud
        Where it is.
    client : boto3 Lambda client
        The client to ask with.
    function : str
        Its name or ARN, perhaps with a version or an alias.

    Raises
    ------
    TuneError
        If there is no such function, or it can't be copied.
    """
    with aws_errors():
        try:
            found = client.get_function(FunctionName=function)
        except ClientError as error:
            if code_of(error) != "ResourceNotFoundException":
                raise
            where = cloud.endpoint_url or cloud.region
            raise TuneError(
                f"there is no function {function} in {where}; --function takes a name or an ARN, and "
                "--region, --profile and --endpoint-url say where it is"
            ) from error
    configuration = found["Configuration"]
    if problem := configuration.get("Environment", {}).get("Error"):
        raise TuneError(f"{function}: its variables can't be read: {problem.get('Message')}")
    if configuration.get("PackageType") == "Image":
        code = found["Code"]
        return Source(configuration, {"ImageUri": code.get("ResolvedImageUri") or code["ImageUri"]})
    return Source(configuration, {"ZipFile": _download(cloud, configuration, found["Code"]["Location"])})


def _download(cloud: Cloud, configuration: Mapping[str, Any], location: str) -> bytes:
    name, size = configuration["FunctionName"], configuration["CodeSize"]
    if size > MOST_CODE_BYTES:
        raise TuneError(
            f"{name}: its code has {size:,} bytes zipped, and a copy's may have {MOST_CODE_BYTES:,}; move "
            "libraries to a layer, or tune the function packaged as an image"
        )
    # No proxy reaches a cloud on this machine.
    handlers = [urllib.request.ProxyHandler({})] if cloud.endpoint_url else []
    try:
        with urllib.request.build_opener(*handlers).open(location, timeout=DOWNLOAD_SECONDS) as response:
            code = bytes(response.read())
    except (OSError, ValueError) as error:
        raise TuneError(f"{name}: its code can't be downloaded: {error}; check the network") from error
    if base64.b64encode(hashlib.sha256(code).digest()).decode() != configuration["CodeSha256"]:
        raise TuneError(f"{name}: its code came damaged, or was just replaced; run again")
    return code
