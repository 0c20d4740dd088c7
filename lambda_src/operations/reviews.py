"""The reviews that were collected, and how right the live model was, as the daily calibration writes both."""

from __future__ import annotations

from typing import Any

from operations.objects import Objects
from operations.outages import outages_as_503

# As the training side has them; tests compare.
QUALITY = "reports/quality/latest.json"
COLLECTED = "reports/quality/collected.json"


class Reviews:
    """The reports on the reviews of one deployment.

    Parameters
    ----------
    objects : Objects
        The data lake.
    """

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    @outages_as_503()
    def reports(self) -> dict[str, Any]:
        """Return both reports; one that isn't there yet is None.

        Raises
        ------
        OperationsUnavailableError
            If S3 is out of reach.
        """
        return {"collected": self._objects.record(COLLECTED), "quality": self._objects.record(QUALITY)}
