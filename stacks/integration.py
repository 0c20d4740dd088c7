"""How a REST API calls a function."""

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_


def lambda_integration(function: lambda_.IFunction) -> apigateway.LambdaIntegration:
    """Return the integration of a function or an alias.

    One permission for the whole API: one for each method would soon fill the function's policy.
    """
    return apigateway.LambdaIntegration(function, scope_permission_to_method=False, allow_test_invoke=False)
