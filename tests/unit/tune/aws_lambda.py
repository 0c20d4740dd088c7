"""A stand-in for Lambda in an account: boto3's real clients, whose requests change what is kept here."""

import base64
import hashlib
import io
import json
import os
from functools import cache

from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.response import StreamingBody

from tests.unit.aws_account import ACCOUNT, CURRENT, REGION, RefusedError, _session
from tools.doctor.cloud import Cloud

CODE = b"the bytes of a zip file"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/recall-role"
LAYER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:layer:ml:7"
STACK = "recall-dev-inference"


class OneClientEach(Cloud):
    """A cloud with one client for each service, whatever its patience: making one takes 20 ms."""

    def client(self, service, region=None, config=None):  # noqa: ARG002 - Cloud's
        return _client(service)


@cache
def _client(service):
    return _session().client(service, region_name=REGION)


class Lambda:
    """One account with a function ``live``, and what happens to its calls.

    Attributes of a test's choice: `account_most_mb`, above which sizes are refused; `needed_mb`, below which
    calls are killed; `used_mb`; `cpu_ms` of a warm call and `start_cpu_ms` of a cold start, on a whole
    processor; `refusals`, the errors of an operation's next calls; `reports`, whether there are REPORT lines;
    `response`, the function's; `before` and `after`, called with the number of each operation.
    """

    def __init__(self, folder, **configuration):
        self.cloud = OneClientEach(_session(), REGION, None)
        self.functions, self.tags, self.log_groups = {}, {}, set()
        self.called, self.refusals = [], {}
        self.account_most_mb, self.needed_mb, self.used_mb = 10_240, 0, 60
        self.cpu_ms, self.start_cpu_ms, self.reports = 10.0, 100.0, True
        self.response = {"statusCode": 200, "body": "{}"}
        self.before = self.after = lambda _number: None
        self.payloads, self.deleted_versions = [], []
        self._warm = set()
        code = folder / "code.zip"
        code.write_bytes(CODE)
        self._location = code.as_uri()
        self._add("live", {"MemorySize": 512, **configuration}, {})
        self.outputs = [{"OutputKey": "Function", "OutputValue": "live"}]
        CURRENT.append(self)

    @property
    def names(self):
        return sorted(self.functions)

    @property
    def copy(self):
        """The only function beside ``live``."""
        (name,) = [name for name in self.functions if name != "live"]
        return self.functions[name]

    def _add(self, name, configuration, tags):
        self.functions[name] = {
            "FunctionName": name,
            "FunctionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}",
            "Runtime": "python3.13",
            "Handler": "inference.handler.handler",
            "Role": ROLE,
            "Timeout": 10,
            "Architectures": ["arm64"],
            "PackageType": "Zip",
            "Environment": {"Variables": {"STAGE": "dev"}},
            "Layers": [{"Arn": LAYER, "CodeSize": 1}],
            "EphemeralStorage": {"Size": 512},
            "LoggingConfig": {"LogFormat": "JSON", "LogGroup": "live-log"},
            "TracingConfig": {"Mode": "Active"},
            "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": [], "VpcId": ""},
            "CodeSize": len(CODE),
            "CodeSha256": base64.b64encode(hashlib.sha256(CODE).digest()).decode(),
            "versions": {},
            "polls": 0,
            "next": 1,
            **configuration,
        }
        self.tags[name] = tags

    def respond(self, model, context, **_):
        """Do what an operation does, and return its response, in the place of a request."""
        number = len(self.called)
        self.called.append(model.name)
        self.before(number)
        try:
            if self.refusals.get(model.name):
                raise self.refusals[model.name].pop(0)
            response = getattr(self, xform_name(model.name))(**context["parameters"])
        except RefusedError as refused:
            error = {"Code": refused.code, "Message": refused.message}
            return AWSResponse("", 400, {}, None), {"Error": error, "ResponseMetadata": {}}
        self.after(number)
        return AWSResponse("", 200, {}, None), response | {"ResponseMetadata": {}}

    def _find(self, name):
        if name not in self.functions:
            raise RefusedError("ResourceNotFoundException", f"Function not found: {name}")
        return self.functions[name]

    def describe_stacks(self, StackName):
        if StackName != STACK:
            raise RefusedError("ValidationError", f"Stack with id {StackName} does not exist")
        return {"Stacks": [{"StackName": STACK, "Outputs": self.outputs}]}

    def list_functions(self, **_):
        return {"Functions": [self.functions[name] for name in self.names]}

    def list_tags(self, Resource):
        return {"Tags": self.tags[Resource.rpartition(":")[2]]}

    def get_function(self, FunctionName):
        found = self._find(FunctionName)
        busy, found["polls"] = found["polls"] > 0, max(0, found["polls"] - 1)
        states = {"State": "Active", "LastUpdateStatus": "InProgress" if busy else "Successful"}
        code = {"Location": self._location}
        if found["PackageType"] == "Image":
            code = {"ImageUri": "r/i:latest", "ResolvedImageUri": "r/i@sha256:1"}
        return {"Configuration": found | states, "Code": code}

    def get_function_configuration(self, FunctionName, Qualifier):
        return self._find(FunctionName) | {"Version": Qualifier, "State": "Active"}

    def create_function(self, FunctionName, Code, Tags, **configuration):
        assert Code in ({"ZipFile": CODE}, {"ImageUri": "r/i@sha256:1"})
        if FunctionName in self.functions:
            raise RefusedError("ResourceConflictException", f"Function already exist: {FunctionName}")
        self._add(FunctionName, {"asked": configuration, **configuration}, Tags)
        return {"FunctionName": FunctionName}

    def update_function_configuration(self, FunctionName, MemorySize, Description):
        assert FunctionName != "live"
        if self.account_most_mb < MemorySize:
            raise RefusedError(
                "InvalidParameterValueException",
                "'MemorySize' value failed to satisfy constraint: Member must have value less than or equal "
                f"to {self.account_most_mb}",
            )
        found = self._find(FunctionName)
        if found["polls"]:
            raise RefusedError("ResourceConflictException", "an update is in progress")
        found |= {"MemorySize": MemorySize, "Description": Description, "polls": 1}
        return {}

    def publish_version(self, FunctionName):
        assert FunctionName != "live"
        found = self._find(FunctionName)
        if found["polls"]:
            raise RefusedError("ResourceConflictException", "an update is in progress")
        state = found["MemorySize"], found["Description"]
        if state not in found["versions"].values():  # what is as the last version is no new one
            found["versions"][str(found["next"])] = state
            found["next"] += 1
        return {"Version": list(found["versions"])[-1]}

    def invoke(self, FunctionName, Qualifier, LogType, Payload):
        assert FunctionName != "live"
        assert LogType == "Tail"
        found = self._find(FunctionName)
        memory = found["MemorySize"] if Qualifier == "$LATEST" else found["versions"][Qualifier][0]
        environment = FunctionName, Qualifier
        is_cold = environment not in self._warm
        self._warm.add(environment)
        self.payloads.append(Payload)
        share = min(1.0, memory / 1769)
        start = self.start_cpu_ms / share if is_cold else 0.0
        duration = self.cpu_ms / share
        response = {"StatusCode": 200, "Payload": _body(self.response)}
        used = self.used_mb
        if memory < self.needed_mb:
            killed = {"errorType": "Runtime.ExitError", "errorMessage": "Error: signal: killed"}
            response |= {"FunctionError": "Unhandled", "Payload": _body(killed)}
            used = memory
        if self.reports:
            line = (
                f"REPORT RequestId: 1\tDuration: {duration:.2f} ms"
                f"\tBilled Duration: {duration + start:.0f} ms"
                f"\tMemory Size: {memory} MB\tMax Memory Used: {used} MB\t"
            ) + (f"Init Duration: {start:.2f} ms\t" if is_cold else "")
            response["LogResult"] = base64.b64encode(f"END RequestId: 1\n{line}\n".encode()).decode()
        return response

    def delete_function(self, FunctionName, Qualifier=None):
        assert FunctionName != "live"
        found = self._find(FunctionName)
        if Qualifier is None:
            del self.functions[FunctionName]
        else:
            self.deleted_versions.append(found["versions"].pop(Qualifier))
        return {}

    def delete_log_group(self, logGroupName):
        if logGroupName not in self.log_groups:
            raise RefusedError("ResourceNotFoundException", "The specified log group does not exist.")
        self.log_groups.remove(logGroupName)
        return {}


def _body(value):
    text = json.dumps(value).encode()
    return StreamingBody(io.BytesIO(text), len(text))


def send(signal_number):
    """Send this process a signal, whose handler runs before the next line."""
    os.kill(os.getpid(), signal_number)
