"""What the account spends this month, and the budget that it is measured by."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from lake.objects import error_code
from operations.outages import outages_as_503

NO_BUDGET = "the stage has no budget: set monthly_budget_usd and alarm_email in cdk.json, and deploy it again"
NOT_THERE = "AWS has no such budget: deploy the stage again"


class Cost:
    """The bill of the stage's account.

    Parameters
    ----------
    budgets : boto3 Budgets client
        Describes the budget.
    account : str
        The account's number.
    budget : str
        The budget's name; empty where the stage has none.
    usd : int
        What the stage's setting `monthly_budget_usd` says.
    """

    def __init__(self, budgets: Any, account: str, budget: str, usd: int) -> None:
        self._budgets = budgets
        self._account = account
        self._budget = budget
        self._usd = usd

    @outages_as_503()
    def this_month(self) -> dict[str, Any]:
        """Return this month's spend so far, its forecast and the budget, in US dollars of the whole account.

        Numbers that nobody knows are None, and ``why`` says why.

        Raises
        ------
        OperationsUnavailableError
            If AWS Budgets is out of reach.
        """
        if not self._budget:
            return _spent(None, {}, NO_BUDGET)
        try:
            found = self._budgets.describe_budget(AccountId=self._account, BudgetName=self._budget)
        except ClientError as error:
            if error_code(error) != "NotFoundException":
                raise
            return _spent(self._usd, {}, NOT_THERE)
        return _spent(self._usd, found["Budget"].get("CalculatedSpend", {}), "")


def _spent(budget: int | None, spend: Any, why: str) -> dict[str, Any]:
    return {
        "budget_usd": budget,
        "actual_usd": _usd(spend, "ActualSpend"),
        "forecast_usd": _usd(spend, "ForecastedSpend"),
        "why": why or None,
    }


def _usd(spend: Any, name: str) -> float | None:
    """Return an amount; None where AWS has none yet, as of a forecast in an account's first weeks."""
    amount = spend.get(name, {}).get("Amount")
    return None if amount is None else float(amount)
