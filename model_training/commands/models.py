"""List the models in the lake."""

from __future__ import annotations

import argparse

from model_training.registry.lake import find_lake
from model_training.registry.models import models_report
from model_training.registry.pointer import read_pointer


def run(arguments: argparse.Namespace) -> dict[str, str | None]:
    """Print the versions in ``bucket`` at ``endpoint_url`` (None: AWS); without a bucket, in `make up`'s.

    Returns
    -------
    dict
        The version that is ``live``, or None.
    """
    lake = find_lake(arguments.bucket, arguments.endpoint_url)
    print(models_report(lake))
    return {"live": read_pointer(lake).version}
