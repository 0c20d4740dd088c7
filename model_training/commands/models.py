"""List the models in the lake."""

from __future__ import annotations

import argparse

from model_training.lake import find_lake
from model_training.models import models_report


def run(arguments: argparse.Namespace) -> None:
    """Print the versions in ``bucket`` at ``endpoint_url`` (None: AWS); without a bucket, in `make up`'s."""
    print(models_report(find_lake(arguments.bucket, arguments.endpoint_url)))
