"""What lessens the harm that callers and a rising bill can do: a web ACL's rate rule, and a budget."""

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

WINDOW_SECONDS = 300


class RateRule(Construct):
    """A web ACL before a stage of the API that refuses an IP address with too many requests.

    Parameters
    ----------
    stage : aws_cdk.aws_apigateway.Stage
        The API's stage that it protects.
    limit : int
        Requests of one address in five minutes, 10 or more, refused ones included; an address is let in again
        when it sends fewer.
    """

    def __init__(self, scope: Construct, construct_id: str, *, stage: apigateway.Stage, limit: int) -> None:
        super().__init__(scope, construct_id)
        acl = wafv2.CfnWebACL(
            self,
            "WebAcl",
            description="Recall: refuses an address that asks too often",
            scope="REGIONAL",
            default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            rules=[_rate_rule(limit)],
            visibility_config=_visibility(cdk.Stack.of(self).stack_name),
        )
        wafv2.CfnWebACLAssociation(
            self, "Association", resource_arn=stage.stage_arn, web_acl_arn=acl.attr_arn
        )


def _rate_rule(limit: int) -> wafv2.CfnWebACL.RuleProperty:
    rate = wafv2.CfnWebACL.RateBasedStatementProperty(
        aggregate_key_type="IP", limit=limit, evaluation_window_sec=WINDOW_SECONDS
    )
    return wafv2.CfnWebACL.RuleProperty(
        name="RequestsPerAddress",
        priority=0,
        statement=wafv2.CfnWebACL.StatementProperty(rate_based_statement=rate),
        action=wafv2.CfnWebACL.RuleActionProperty(block={}),
        visibility_config=_visibility("RequestsPerAddress"),
    )


def _visibility(metric_name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    # Sampled requests would show their headers, and so the callers' API keys.
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        metric_name=metric_name, cloud_watch_metrics_enabled=True, sampled_requests_enabled=False
    )


def budget_name(stage: str) -> str:
    """Return the name of a stage's budget, of which an account has one in all its regions together."""
    return f"recall-{stage}-monthly-{cdk.Aws.REGION}"


class BudgetAlarm(Construct):
    """A mail when the account's bill of a month reaches a sum, and one when it is on its way there.

    It counts the whole account: to show the service's share, AWS needs tags that are activated by hand.

    Parameters
    ----------
    name : str
        The budget's name.
    usd : int
        The sum, in US dollars a month.
    email : str
        The address that is mailed.
    """

    def __init__(self, scope: Construct, construct_id: str, *, name: str, usd: int, email: str) -> None:
        super().__init__(scope, construct_id)
        subscriber = budgets.CfnBudget.SubscriberProperty(subscription_type="EMAIL", address=email)
        budgets.CfnBudget(
            self,
            "Monthly",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_name=name,
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=usd, unit="USD"),
            ),
            notifications_with_subscribers=[
                budgets.CfnBudget.NotificationWithSubscribersProperty(
                    notification=budgets.CfnBudget.NotificationProperty(
                        notification_type=kind,
                        comparison_operator="GREATER_THAN",
                        threshold=100,
                        threshold_type="PERCENTAGE",
                    ),
                    subscribers=[subscriber],
                )
                for kind in ("FORECASTED", "ACTUAL")
            ],
        )
