"""Everything that the function reads from its environment, in one place."""

from __future__ import annotations

from collections.abc import Mapping

ACCOUNT_IN_ARN = 4


class Settings:
    """The function's settings.

    Parameters
    ----------
    environment : mapping of str to str
        ``STAGE``, its name; ``STATE_MACHINE``, the ARN of the state machine that does the training runs;
        ``TRAINING_JOBS``, the name of the function that moves the live model; ``LAKE_BUCKET``, the name of
        the data lake's bucket; ``AUTOML_MOST_SECONDS``, 0 where no run can search by AutoML; ``BUDGET``, the
        budget's name, empty without one; and ``BUDGET_USD``, what it allows a month.

    Raises
    ------
    KeyError, ValueError
        If a variable is missing or no number: a deployment mistake, never the caller's.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.stage = environment["STAGE"]
        self.state_machine = environment["STATE_MACHINE"]
        self.training_jobs = environment["TRAINING_JOBS"]
        self.lake_bucket = environment["LAKE_BUCKET"]
        self.automl_most_seconds = int(environment["AUTOML_MOST_SECONDS"])
        self.budget = environment["BUDGET"]
        self.budget_usd = int(environment["BUDGET_USD"])

    @property
    def account(self) -> str:
        """The account's number."""
        return self.state_machine.split(":")[ACCOUNT_IN_ARN]
