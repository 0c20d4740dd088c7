"""The columns of the table of reviews, read where the deployed code has them."""

import importlib
import sys
from collections.abc import Mapping
from typing import Any

from stacks.function_package import LAMBDA_SRC

MODULE = "lake.schema"


def read_columns() -> Mapping[str, Any]:
    """Return each column's `lake.schema.Column` by its name, in the table's order.

    The app runs without ``lambda_src`` on its path, which is added just for this: the module is plain data.
    """
    sys.path.insert(0, str(LAMBDA_SRC))
    try:
        columns: Mapping[str, Any] = importlib.import_module(MODULE).COLUMNS
    finally:
        sys.path.remove(str(LAMBDA_SRC))
    return columns
