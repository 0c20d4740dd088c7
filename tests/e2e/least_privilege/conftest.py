"""The stage `local`, deployed by the CDK CLI into a cloud that enforces IAM, with a model in its lake."""

import hashlib
import json
from typing import Any, NamedTuple

import pytest

from tests.e2e.conftest import PROJECT, Service, free_port, stage_python
from tests.e2e.layers import kept_layers
from tests.e2e.least_privilege.home import GuardedHome
from tools.local_cloud import deployment, process

MODEL = (PROJECT / "lambda_src" / "inference" / "default_model" / "model.json").read_bytes()
# Numbers that stand out, should they ever be in a log.
CARD = {"days_since_last_review": 3.14159265, "review_count": 4321, "difficulty": 5.43210987}
POINTER, VERSION = "models/current.json", "proven"

LEARNING = "recall-local-learning-"


class Guarded(NamedTuple):
    """A service in a cloud that enforces IAM."""

    home: GuardedHome
    service: Service
    outputs: dict[str, dict[str, str]]

    @property
    def role(self) -> str:
        """Name of the inference function's role."""
        function = self.outputs["recall-local-inference"]["Function"]
        configuration = self.home.client("lambda").get_function_configuration(FunctionName=function)
        name: str = configuration["Role"].rpartition("/")[2]
        return name

    def roles(self) -> list[str]:
        """Return the names of the service's roles, without those of the CDK and of the learning loop."""
        names = [role["RoleName"] for role in self.home.client("iam").list_roles()["Roles"]]
        return sorted(name for name in names if name.startswith("recall-") and not name.startswith(LEARNING))

    def statements(self, role: str) -> list[dict[str, Any]]:
        """Return what a role's policies of its own say."""
        iam = self.home.client("iam")
        names = iam.list_role_policies(RoleName=role)["PolicyNames"]
        documents = [iam.get_role_policy(RoleName=role, PolicyName=n)["PolicyDocument"] for n in names]
        return [statement for document in documents for statement in document["Statement"]]

    def allow(self, statements: list[dict[str, Any]]) -> None:
        """Replace what the inference function's role may do."""
        iam, role = self.home.client("iam"), self.role
        (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=document)

    def log_messages(self) -> list[str]:
        """Return every line that the functions have written."""
        logs = self.home.client("logs")
        groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
        pages = [logs.filter_log_events(logGroupName=group)["events"] for group in groups]
        return [event["message"] for page in pages for event in page]


@pytest.fixture(scope="package")
def guarded(tmp_path_factory: pytest.TempPathFactory):
    """Deploy, and put a model and what the function mustn't see into the buckets; no request was sent yet."""
    home = GuardedHome(tmp_path_factory.mktemp("guarded"), free_port(), stage_python())
    with pytest.MonkeyPatch.context() as monkeypatch:
        home.trusted(monkeypatch)
        try:
            yield _deployed(home)
        finally:
            process.stop(home)


def _deployed(home: GuardedHome) -> Guarded:
    home.start()
    deployment.bootstrap(home)
    with kept_layers(home.path / "cdk.out"):
        outputs = deployment.deploy(home)
    api, bucket = outputs["recall-local-api"], outputs["recall-local-data-lake"]["Bucket"]
    endpoint = f"{home.url}/_aws/execute-api/{api['ApiId']}/local"
    service = Service(home, endpoint, deployment.read_api_key(home, api["ApiKeyId"]), bucket)
    _fill(home, bucket, outputs["recall-local-studio"]["Bucket"])
    return Guarded(home, service, outputs)


def _fill(home: GuardedHome, lake: str, studio: str) -> None:
    s3 = home.client("s3")
    key, sha256 = f"models/{VERSION}/model.json", hashlib.sha256(MODEL).hexdigest()
    pointer = {"schema_version": 1, "version": VERSION, "key": key, "sha256": sha256}
    published = {key: MODEL, POINTER: json.dumps(pointer).encode()}
    hidden = dict.fromkeys(("reviews/log.parquet", "reports/report.html", "models"), b"not for the function")
    for name, body in (published | hidden).items():
        s3.put_object(Bucket=lake, Key=name, Body=body)
    s3.put_object(Bucket=studio, Key=POINTER, Body=b"not for the function")
