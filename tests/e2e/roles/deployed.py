"""A deployment with its roles: what each may do, and what it has called for."""

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from botocore.config import Config

from tests.e2e.conftest import PROJECT, Service
from tests.e2e.least_privilege.home import EnforcingHome
from tests.e2e.roles.policies import Statement, listed
from tests.infrastructure.conftest import synthesized_stage
from tools.local_cloud import deployment
from tools.local_cloud.home import ACCOUNT, REGION

# The first call of a function unpacks its layers, up to 250 MB; a second try would only do so again.
PATIENCE = Config(read_timeout=300, retries={"total_max_attempts": 1})
# Roles that the local cloud can't deploy: their jobs run here as processes.
ELSEWHERE = {"BatchJobRole": "batch", "SparkRole": "spark"}
OWNER = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
TRUST = {"Effect": "Allow", "Principal": OWNER, "Action": "sts:AssumeRole"}


class Deployed(Service):
    """The deployed service, and its roles.

    Parameters
    ----------
    home : EnforcingHome
        The cloud.
    outputs : dict
        The stacks' outputs.
    """

    def __init__(self, home: EnforcingHome, outputs: dict[str, dict[str, str]]) -> None:
        api = outputs["recall-local-api"]
        endpoint = f"{home.url}/_aws/execute-api/{api['ApiId']}/local"
        key, bucket = (
            deployment.read_api_key(home, api["ApiKeyId"]),
            outputs["recall-local-data-lake"]["Bucket"],
        )
        super().__init__(home, endpoint, key, bucket)
        self.learning = outputs["recall-local-learning"]

    @cached_property
    def table_arn(self) -> str:
        """ARN of the table of reviews."""
        tables = self.client("s3tables")
        where = {"tableBucketARN": self.learning["TableBucketArn"], "namespace": "recall", "name": "reviews"}
        arn: str = tables.get_table(**where)["tableARN"]
        return arn

    def job(self, function: str, *command: str) -> Any:
        """Run a command in a jobs function; return what it found, or the error's message."""
        client = self.client("lambda", config=PATIENCE)
        event = json.dumps({"command": command}).encode()
        response = client.invoke(FunctionName=self.learning[f"{function}JobsFunction"], Payload=event)
        found = json.loads(response["Payload"].read())
        return found["errorMessage"] if response.get("FunctionError") else found

    def process(self, role: str, *command: str) -> tuple[int, str]:
        """Run a command of the training side as a process, with a role's credentials; return what it says."""
        given = self.home.assume(self.roles[role])
        environment = {name.upper(): value for name, value in given.items()}
        done = subprocess.run(
            [sys.executable, "-m", "model_training", *command, "--bucket", self.bucket],
            cwd=PROJECT,
            env=os.environ | environment | {"AWS_ENDPOINT_URL": self.home.url, "AWS_DEFAULT_REGION": REGION},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    @cached_property
    def roles(self) -> dict[str, str]:
        """The names of the service's roles, by their constructs."""
        names = [role["RoleName"] for role in self.client("iam").list_roles()["Roles"]]
        found = {name: re.search(r"-([A-Z]\w*?Role)(?:[0-9A-F]{8}.*)?$", name) for name in names}
        return {match[1]: name for name, match in found.items() if match and name.startswith("recall-")}

    def statements(self, role: str) -> list[Statement]:
        """Return what a role's own policies say."""
        iam, name = self.client("iam"), self.roles[role]
        policies = iam.list_role_policies(RoleName=name)["PolicyNames"]
        documents = [iam.get_role_policy(RoleName=name, PolicyName=p)["PolicyDocument"] for p in policies]
        return [statement for document in documents for statement in document["Statement"]]

    @contextmanager
    def without(self, role: str, action: str) -> Iterator[None]:
        """Take the statements that name an action away from a role, for a while."""
        iam, name, before = self.client("iam"), self.roles[role], self.statements(role)
        (policy,) = iam.list_role_policies(RoleName=name)["PolicyNames"]
        kept = [statement for statement in before if action not in listed(statement["Action"])]
        assert kept != before
        try:
            iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=_document(kept))
            yield
        finally:
            iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=_document(before))

    def add_roles_of_other_stages(self) -> None:
        """Add the roles that the local cloud can't deploy, about this deployment's lake and table."""
        iam = self.client("iam")
        for role, compute in ELSEWHERE.items():
            name = f"recall-{role}"
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=_document([TRUST]))
            found = _statements_of_template(role, compute)
            statements = [s | {"Resource": [self._named(s, r) for r in _resources(s)]} for s in found]
            iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=_document(statements))

    def _named(self, statement: Statement, resource: Any) -> str:
        """Return the ARN here of a resource of a template."""
        text = json.dumps(resource)
        if listed(statement["Action"])[0].startswith("s3tables:"):
            return self.table_arn if "TableReviews" in text else self.learning["TableBucketArn"]
        objects = re.search(r'"/([a-z/]+\*)"', text)
        if listed(statement["Action"])[0].startswith("s3:") and "assets" not in text:
            return f"arn:aws:s3:::{self.bucket}" + (f"/{objects[1]}" if objects else "")
        return text  # of logs and assets, which aren't deployed here

    def record(self) -> dict[str, list[dict[str, Any]]]:
        """Return the recorded requests, by their roles' constructs."""
        constructs = {name: construct for construct, name in self.roles.items()}
        found = defaultdict(list)
        for line in map(json.loads, (self.home.path / "record.jsonl").read_text().splitlines()):
            found[constructs[line["role"]]].append(line)
        return found


def _document(statements: Sequence[Statement]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _statements_of_template(role: str, compute: str) -> list[dict[str, Any]]:
    template = synthesized_stage("prod", reviews_retention_days=400, training_compute=compute)["Learning"]
    (found,) = [
        resource["Properties"]["PolicyDocument"]["Statement"]
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == "AWS::IAM::Policy" and re.fullmatch(rf"{role}DefaultPolicy\w{{8}}", logical_id)
    ]
    return list(found)


def _resources(statement: Mapping[str, Any]) -> Sequence[Any]:
    resources = statement["Resource"]
    return resources if isinstance(resources, list) else [resources]
