"""What Lambda charges for calls."""

from typing import NamedTuple

from tools.cost.prices import PriceTable

MB_OF_A_GB = 1024
# Of a snapshot, however short its life: https://aws.amazon.com/lambda/pricing/
LEAST_CACHED_SECONDS = 3 * 3600


class Prices(NamedTuple):
    """What Lambda charges, in USD, free tier left out.

    Attributes
    ----------
    request : float
        For a request.
    gb_second : float
        For a second of a function with 1 GB.
    restore_gb : float
        For a start from a snapshot with 1 GB.
    cache_gb_second : float
        For a second that a snapshot with 1 GB is kept.
    """

    request: float
    gb_second: float
    restore_gb: float
    cache_gb_second: float

    def of(self, billed_ms: float, memory_mb: int, *, restored: bool = False) -> float:
        """Return the price of one call."""
        memory_gb = memory_mb / MB_OF_A_GB
        restore = self.restore_gb * memory_gb if restored else 0.0
        return self.request + self.gb_second * memory_gb * billed_ms / 1000 + restore


def read_lambda_prices(table: PriceTable, architecture: str) -> Prices:
    """Return the prices of a processor, in the first tier."""
    return Prices(
        request=table.prices["lambda_requests"].charge(1),
        gb_second=table.prices[f"lambda_duration_{architecture}"].charge(1),
        restore_gb=table.prices["lambda_snapshot_restore"].charge(1),
        cache_gb_second=table.prices["lambda_snapshot_cache"].charge(1),
    )
