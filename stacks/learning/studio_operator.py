"""Who signs in to the studio to operate a stage: a role for an hour that may call one API, and no more."""

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks import findings

LONGEST_SESSION = cdk.Duration.hours(
    1
)  # the shortest that IAM knows, and the longest of a role's own sessions


class StudioOperator(Construct):
    """A role that whoever may assume roles of the account can have for an hour: ``recall sign-in``.

    Parameters
    ----------
    api : aws_cdk.aws_apigateway.RestApi
        The operations API.

    Attributes
    ----------
    role : aws_cdk.aws_iam.Role
    """

    def __init__(self, scope: Construct, construct_id: str, *, api: apigateway.RestApi) -> None:
        super().__init__(scope, construct_id)
        # The account: its owner says by IAM who in it may assume the role.
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.AccountRootPrincipal(),
            description="Recall: signs in to the studio, to watch and operate this stage",
            max_session_duration=LONGEST_SESSION,
        )
        stage = api.deployment_stage.stage_name
        self.role.add_to_policy(
            iam.PolicyStatement(
                actions=["execute-api:Invoke"], resources=[api.arn_for_execute_api("*", "/*", stage)]
            )
        )
        arn = (
            f"arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<{findings.logical_id(api)}>"
            f"/<{findings.logical_id(api.deployment_stage)}>/*/*"
        )
        findings.accept(self.role, {findings.wildcard(arn): "Every path and method of the one API."})
